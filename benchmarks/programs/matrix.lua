local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function make(n, seed)
  local rows = {}
  for i = 0, n - 1 do
    local row = {}
    for j = 0, n - 1 do row[j] = (i * seed + j) % 10 + 0.5 end
    rows[i] = row
  end
  return rows
end

local function multiply(a, b, n)
  local out = {}
  for i = 0, n - 1 do
    local row = {}
    local from = a[i]
    for j = 0, n - 1 do
      local sum = 0.0
      for k = 0, n - 1 do sum = sum + from[k] * b[k][j] end
      row[j] = sum
    end
    out[i] = row
  end
  return out
end

local function run(n)
  local c = multiply(make(n, 3), make(n, 7), n)
  local trace = 0.0
  for i = 0, n - 1 do trace = trace + c[i][i] end
  return string.format("%.2f", trace)
end

harness.serve(run)
