local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function filled(n)
  local list = {}
  for i = 0, n do list[i] = false end
  return list
end

local function place(n, row, columns, rising, falling)
  if row == n then return 1 end
  local count = 0
  for column = 0, n - 1 do
    local up = row + column
    local down = row - column + n
    if not columns[column] and not rising[up] and not falling[down] then
      columns[column] = true
      rising[up] = true
      falling[down] = true
      count = count + place(n, row + 1, columns, rising, falling)
      columns[column] = false
      rising[up] = false
      falling[down] = false
    end
  end
  return count
end

local function run(n)
  return place(n, 0, filled(n), filled(2 * n), filled(2 * n))
end

harness.serve(run)
