local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function check(n)
  if n % 7 == 0 then error("seven", 0) end
  return n * 2
end

local function deep(depth, n)
  if depth == 0 then return check(n) end
  return 1 + deep(depth - 1, n)
end

-- A result and an error, one of which is nil.

local function half(n)
  if n % 2 == 0 then return n / 2, nil end
  return nil, "odd"
end

local function quarter(n)
  local once, problem = half(n)
  if problem ~= nil then return nil, problem end
  return half(once)
end

local function run(rounds)
  local total = 0
  local caught = 0
  for i = 0, rounds - 1 do
    local fine, value = pcall(function() return deep(i % 10, i) end)
    if fine then total = total + value else caught = caught + #value end
    for k = 0, 3 do
      local fourth, problem = quarter(i + k)
      if problem == nil then total = total + fourth else caught = caught + #problem end
    end
  end
  return string.format("%d %d", total, caught)
end

harness.serve(run)
