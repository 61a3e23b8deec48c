local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function flips(p, work, n)
  for i = 0, n - 1 do work[i] = p[i] end
  local count = 0
  local first = work[0]
  while first ~= 0 do
    local low, high = 0, first
    while low < high do
      local kept = work[low]
      work[low] = work[high]
      work[high] = kept
      low = low + 1
      high = high - 1
    end
    count = count + 1
    first = work[0]
  end
  return count
end

local function run(n)
  local p, work, left = {}, {}, {}
  for i = 0, n - 1 do p[i], work[i], left[i] = i, 0, 0 end
  local checksum = 0
  local longest = 0
  local even = true
  local width = n
  while true do
    while width > 1 do
      left[width - 1] = width
      width = width - 1
    end
    local count = flips(p, work, n)
    if count > longest then longest = count end
    if even then checksum = checksum + count else checksum = checksum - count end
    even = not even
    while true do
      if width == n then return string.format("%d %d", checksum, longest) end
      local first = p[0]
      for i = 0, width - 1 do p[i] = p[i + 1] end
      p[width] = first
      left[width] = left[width] - 1
      if left[width] > 0 then break end
      width = width + 1
    end
  end
end

harness.serve(run)
