local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local function line(n)
  local text = ""
  for i = 0, 19 do text = text .. tostring((n + i) % 100) .. "," end
  return text
end

local function run(n)
  local characters = 0
  local commas = 0
  for round = 0, n - 1 do
    local text = line(round)
    characters = characters + #text
    local i = 1
    while i <= 10 do
      if text:sub(i, i) == "," then commas = commas + 1 end
      i = i + 1
    end
  end
  return string.format("%d %d", characters, commas)
end

harness.serve(run)
