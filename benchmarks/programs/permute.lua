local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local Permuter = {}
Permuter.__index = Permuter

function Permuter:permute(n)
  self.count = self.count + 1
  if n ~= 0 then
    local last = n - 1
    self:permute(last)
    local i = last
    while i >= 0 do
      self:swap(last, i)
      self:permute(last)
      self:swap(last, i)
      i = i - 1
    end
  end
end

function Permuter:swap(i, j)
  local values = self.values
  local kept = values[i]
  values[i] = values[j]
  values[j] = kept
end

local function run(n)
  local values = {}
  for i = 0, n - 1 do values[i] = i end
  local permuter = setmetatable({ count = 0, values = values }, Permuter)
  permuter:permute(n)
  return permuter.count
end

harness.serve(run)
