local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local Storage = {}
Storage.__index = Storage

function Storage:random()
  self.seed = (self.seed * 1309 + 13849) % 65536
  return self.seed
end

function Storage:build(depth)
  self.count = self.count + 1
  if depth == 1 then
    local leaves = {}
    for i = 1, self:random() % 10 + 1 do leaves[i] = false end
    return leaves
  end
  local children = {}
  for i = 1, 4 do children[i] = self:build(depth - 1) end
  return children
end

local function run(rounds)
  local count = 0
  for _ = 1, rounds do
    local storage = setmetatable({ seed = 74755, count = 0 }, Storage)
    storage:build(7)
    count = count + storage.count + storage.seed % 2
  end
  return count
end

harness.serve(run)
