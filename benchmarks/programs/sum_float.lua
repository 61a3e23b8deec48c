local function sum(n)
  local total = 0.0
  local x = 0.0
  while x < n do
    total = total + x * 0.5
    x = x + 1.0
  end
  return total
end

print(string.format("%.1f", sum(tonumber(arg[1]) + 0.0)))
