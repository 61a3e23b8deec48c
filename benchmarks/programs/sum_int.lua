local function sum(n)
  local total = 0
  local i = 0
  while i < n do
    total = total + i
    i = i + 1
  end
  return total
end

print(string.format("%d", sum(tonumber(arg[1]))))
