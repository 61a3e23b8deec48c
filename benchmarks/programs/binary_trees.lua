local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function build(depth)
  if depth == 0 then return { left = nil, right = nil } end
  return { left = build(depth - 1), right = build(depth - 1) }
end

local function nodes(tree)
  if tree.left == nil then return 1 end
  return 1 + nodes(tree.left) + nodes(tree.right)
end

local function run(depth)
  local total = nodes(build(depth + 1))
  local long_lived = build(depth)
  for d = 4, depth, 4 do
    for _ = 1, 2 ^ (depth - d + 4) do total = total + nodes(build(d)) end
  end
  return total + nodes(long_lived)
end

harness.serve(run)
