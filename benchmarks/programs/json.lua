local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local null = {}

local Parser = {}
Parser.__index = Parser

function Parser:skip_space()
  while self.position <= #self.text do
    local c = self.text:sub(self.position, self.position)
    if c ~= " " and c ~= "\n" then break end
    self.position = self.position + 1
  end
end

function Parser:peek()
  self:skip_space()
  return self.text:sub(self.position, self.position)
end

function Parser:expect(character)
  local found = self:peek()
  if found ~= character then
    error(self.position .. ": expected " .. character .. ", found " .. found)
  end
  self.position = self.position + 1
end

function Parser:value()
  local c = self:peek()
  if c == "{" then return self:object() end
  if c == "[" then return self:list() end
  if c == '"' then return self:string() end
  if c == "t" then self.position = self.position + 4; return true end
  if c == "f" then self.position = self.position + 5; return false end
  if c == "n" then self.position = self.position + 4; return null end
  return self:number()
end

function Parser:object()
  local object = { names = {}, members = {} }
  self:expect("{")
  if self:peek() == "}" then self.position = self.position + 1; return object end
  while true do
    self:skip_space()
    local name = self:string()
    self:expect(":")
    object.names[#object.names + 1] = name
    object.members[name] = self:value()
    if self:peek() ~= "," then break end
    self.position = self.position + 1
  end
  self:expect("}")
  return object
end

function Parser:list()
  local items = {}
  self:expect("[")
  if self:peek() == "]" then self.position = self.position + 1; return items end
  while true do
    items[#items + 1] = self:value()
    if self:peek() ~= "," then break end
    self.position = self.position + 1
  end
  self:expect("]")
  return items
end

function Parser:string()
  self:expect('"')
  local pieces = {}
  local start = self.position
  while true do
    local c = self.text:sub(self.position, self.position)
    if c == '"' then break end
    if c == "\\" then
      pieces[#pieces + 1] = self.text:sub(start, self.position - 1)
      local escaped = self.text:sub(self.position + 1, self.position + 1)
      pieces[#pieces + 1] = escaped == "n" and "\n" or escaped
      self.position = self.position + 2
      start = self.position
    else
      self.position = self.position + 1
    end
  end
  local rest = self.text:sub(start, self.position - 1)
  self.position = self.position + 1
  if #pieces == 0 then return rest end
  pieces[#pieces + 1] = rest
  return table.concat(pieces)
end

function Parser:number()
  local start = self.position
  while self.position <= #self.text do
    local c = self.text:sub(self.position, self.position)
    if c ~= "." and c ~= "-" and (c < "0" or c > "9") then break end
    self.position = self.position + 1
  end
  return tonumber(self.text:sub(start, self.position - 1))
end

local function write_string(text, out)
  out[#out + 1] = '"'
  local start = 1
  for i = 1, #text do
    local c = text:sub(i, i)
    if c == '"' or c == "\\" or c == "\n" then
      out[#out + 1] = text:sub(start, i - 1)
      out[#out + 1] = "\\"
      out[#out + 1] = c == "\n" and "n" or c
      start = i + 1
    end
  end
  out[#out + 1] = start == 1 and text or text:sub(start)
  out[#out + 1] = '"'
end

local function write_value(value, out)
  local kind = type(value)
  if kind == "string" then
    write_string(value, out)
  elseif value == null then
    out[#out + 1] = "null"
  elseif kind == "table" and value.names == nil then
    out[#out + 1] = "["
    local first = true
    for i = 1, #value do
      if not first then out[#out + 1] = "," end
      first = false
      write_value(value[i], out)
    end
    out[#out + 1] = "]"
  elseif kind == "table" then
    out[#out + 1] = "{"
    local first = true
    for i = 1, #value.names do
      local name = value.names[i]
      if not first then out[#out + 1] = "," end
      first = false
      write_string(name, out)
      out[#out + 1] = ":"
      write_value(value.members[name], out)
    end
    out[#out + 1] = "}"
  else
    out[#out + 1] = tostring(value)
  end
end

local function stringify(value)
  local out = {}
  write_value(value, out)
  return table.concat(out)
end

local function sample()
  local records = {}
  for i = 0, 99 do
    records[#records + 1] = '{"id":' .. i .. ',"name":"record \\"' .. i * 7919 % 1000 .. '\\"",'
      .. '"tags":["red","green\\nblue","a rather longer text without escapes"],'
      .. '"position":{"x":' .. i * 37 % 101 .. '.25,"y":-' .. i * 53 % 97 .. ".5},"
      .. '"active":' .. (i % 3 == 0 and "true" or "false") .. ',"parent":null,"empty":[]}'
  end
  return "[" .. table.concat(records, ",") .. "]"
end

local function run(rounds)
  local text = sample()
  local characters = 0
  for _ = 1, rounds do
    local value = setmetatable({ text = text, position = 1 }, Parser):value()
    local written = stringify(value)
    if written ~= text then error("what was written differs from what was read") end
    characters = characters + #written + #value
  end
  return characters
end

harness.serve(run)
