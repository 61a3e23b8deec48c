local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function push(list, item) list[#list + 1] = item end

local Graph = {}
Graph.__index = Graph

function Graph:block(name)
  while #self.blocks <= name do
    push(self.blocks, { name = #self.blocks, predecessors = {}, successors = {} })
  end
  return self.blocks[name + 1]
end

function Graph:connect(from, to)
  local first = self:block(from)
  local second = self:block(to)
  push(first.successors, second)
  push(second.predecessors, first)
end

function Graph:diamond(start)
  self:connect(start, start + 1)
  self:connect(start, start + 2)
  self:connect(start + 1, start + 3)
  self:connect(start + 2, start + 3)
  return start + 3
end

function Graph:straight(start, n)
  for i = 0, n - 1 do self:connect(start + i, start + i + 1) end
  return start + n
end

function Graph:loop_nest(start)
  local header = self:straight(start, 1)
  local first = self:diamond(header)
  local inner = self:straight(first, 1)
  local second = self:diamond(inner)
  local bottom = self:straight(second, 1)
  self:connect(second, inner)
  self:connect(bottom, header)
  return self:straight(bottom, 1)
end

local Node = {}
Node.__index = Node

function Node:find()
  local passed = {}
  local node = self
  while node.parent ~= node do
    if node.parent ~= node.parent.parent then push(passed, node) end
    node = node.parent
  end
  for i = 1, #passed do passed[i].parent = node.parent end
  return node
end

local function is_ancestor(w, v, last) return w <= v and v <= last[w] end

local function number_blocks(graph)
  local count = #graph.blocks
  local numbers, last = {}, {}
  for i = 0, count - 1 do numbers[i], last[i] = -1, 0 end
  local nodes = {}
  local n = 0
  local stack = {}
  local function enter(block)
    numbers[block.name] = n
    local node = setmetatable({ block = block, region = nil, number = n }, Node)
    node.parent = node
    nodes[n] = node
    n = n + 1
    push(stack, { block, 0 })
  end
  enter(graph.blocks[1])
  while #stack > 0 do
    local top = stack[#stack]
    local block = top[1]
    if top[2] < #block.successors then
      top[2] = top[2] + 1
      local successor = block.successors[top[2]]
      if numbers[successor.name] < 0 then enter(successor) end
    else
      last[numbers[block.name]] = n - 1
      stack[#stack] = nil
    end
  end
  return numbers, nodes, last, n
end

local function contains(list, item)
  for i = 1, #list do
    if list[i] == item then return true end
  end
  return false
end

local function find_loops(graph)
  local numbers, nodes, last, n = number_blocks(graph)
  local back, others = {}, {}
  for w = 0, n - 1 do
    back[w] = {}
    others[w] = {}
    local predecessors = nodes[w].block.predecessors
    for i = 1, #predecessors do
      local v = numbers[predecessors[i].name]
      if v >= 0 then
        if is_ancestor(w, v, last) then push(back[w], v) else others[w][v] = true end
      end
    end
  end
  local loops = {}
  for w = n - 1, 0, -1 do
    local pool = {}
    local itself = false
    local reducible = true
    for i = 1, #back[w] do
      local v = back[w][i]
      if v == w then itself = true else push(pool, nodes[v]:find()) end
    end
    local next = 1
    while next <= #pool do
      for y in pairs(others[pool[next].number]) do
        local node = nodes[y]:find()
        if not is_ancestor(w, node.number, last) then
          reducible = false
          others[w][node.number] = true
        elseif node.number ~= w and not contains(pool, node) then
          push(pool, node)
        end
      end
      next = next + 1
    end
    if #pool > 0 or itself then
      local region = {
        header = nodes[w].block, reducible = reducible, blocks = {}, parent = nil, children = {},
        depth = 0,
      }
      nodes[w].region = region
      for i = 1, #pool do
        local node = pool[i]
        node.parent = nodes[w]
        if node.region ~= nil then
          node.region.parent = region
          push(region.children, node.region)
        else
          push(region.blocks, node.block)
        end
      end
      push(loops, region)
    end
  end
  return loops
end

local function set_depth(region, depth)
  region.depth = depth
  for i = 1, #region.children do set_depth(region.children[i], depth + 1) end
end

local function build()
  local graph = setmetatable({ blocks = {} }, Graph)
  local n = graph:loop_nest(0)
  graph:connect(n, n + 1)
  local entry = n + 1
  n = entry
  for _ = 1, 4 do
    local tree = n + 1
    graph:connect(entry, tree)
    n = tree
    for _ = 1, 5 do
      local top = n
      n = graph:straight(n, 1)
      for _ = 1, 5 do n = graph:loop_nest(n) end
      local bottom = graph:straight(n, 1)
      graph:connect(n, top)
      n = bottom
    end
  end
  return graph
end

local function run(rounds)
  local graph = build()
  local result = ""
  for _ = 1, rounds do
    local loops = find_loops(graph)
    for i = 1, #loops do
      if loops[i].parent == nil then set_depth(loops[i], 1) end
    end
    local depths, blocks = 0, 0
    for i = 1, #loops do
      depths = depths + loops[i].depth
      blocks = blocks + #loops[i].blocks
    end
    result = string.format("%d %d %d %d", #graph.blocks, #loops, depths, blocks)
  end
  return result
end

harness.serve(run)
