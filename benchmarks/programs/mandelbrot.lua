local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function inside(size, limit)
  local count = 0
  for row = 0, size - 1 do
    local ci = 2.0 * row / size - 1.0
    for column = 0, size - 1 do
      local cr = 2.0 * column / size - 1.5
      local zr = 0.0
      local zi = 0.0
      local turn = 0
      while turn < limit and zr * zr + zi * zi <= 4.0 do
        local next = zr * zr - zi * zi + cr
        zi = 2.0 * zr * zi + ci
        zr = next
        turn = turn + 1
      end
      if turn == limit then count = count + 1 end
    end
  end
  return count
end

local function run(n)
  return inside(n, 50)
end

harness.serve(run)
