local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local floor = math.floor

local function make_text(words)
  local syllables = { "ba", "ce", "di", "fo", "gu", "ha", "le", "mi", "no", "su" }
  local seed = 42
  local pieces = {}
  for i = 0, words - 1 do
    seed = (seed * 1309 + 13849) % 65536
    local n = floor(seed % 100 * (floor(seed / 100) % 100) / 50)
    local word = ""
    while n > 0 do
      word = word .. syllables[n % 10 + 1]
      n = floor(n / 10)
    end
    pieces[#pieces + 1] = word == "" and "a" or word
    pieces[#pieces + 1] = i % 12 == 11 and ".\n" or " "
  end
  return table.concat(pieces)
end

local function is_letter(c) return c >= "a" and c <= "z" end

local function count(text)
  local counts = {}
  local start = 1
  for i = 1, #text do
    if not is_letter(text:sub(i, i)) then
      if start < i then
        local word = text:sub(start, i - 1)
        counts[word] = (counts[word] or 0) + 1
      end
      start = i + 1
    end
  end
  return counts
end

local function run(rounds)
  local text = make_text(20000)
  local result = ""
  for _ = 1, rounds do
    local counts = count(text)
    local words = {}
    for word in pairs(counts) do words[#words + 1] = word end
    table.sort(words, function(a, b)
      local difference = counts[b] - counts[a]
      if difference ~= 0 then return difference < 0 end
      return a < b
    end)
    local first, later = words[1], words[100]
    result = string.format("%d %s %d %s %d", #words, first, counts[first], later, counts[later])
  end
  return result
end

harness.serve(run)
