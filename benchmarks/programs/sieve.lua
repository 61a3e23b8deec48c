local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function count_primes(n)
  local composite = {}
  for i = 1, n do composite[i] = false end
  local count = 0
  for i = 2, n do
    if not composite[i] then
      count = count + 1
      local k = i + i
      while k <= n do
        composite[k] = true
        k = k + i
      end
    end
  end
  return count
end

harness.serve(count_primes)
