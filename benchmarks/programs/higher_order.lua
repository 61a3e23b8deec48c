local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function compose(f, g)
  return function(x) return g(f(x)) end
end

local function memoize(f)
  local known = {}
  return function(x)
    if known[x] ~= nil then return known[x] end
    local y = f(x)
    known[x] = y
    return y
  end
end

local function counter(start)
  local n = start
  return function()
    n = n + 1
    return n
  end
end

local function filtered(stream, keep)
  return function()
    while true do
      local x = stream()
      if keep(x) then return x end
    end
  end
end

local function mapped(stream, f)
  return function() return f(stream()) end
end

local function fold(stream, n, init, f)
  local result = init
  for _ = 1, n do result = f(result, stream()) end
  return result
end

local function church(n)
  return function(f)
    return function(x)
      local y = x
      for _ = 1, n do y = f(y) end
      return y
    end
  end
end

local function run(rounds)
  local total = 0
  for round = 0, rounds - 1 do
    local steps = {}
    for i = 0, 9 do steps[#steps + 1] = function(x) return (x * 3 + i) % 1009 end end
    local all = function(x) return x end
    for i = 1, #steps do all = compose(all, steps[i]) end
    local remembered = memoize(all)
    for i = 0, 29 do total = total + remembered(i % 15) end
    local odd = filtered(counter(round), function(x) return x % 2 == 1 end)
    local squares = mapped(odd, function(x) return x * x % 1013 end)
    total = total + fold(squares, 30, 0, function(a, b) return a + b end)
    total = total + church(8)(church(3)(function(x) return x + 2 end))(round)
    local heard = 0
    local listeners = {}
    for i = 0, 4 do
      listeners[#listeners + 1] = function(event) heard = heard + event * i end
    end
    for event = 0, 4 do
      for i = 1, #listeners do listeners[i](event) end
    end
    total = total + heard
  end
  return total
end

harness.serve(run)
