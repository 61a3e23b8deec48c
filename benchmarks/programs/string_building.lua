local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function appended(n)
  local text = ""
  for i = 0, n - 1 do
    text = text .. "item "
    text = text .. tostring(i)
    text = text .. ";"
  end
  return text
end

local function joined(n)
  local pieces = {}
  for i = 0, n - 1 do pieces[#pieces + 1] = "item " .. tostring(i) end
  return table.concat(pieces, ";") .. ";"
end

local function formatted(n)
  local text = ""
  for i = 0, n - 1 do text = text .. string.format("item %d;", i) end
  return text
end

local function reversed(text)
  local out = ""
  local i = #text
  while i >= 1 do
    out = out .. text:sub(i, i)
    i = i - 1
  end
  return out
end

local function spaces(text)
  local count = 0
  for i = 1, #text do
    if text:sub(i, i) == " " then count = count + 1 end
  end
  return count
end

local function split(text, separator)
  local parts = {}
  local start = 1
  while true do
    local at = text:find(separator, start, true)
    if at == nil then break end
    parts[#parts + 1] = text:sub(start, at - 1)
    start = at + #separator
  end
  parts[#parts + 1] = text:sub(start)
  return parts
end

local function run(rounds)
  local total = 0
  for round = 0, rounds - 1 do
    local n = 200 + round % 10
    local text = appended(n)
    if joined(n) ~= text or formatted(n) ~= text then error("the ways differ") end
    local shorter = text:gsub("item", "x"):upper()
    local parts = split(shorter, ";")
    local middle = parts[math.floor(n / 2) + 1]
    total = total + spaces(text) + #reversed(shorter) + #parts + #middle
    if text:find("item 77;item 78", 1, true) then total = total + 1 end
  end
  return total
end

harness.serve(run)
