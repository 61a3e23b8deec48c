local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local floor = math.floor

local function filter(list, keep)
  local out = {}
  for i = 1, #list do
    local item = list[i]
    if keep(item) then out[#out + 1] = item end
  end
  return out
end

local function map(list, f)
  local out = {}
  for i = 1, #list do out[i] = f(list[i]) end
  return out
end

local function fold(list, init, f)
  local result = init
  for i = 1, #list do result = f(result, list[i]) end
  return result
end

local function slice(list, from, to)
  local out = {}
  for i = from, to do out[#out + 1] = list[i] end
  return out
end

local function zip(a, b)
  local out = {}
  for i = 1, math.min(#a, #b) do out[i] = { a[i], b[i] } end
  return out
end

local function enumerate(list)
  local out = {}
  for i = 1, #list do out[i] = { i - 1, list[i] } end
  return out
end

local function count(list, wanted)
  local n = 0
  for i = 1, #list do
    if wanted(list[i]) then n = n + 1 end
  end
  return n
end

local function any(list, wanted)
  for i = 1, #list do
    if wanted(list[i]) then return true end
  end
  return false
end

local function orders(n)
  local seed = 7
  local list = {}
  for i = 0, n - 1 do
    seed = (seed * 1309 + 13849) % 65536
    list[#list + 1] = {
      customer = seed % 97,
      item = i % 13,
      amount = floor(seed / 97) % 9 + 1,
      price = seed % 1000 / 8.0,
    }
  end
  return list
end

local function run(rounds)
  local list = orders(2000)
  local result = ""
  for round = 0, rounds - 1 do
    local chosen = filter(list, function(o) return o.item ~= round % 13 and o.amount > 2 end)
    local values = map(chosen, function(o) return o.amount * o.price end)
    local revenue = fold(values, 0.0, function(sum, value) return sum + value end)
    local sorted = slice(chosen, 1, #chosen)
    table.sort(sorted, function(a, b)
      if a.price ~= b.price then return a.price < b.price end
      return a.customer < b.customer
    end)
    local names = map(slice(sorted, 1, 50), function(o) return o.customer end)
    table.sort(names)
    local pairs = zip(names, slice(names, 2, #names))
    local differences = map(pairs, function(pair) return pair[2] - pair[1] end)
    local distance = fold(differences, 0, function(sum, d) return sum + d end)
    local weighted = fold(enumerate(values), 0.0, function(sum, pair)
      return sum + pair[1] % 3 * pair[2]
    end)
    local cheap = count(chosen, function(o) return o.price < 20.0 end)
    local found = any(chosen, function(o) return o.customer == 96 and o.amount == 9 end)
    result = string.format("%d %.3f %d %.3f %d %s", #chosen, revenue, distance, weighted, cheap,
      tostring(found))
  end
  return result
end

harness.serve(run)
