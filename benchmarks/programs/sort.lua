local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local floor = math.floor

local function random_list(n)
  local seed = 12345
  local list = {}
  for i = 0, n - 1 do
    -- In two steps, since doubles have 53 bits.
    local high, low = floor(seed / 65536), seed % 65536
    seed = ((high * 1103515245 % 32768) * 65536 + low * 1103515245 + 12345) % 2147483648
    list[i] = floor(seed / 1024)
  end
  return list
end

local function quicksort(list, low, high)
  while low < high do
    local pivot = list[floor((low + high) / 2)]
    local i, j = low, high
    while i <= j do
      while list[i] < pivot do i = i + 1 end
      while list[j] > pivot do j = j - 1 end
      if i <= j then
        local kept = list[i]
        list[i] = list[j]
        list[j] = kept
        i = i + 1
        j = j - 1
      end
    end
    quicksort(list, low, j)
    low = i
  end
end

local function slice(list, from, to)
  local out = {}
  for i = from, to - 1 do out[i - from] = list[i] end
  return out
end

local function merge_sort(list, n)
  if n < 2 then return list end
  local half = floor(n / 2)
  local left = merge_sort(slice(list, 0, half), half)
  local right = merge_sort(slice(list, half, n), n - half)
  local out = {}
  local count = 0
  local i, j = 0, 0
  while i < half and j < n - half do
    if right[j] < left[i] then
      out[count] = right[j]
      j = j + 1
    else
      out[count] = left[i]
      i = i + 1
    end
    count = count + 1
  end
  while i < half do out[count] = left[i]; i = i + 1; count = count + 1 end
  while j < n - half do out[count] = right[j]; j = j + 1; count = count + 1 end
  return out
end

local function sift_down(heap, start, last)
  local parent = start
  while true do
    local child = 2 * parent + 1
    if child >= last then return end
    if child + 1 < last and heap[child] < heap[child + 1] then child = child + 1 end
    if heap[parent] >= heap[child] then return end
    local kept = heap[parent]
    heap[parent] = heap[child]
    heap[child] = kept
    parent = child
  end
end

local function heap_sort(list, n)
  for start = floor(n / 2) - 1, 0, -1 do sift_down(list, start, n) end
  for last = n - 1, 1, -1 do
    local kept = list[0]
    list[0] = list[last]
    list[last] = kept
    sift_down(list, 0, last)
  end
end

local function run(n)
  local quick = random_list(n)
  quicksort(quick, 0, n - 1)
  local merged = merge_sort(random_list(n), n)
  local heap = random_list(n)
  heap_sort(heap, n)
  local sum = 0
  for i = 0, n - 1 do
    if quick[i] ~= merged[i] or quick[i] ~= heap[i] then error("the sorts differ") end
    sum = sum + quick[i] % 1000 * (i % 10)
  end
  return sum
end

harness.serve(run)
