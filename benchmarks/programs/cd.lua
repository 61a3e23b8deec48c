local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local floor, sqrt, sin, cos = math.floor, math.sqrt, math.sin, math.cos

local LOW = 0.0
local HIGH = 1000.0
local VOXEL = 2.0
local RADIUS = 1.0

local Vector = {}
Vector.__index = Vector

local function vector(x, y, z) return setmetatable({ x = x, y = y, z = z }, Vector) end

function Vector:plus(o) return vector(self.x + o.x, self.y + o.y, self.z + o.z) end
function Vector:minus(o) return vector(self.x - o.x, self.y - o.y, self.z - o.z) end
function Vector:times(k) return vector(self.x * k, self.y * k, self.z * k) end
function Vector:dot(o) return self.x * o.x + self.y * o.y + self.z * o.z end

local function intersection(a, b)
  local from_a = a.from
  local from_b = b.from
  local way_a = a.to:minus(from_a)
  local way_b = b.to:minus(from_b)
  local apart = from_a:minus(from_b)
  local closing = way_a:minus(way_b)
  local square = closing:dot(closing)
  if square == 0.0 then
    if sqrt(apart:dot(apart)) <= RADIUS then return from_a:plus(from_b):times(0.5) end
    return nil
  end
  local half = 2.0 * apart:dot(closing)
  local rest = apart:dot(apart) - RADIUS * RADIUS
  local discriminant = half * half - 4.0 * square * rest
  if discriminant < 0.0 then return nil end
  local root = sqrt(discriminant)
  local first = (-half - root) / (2.0 * square)
  local last = (-half + root) / (2.0 * square)
  if first <= 1.0 and 0.0 <= last then
    local at = first <= 0.0 and 0.0 or first
    local middle = from_a:plus(way_a:times(at)):plus(from_b:plus(way_b:times(at))):times(0.5)
    if middle.x >= LOW and middle.x <= HIGH and middle.y >= LOW and middle.y <= HIGH
      and middle.z >= LOW and middle.z <= HIGH then return middle end
  end
  return nil
end

local function span(voxel, at, way)
  if way == 0.0 then return 2.0, 3.0 end
  local low = (voxel - RADIUS / 2.0 - at) / way
  local high = (voxel + VOXEL + RADIUS / 2.0 - at) / way
  if way < 0.0 then return high, low end
  return low, high
end

local function meets(voxel, at, way, low, high)
  local r = RADIUS / 2.0
  return (way == 0.0 and voxel <= at + r and at - r <= voxel + VOXEL)
    or (low <= 1.0 and 1.0 <= high) or (low <= 0.0 and 0.0 <= high) or (0.0 <= low and high <= 1.0)
end

local function is_in_voxel(x, y, motion)
  if x > HIGH or x < LOW or y > HIGH or y < LOW then return false end
  local from = motion.from
  local way_x = motion.to.x - from.x
  local way_y = motion.to.y - from.y
  local low_x, high_x = span(x, from.x, way_x)
  local low_y, high_y = span(y, from.y, way_y)
  return meets(x, from.x, way_x, low_x, high_x) and meets(y, from.y, way_y, low_y, high_y)
    and (way_x == 0.0 or way_y == 0.0 or (low_y <= high_x and high_x <= high_y)
      or (low_y <= low_x and low_x <= high_y) or (low_x <= low_y and high_y <= high_x))
end

local function draw(voxels, seen, i, j, motion)
  local key = i * 10000 + j
  if seen[key] or not is_in_voxel(i * VOXEL, j * VOXEL, motion) then return end
  seen[key] = true
  local near = voxels[key]
  if near then near[#near + 1] = motion else voxels[key] = { motion } end
  for di = -1, 1 do
    for dj = -1, 1 do
      if di ~= 0 or dj ~= 0 then draw(voxels, seen, i + di, j + dj, motion) end
    end
  end
end

local function collisions(motions)
  local voxels = {}
  for n = 1, #motions do
    local motion = motions[n]
    local i = floor(motion.from.x / VOXEL)
    local y = motion.from.y / VOXEL
    -- Towards zero.
    local j = y < 0 and -floor(-y) or floor(y)
    draw(voxels, {}, i, j, motion)
  end
  local count = 0
  for _, near in pairs(voxels) do
    for i = 1, #near do
      for j = i + 1, #near do
        if intersection(near[i], near[j]) ~= nil then count = count + 1 end
      end
    end
  end
  return count
end

local function position(sign, time)
  local swing = sign % 2 == 0 and cos(time) or sin(time)
  return vector(time, swing * 2.0 + (sign - sign % 2) * 3.0, 10.0)
end

local function run(frames)
  local aircraft = 60
  local last = {}
  local count = 0
  for frame = 0, frames - 1 do
    local time = frame / 10.0
    local motions = {}
    for sign = 0, aircraft - 1 do
      local to = position(sign, time)
      motions[#motions + 1] = { sign = sign, from = last[sign] or to, to = to }
      last[sign] = to
    end
    count = count + collisions(motions)
  end
  return count
end

harness.serve(run)
