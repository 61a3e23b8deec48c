local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function count(n)
  local total = 0
  for a = 0, n - 1 do
    for b = 0, n - 1 do
      for c = 0, n - 1 do
        for d = 0, n - 1 do
          for e = 0, n - 1 do total = total + d end
        end
      end
    end
  end
  return total
end

harness.serve(count)
