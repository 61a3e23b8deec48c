local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function sum(n)
  local total = 0.0
  local x = 0.0
  while x < n do
    total = total + x * 0.5
    x = x + 1.0
  end
  return total
end

local function run(n)
  return string.format("%.1f", sum(n + 0.0))
end

harness.serve(run)
