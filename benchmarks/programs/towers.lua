local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local Towers = {}
Towers.__index = Towers

function Towers:push(pile, disk)
  local top = self.piles[pile]
  assert(top == nil or disk.size < top.size, "a big disk on a small one")
  disk.next = top
  self.piles[pile] = disk
end

function Towers:pop(pile)
  local top = self.piles[pile]
  self.piles[pile] = top.next
  top.next = nil
  return top
end

function Towers:move_disks(disks, from, to)
  if disks == 1 then
    self:push(to, self:pop(from))
    self.moved = self.moved + 1
    return
  end
  local other = 3 - from - to
  self:move_disks(disks - 1, from, other)
  self:push(to, self:pop(from))
  self.moved = self.moved + 1
  self:move_disks(disks - 1, other, to)
end

local function run(disks)
  local towers = setmetatable({ piles = {}, moved = 0 }, Towers)
  for size = disks, 1, -1 do towers:push(0, { size = size, next = nil }) end
  towers:move_disks(disks, 0, 1)
  return towers.moved
end

harness.serve(run)
