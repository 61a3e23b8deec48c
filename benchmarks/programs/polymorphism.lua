local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local Shape = {}
function Shape:corners() return 0 end
function Shape:weight(density) return self:area() * density end

local function class()
  local methods = { corners = Shape.corners, weight = Shape.weight }
  methods.__index = methods
  return methods
end

local Circle = class()
function Circle:area() return 3.0 * self.r * self.r end

local Square = class()
function Square:area() return self.side * self.side end
function Square:corners() return 4 end

local Rect = class()
function Rect:area() return self.w * self.h end
function Rect:corners() return 4 end

local Triangle = class()
function Triangle:area() return self.base * self.height * 0.5 end
function Triangle:corners() return 3 end

local Ring = class()
function Ring:area() return 3.0 * (self.outer * self.outer - self.inner * self.inner) end

local Cross = class()
function Cross:area() return self.width * (4.0 * self.arm + self.width) end
function Cross:corners() return 12 end

local Line = class()
function Line:area() return 0.0 end
function Line:corners() return 2 end

local Dot = class()
function Dot:area() return 0.0 end
function Dot:corners() return 1 end

local function make(i, kinds)
  local size = i % 5 + 1.0
  local kind = i % kinds
  if kind == 0 then return setmetatable({ r = size }, Circle) end
  if kind == 1 then return setmetatable({ side = size }, Square) end
  if kind == 2 then return setmetatable({ w = size, h = 2.0 }, Rect) end
  if kind == 3 then return setmetatable({ base = size, height = 4.0 }, Triangle) end
  if kind == 4 then return setmetatable({ outer = size + 1.0, inner = size }, Ring) end
  if kind == 5 then return setmetatable({ arm = size, width = 1.0 }, Cross) end
  if kind == 6 then return setmetatable({ length = size }, Line) end
  return setmetatable({}, Dot)
end

local function total(shapes)
  local sum = 0.0
  for i = 1, #shapes do
    local shape = shapes[i]
    sum = sum + (shape:weight(0.5) + shape:corners())
  end
  return sum
end

-- Lua has operators of its own for texts; lists have none.
local function plus(a, b)
  if type(a) == "number" then return a + b end
  if type(a) == "string" then return a .. b end
  local both = {}
  for i = 1, #a do both[#both + 1] = a[i] end
  for i = 1, #b do both[#both + 1] = b[i] end
  return both
end

local function run(rounds)
  local one, two, four, eight = {}, {}, {}, {}
  for i = 0, 63 do
    one[#one + 1] = make(i, 1)
    two[#two + 1] = make(i, 2)
    four[#four + 1] = make(i, 4)
    eight[#eight + 1] = make(i, 8)
  end
  local sum = 0.0
  local mixed = 0.0
  for round = 0, rounds - 1 do
    sum = sum + total(one) + total(two) + total(four) + total(eight)
    mixed = plus(mixed, round % 2 == 0 and round or 0.5)
    mixed = mixed + #plus("a", "b") + #plus({ 1 }, { 2, 3 })
  end
  return string.format("%.1f %.1f", sum, mixed)
end

harness.serve(run)
