local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local max = math.max

local function fill(n, factor)
  local map = {}
  local key = 1
  for i = 0, n - 1 do
    map[key] = i
    key = (key * factor + 12345) % 1000003
  end
  return map
end

local function size(map)
  local count = 0
  for _ in pairs(map) do count = count + 1 end
  return count
end

local function collatz(n)
  local steps = { [1] = 0 }
  local longest = 0
  for start = 1, n - 1 do
    local path = {}
    local x = start
    while steps[x] == nil do
      path[#path + 1] = x
      if x % 2 == 0 then x = x / 2 else x = 3 * x + 1 end
    end
    local count = steps[x]
    for i = #path, 1, -1 do
      count = count + 1
      steps[path[i]] = count
    end
    longest = max(longest, count)
  end
  return longest * 1000000 + size(steps)
end

local function run(n)
  local map = fill(n, 7919)
  local total = size(map)
  local key = 1
  for _ = 1, n do
    if map[key + 1] ~= nil then total = total + 1 end
    total = total + map[key] % 7
    key = (key * 7919 + 12345) % 1000003
  end
  for k, v in pairs(map) do
    if v % 3 == 0 then total = total + k % 5 end
  end
  key = 1
  for i = 0, n - 1 do
    if i % 2 == 0 and map[key] ~= nil then map[key] = nil end
    key = (key * 7919 + 12345) % 1000003
  end
  total = total + size(map)
  local squares = {}
  for i = 0, n - 1 do squares[i] = i * i % 1001 end
  for i = 0, n - 1 do squares[i] = squares[i] + 1 end
  for i = 0, n - 1 do total = total + squares[i] end
  return string.format("%d %d", total, collatz(math.floor(n / 5)))
end

harness.serve(run)
