local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local abs = math.abs

local Random = {}
Random.__index = Random

function Random:next()
  self.seed = (self.seed * 1309 + 13849) % 65536
  return self.seed
end

local Ball = {}
Ball.__index = Ball

function Ball.new(random)
  return setmetatable({
    x = random:next() % 500,
    y = random:next() % 500,
    dx = random:next() % 300 - 150,
    dy = random:next() % 300 - 150,
  }, Ball)
end

function Ball:bounce()
  local met = false
  self.x = self.x + self.dx
  self.y = self.y + self.dy
  if self.x > 500 then self.x = 500; self.dx = 0 - abs(self.dx); met = true end
  if self.x < 0 then self.x = 0; self.dx = abs(self.dx); met = true end
  if self.y > 500 then self.y = 500; self.dy = 0 - abs(self.dy); met = true end
  if self.y < 0 then self.y = 0; self.dy = abs(self.dy); met = true end
  return met
end

local function run(rounds)
  local random = setmetatable({ seed = 74755 }, Random)
  local balls = {}
  for i = 1, 100 do balls[i] = Ball.new(random) end
  local bounces = 0
  for _ = 1, rounds do
    for i = 1, #balls do
      if balls[i]:bounce() then bounces = bounces + 1 end
    end
  end
  return bounces
end

harness.serve(run)
