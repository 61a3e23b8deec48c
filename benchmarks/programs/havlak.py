from harness import serve


class Block:
    def __init__(self, name):
        self.name = name
        self.predecessors = []
        self.successors = []


class Graph:
    def __init__(self):
        self.blocks = []

    def block(self, name):
        while len(self.blocks) <= name:
            self.blocks.append(Block(len(self.blocks)))
        return self.blocks[name]

    def connect(self, start, end):
        first = self.block(start)
        second = self.block(end)
        first.successors.append(second)
        second.predecessors.append(first)

    def diamond(self, start):
        self.connect(start, start + 1)
        self.connect(start, start + 2)
        self.connect(start + 1, start + 3)
        self.connect(start + 2, start + 3)
        return start + 3

    def straight(self, start, n):
        for i in range(n):
            self.connect(start + i, start + i + 1)
        return start + n

    def loop_nest(self, start):
        header = self.straight(start, 1)
        first = self.diamond(header)
        inner = self.straight(first, 1)
        second = self.diamond(inner)
        bottom = self.straight(second, 1)
        self.connect(second, inner)
        self.connect(bottom, header)
        return self.straight(bottom, 1)


class Loop:
    def __init__(self, header, reducible):
        self.header = header
        self.reducible = reducible
        self.blocks = []
        self.parent = None
        self.children = []
        self.depth = 0


class Node:
    def __init__(self, block, number):
        self.parent = self
        self.block = block
        self.region = None
        self.number = number

    def find(self):
        passed = []
        node = self
        while node.parent is not node:
            if node.parent is not node.parent.parent:
                passed.append(node)
            node = node.parent
        for other in passed:
            other.parent = node.parent
        return node


def is_ancestor(w, v, last):
    return w <= v and v <= last[w]


def number_blocks(graph):
    count = len(graph.blocks)
    numbers = [-1] * count
    nodes = []
    last = [0] * count
    stack = []

    def enter(block):
        numbers[block.name] = len(nodes)
        nodes.append(Node(block, len(nodes)))
        stack.append([block, 0])

    enter(graph.blocks[0])
    while stack:
        top = stack[-1]
        block = top[0]
        if top[1] < len(block.successors):
            successor = block.successors[top[1]]
            top[1] += 1
            if numbers[successor.name] < 0:
                enter(successor)
        else:
            last[numbers[block.name]] = len(nodes) - 1
            stack.pop()
    return numbers, nodes, last


def find_loops(graph):
    numbers, nodes, last = number_blocks(graph)
    n = len(nodes)
    back = []
    others = []
    for w in range(n):
        back.append([])
        others.append(set())
        for block in nodes[w].block.predecessors:
            v = numbers[block.name]
            if v >= 0:
                if is_ancestor(w, v, last):
                    back[w].append(v)
                else:
                    others[w].add(v)
    loops = []
    for w in range(n - 1, -1, -1):
        pool = []
        itself = False
        reducible = True
        for v in back[w]:
            if v == w:
                itself = True
            else:
                pool.append(nodes[v].find())
        following = 0
        while following < len(pool):
            for y in others[pool[following].number]:
                node = nodes[y].find()
                if not is_ancestor(w, node.number, last):
                    reducible = False
                    others[w].add(node.number)
                elif node.number != w and node not in pool:
                    pool.append(node)
            following += 1
        if pool or itself:
            region = Loop(nodes[w].block, reducible)
            nodes[w].region = region
            for node in pool:
                node.parent = nodes[w]
                if node.region is not None:
                    node.region.parent = region
                    region.children.append(node.region)
                else:
                    region.blocks.append(node.block)
            loops.append(region)
    return loops


def set_depth(region, depth):
    region.depth = depth
    for child in region.children:
        set_depth(child, depth + 1)


def build():
    graph = Graph()
    n = graph.loop_nest(0)
    graph.connect(n, n + 1)
    entry = n + 1
    n = entry
    for _ in range(4):
        tree = n + 1
        graph.connect(entry, tree)
        n = tree
        for _ in range(5):
            top = n
            n = graph.straight(n, 1)
            for _ in range(5):
                n = graph.loop_nest(n)
            bottom = graph.straight(n, 1)
            graph.connect(n, top)
            n = bottom
    return graph


def run(rounds):
    graph = build()
    result = ""
    for _ in range(rounds):
        loops = find_loops(graph)
        for region in loops:
            if region.parent is None:
                set_depth(region, 1)
        depths = 0
        blocks = 0
        for region in loops:
            depths += region.depth
            blocks += len(region.blocks)
        result = f"{len(graph.blocks)} {len(loops)} {depths} {blocks}"
    return result


serve(run)
