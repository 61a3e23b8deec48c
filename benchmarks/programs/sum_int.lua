local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function sum(n)
  local total = 0
  local i = 0
  while i < n do
    total = total + i
    i = i + 1
  end
  return total
end

harness.serve(sum)
