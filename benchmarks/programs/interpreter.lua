local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local LOAD = 0
local ADD = 1
local SUB = 2
local MUL = 3
local REM = 4
local LESS = 5
local JUMP_IF = 6
local JUMP = 7
local STORE = 8
local FETCH = 9
local HALT = 10

local function program()
  return {
    LOAD, 1, 1, 0,  -- 0
    LOAD, 9, 0, 0,  -- 4
    LOAD, 2, 1, 0,  -- 8
    ADD, 3, 1, 15,  -- 12
    ADD, 4, 2, 15,  -- 16
    LESS, 5, 15, 4,  -- 20
    JUMP_IF, 5, 32, 0,  -- 24
    JUMP, 52, 0, 0,  -- 28
    REM, 6, 3, 4,  -- 32
    ADD, 3, 4, 15,  -- 36
    ADD, 4, 6, 15,  -- 40
    LOAD, 7, 1, 0,  -- 44
    JUMP, 20, 0, 0,  -- 48
    ADD, 9, 9, 3,  -- 52
    STORE, 2, 3, 0,  -- 56
    FETCH, 8, 2, 0,  -- 60
    SUB, 8, 8, 3,  -- 64
    ADD, 9, 9, 8,  -- 68
    LOAD, 7, 1, 0,  -- 72
    ADD, 2, 2, 7,  -- 76
    LESS, 5, 2, 0,  -- 80
    JUMP_IF, 5, 12, 0,  -- 84
    ADD, 1, 1, 7,  -- 88
    LESS, 5, 1, 0,  -- 92
    JUMP_IF, 5, 8, 0,  -- 96
    HALT, 9, 0, 0,  -- 100
  }
end

local function execute(code, n)
  local registers, memory = {}, {}
  for i = 0, 15 do registers[i] = 0 end
  for i = 0, 999 do memory[i] = 0 end
  registers[0] = n
  local pc = 0
  local steps = 0
  while true do
    local operation = code[pc + 1]
    local a = code[pc + 2]
    local b = code[pc + 3]
    local c = code[pc + 4]
    pc = pc + 4
    steps = steps + 1
    if operation == LOAD then registers[a] = b
    elseif operation == ADD then registers[a] = registers[b] + registers[c]
    elseif operation == SUB then registers[a] = registers[b] - registers[c]
    elseif operation == MUL then registers[a] = registers[b] * registers[c]
    elseif operation == REM then registers[a] = registers[b] % registers[c]
    elseif operation == LESS then registers[a] = registers[b] < registers[c] and 1 or 0
    elseif operation == JUMP_IF then if registers[a] ~= 0 then pc = b end
    elseif operation == JUMP then pc = a
    elseif operation == STORE then memory[registers[a]] = registers[b]
    elseif operation == FETCH then registers[a] = memory[registers[b]]
    else return string.format("%d %d", registers[a], steps) end
  end
end

local function run(n) return execute(program(), n) end

harness.serve(run)
