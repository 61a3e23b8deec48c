local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

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

local function run(n)
  local add3 = adder(3)
  local add12 = twice(twice(add3))
  local count = counter()
  local total = 0
  for i = 0, n - 1 do
    total = total + add12(i) % 7
    count(i % 3)
  end
  return total + count(0)
end

harness.serve(run)
