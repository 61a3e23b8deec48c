local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local floor = math.floor

-- A table is equal only to itself, so a cell is one number.
local WIDTH = 65536
local HALF = 32768

local function cell_of(x, y) return (x + HALF) * WIDTH + y + HALF end

local function step(alive)
  local neighbours = {}
  for cell in pairs(alive) do
    local x, y = floor(cell / WIDTH) - HALF, cell % WIDTH - HALF
    for dx = -1, 1 do
      for dy = -1, 1 do
        if dx ~= 0 or dy ~= 0 then
          local other = cell_of(x + dx, y + dy)
          neighbours[other] = (neighbours[other] or 0) + 1
        end
      end
    end
  end
  local next = {}
  for cell, count in pairs(neighbours) do
    if count == 3 or (count == 2 and alive[cell]) then next[cell] = true end
  end
  return next
end

local function run(generations)
  local alive = {}
  for _, cell in ipairs({ { 1, 0 }, { 2, 0 }, { 0, 1 }, { 1, 1 }, { 1, 2 } }) do
    alive[cell_of(cell[1], cell[2])] = true
  end
  for _ = 1, generations do alive = step(alive) end
  local count, sum = 0, 0
  for cell in pairs(alive) do
    local x, y = floor(cell / WIDTH) - HALF, cell % WIDTH - HALF
    count = count + 1
    sum = sum + x * x + y * y
  end
  return string.format("%d %d", count, sum)
end

harness.serve(run)
