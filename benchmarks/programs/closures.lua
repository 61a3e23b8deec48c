local function adder(n)
  return function(x) return x + n end
end

local function counter()
  local n = 0
  return function(step)
    n = n + step
    return n
  end
end

local function twice(f)
  return function(x) return f(f(x)) end
end

local add3 = adder(3)
local add12 = twice(twice(add3))
local count = counter()
local total = 0
for i = 0, tonumber(arg[1]) - 1 do
  total = total + add12(i) % 7
  count(i % 3)
end
print(string.format("%d", total + count(0)))
