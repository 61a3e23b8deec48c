local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function build(n)
  local head = nil
  local i = n
  while i > 0 do
    head = { value = i, next = head }
    i = i - 1
  end
  return head
end

local function reverse(list)
  local out = nil
  while list ~= nil do
    out = { value = list.value, next = out }
    list = list.next
  end
  return out
end

local function sum(list)
  local total = 0
  while list ~= nil do
    total = total + list.value
    list = list.next
  end
  return total
end

local function run(n)
  local total = 0
  for round = 0, n - 1 do
    local list = build(1000)
    list = reverse(list)
    total = total + sum(list) + list.value + round % 3
  end
  return total
end

harness.serve(run)
