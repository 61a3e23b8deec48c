const { serve } = require("./harness");

class Block {
  constructor(name) {
    this.name = name;
    this.predecessors = [];
    this.successors = [];
  }
}

class Graph {
  constructor() { this.blocks = []; }

  block(name) {
    while (this.blocks.length <= name) this.blocks.push(new Block(this.blocks.length));
    return this.blocks[name];
  }

  connect(from, to) {
    const first = this.block(from);
    const second = this.block(to);
    first.successors.push(second);
    second.predecessors.push(first);
  }

  diamond(start) {
    this.connect(start, start + 1);
    this.connect(start, start + 2);
    this.connect(start + 1, start + 3);
    this.connect(start + 2, start + 3);
    return start + 3;
  }

  straight(start, n) {
    for (let i = 0; i < n; i++) this.connect(start + i, start + i + 1);
    return start + n;
  }

  loopNest(start) {
    const header = this.straight(start, 1);
    const first = this.diamond(header);
    const inner = this.straight(first, 1);
    const second = this.diamond(inner);
    const bottom = this.straight(second, 1);
    this.connect(second, inner);
    this.connect(bottom, header);
    return this.straight(bottom, 1);
  }
}

class Loop {
  constructor(header, reducible) {
    this.header = header;
    this.reducible = reducible;
    this.blocks = [];
    this.parent = null;
    this.children = [];
    this.depth = 0;
  }
}

class Node {
  constructor(block, number) {
    this.parent = this;
    this.block = block;
    this.region = null;
    this.number = number;
  }

  find() {
    const passed = [];
    let node = this;
    while (node.parent !== node) {
      if (node.parent !== node.parent.parent) passed.push(node);
      node = node.parent;
    }
    for (const other of passed) other.parent = node.parent;
    return node;
  }
}

const isAncestor = (w, v, last) => w <= v && v <= last[w];

function numberBlocks(graph) {
  const count = graph.blocks.length;
  const numbers = new Array(count).fill(-1);
  const nodes = [];
  const last = new Array(count).fill(0);
  const stack = [];
  const enter = (block) => {
    numbers[block.name] = nodes.length;
    nodes.push(new Node(block, nodes.length));
    stack.push([block, 0]);
  };
  enter(graph.blocks[0]);
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const block = top[0];
    if (top[1] < block.successors.length) {
      const successor = block.successors[top[1]];
      top[1] += 1;
      if (numbers[successor.name] < 0) enter(successor);
    } else {
      last[numbers[block.name]] = nodes.length - 1;
      stack.pop();
    }
  }
  return [numbers, nodes, last];
}

function findLoops(graph) {
  const [numbers, nodes, last] = numberBlocks(graph);
  const n = nodes.length;
  const back = [];
  const others = [];
  for (let w = 0; w < n; w++) {
    back.push([]);
    others.push(new Set());
    for (const block of nodes[w].block.predecessors) {
      const v = numbers[block.name];
      if (v >= 0) {
        if (isAncestor(w, v, last)) back[w].push(v);
        else others[w].add(v);
      }
    }
  }
  const loops = [];
  for (let w = n - 1; w >= 0; w--) {
    const pool = [];
    let itself = false;
    let reducible = true;
    for (const v of back[w]) {
      if (v === w) itself = true;
      else pool.push(nodes[v].find());
    }
    let next = 0;
    while (next < pool.length) {
      for (const y of others[pool[next].number]) {
        const node = nodes[y].find();
        if (!isAncestor(w, node.number, last)) {
          reducible = false;
          others[w].add(node.number);
        } else if (node.number !== w && !pool.includes(node)) {
          pool.push(node);
        }
      }
      next += 1;
    }
    if (pool.length > 0 || itself) {
      const region = new Loop(nodes[w].block, reducible);
      nodes[w].region = region;
      for (const node of pool) {
        node.parent = nodes[w];
        if (node.region !== null) {
          node.region.parent = region;
          region.children.push(node.region);
        } else {
          region.blocks.push(node.block);
        }
      }
      loops.push(region);
    }
  }
  return loops;
}

function setDepth(region, depth) {
  region.depth = depth;
  for (const child of region.children) setDepth(child, depth + 1);
}

function build() {
  const graph = new Graph();
  let n = graph.loopNest(0);
  graph.connect(n, n + 1);
  const entry = n + 1;
  n = entry;
  for (let i = 0; i < 4; i++) {
    const tree = n + 1;
    graph.connect(entry, tree);
    n = tree;
    for (let j = 0; j < 5; j++) {
      const top = n;
      n = graph.straight(n, 1);
      for (let k = 0; k < 5; k++) n = graph.loopNest(n);
      const bottom = graph.straight(n, 1);
      graph.connect(n, top);
      n = bottom;
    }
  }
  return graph;
}

function run(rounds) {
  const graph = build();
  let result = "";
  for (let round = 0; round < rounds; round++) {
    const loops = findLoops(graph);
    for (const region of loops) {
      if (region.parent === null) setDepth(region, 1);
    }
    let depths = 0;
    let blocks = 0;
    for (const region of loops) {
      depths += region.depth;
      blocks += region.blocks.length;
    }
    result = `${graph.blocks.length} ${loops.length} ${depths} ${blocks}`;
  }
  return result;
}

serve(run);
