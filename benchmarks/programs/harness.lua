-- The protocol of harness.grok.

local harness = {}

local function show(result)
  -- Numbers of LuaJIT are floats; those of Lua 5.4 become floats easily.
  if type(result) == "number" then result = string.format("%.0f", result) end
  io.write(result, "\n")
  io.flush()
end

function harness.serve(run)
  if arg[1] then return show(run(tonumber(arg[1]))) end
  show("ready")
  for size in io.lines() do show(run(tonumber(size))) end
end

return harness
