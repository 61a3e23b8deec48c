local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local IDLE = 0
local WORKER = 1
local HANDLER_A = 2
local HANDLER_B = 3
local DEVICE_A = 4
local DEVICE_B = 5

local DEVICE_PACKET = 0
local WORK_PACKET = 1

local function class()
  local methods = {}
  methods.__index = methods
  return methods
end

local function packet(link, identity, kind)
  return { link = link, identity = identity, kind = kind, datum = 0, data = { 0, 0, 0, 0 } }
end

local function append(packet, queue)
  packet.link = nil
  if queue == nil then return packet end
  local last = queue
  while last.link ~= nil do last = last.link end
  last.link = packet
  return queue
end

local Control = class()

function Control:is_stopped()
  return self.held or (not self.has_packet and self.waiting)
end

function Control:resume(scheduler)
  local arrived = nil
  if self.waiting and self.has_packet then
    arrived = self.queue
    self.queue = arrived.link
    self.waiting = false
    self.has_packet = self.queue ~= nil
  end
  return self.work:step(scheduler, arrived)
end

function Control:accept(packet, current)
  if self.queue == nil then
    self.queue = packet
    self.has_packet = true
    if self.priority > current.priority then return self end
  else
    self.queue = append(packet, self.queue)
  end
  return current
end

local Scheduler = class()

function Scheduler:add(identity, priority, queue, work, waiting)
  local control = setmetatable({
    link = self.first,
    identity = identity,
    priority = priority,
    queue = queue,
    work = work,
    has_packet = queue ~= nil,
    waiting = waiting,
    held = false,
  }, Control)
  self.first = control
  self.tasks[identity] = control
end

function Scheduler:schedule()
  self.current = self.first
  while self.current ~= nil do
    if self.current:is_stopped() then
      self.current = self.current.link
    else
      self.identity = self.current.identity
      self.current = self.current:resume(self)
    end
  end
end

function Scheduler:wait()
  self.current.waiting = true
  return self.current
end

function Scheduler:hold()
  self.holds = self.holds + 1
  self.current.held = true
  return self.current.link
end

function Scheduler:release(identity)
  local task = self.tasks[identity]
  task.held = false
  if task.priority > self.current.priority then return task end
  return self.current
end

function Scheduler:submit(packet)
  local task = self.tasks[packet.identity]
  self.queued = self.queued + 1
  packet.link = nil
  packet.identity = self.identity
  return task:accept(packet, self.current)
end

-- Lua 5.1 has no bit operators; 0xD008 as the bits that it sets.
local function toggle(control)
  for _, bit in ipairs({ 8, 4096, 16384, 32768 }) do
    if control % (2 * bit) >= bit then control = control - bit else control = control + bit end
  end
  return control
end

local Idle = class()

function Idle:step(scheduler)
  self.count = self.count - 1
  if self.count == 0 then return scheduler:hold() end
  local odd = self.control % 2 == 1
  self.control = math.floor(self.control / 2)
  if not odd then return scheduler:release(DEVICE_A) end
  self.control = toggle(self.control)
  return scheduler:release(DEVICE_B)
end

local Worker = class()

function Worker:step(scheduler, arrived)
  if arrived == nil then return scheduler:wait() end
  self.target = self.target == HANDLER_A and HANDLER_B or HANDLER_A
  arrived.identity = self.target
  arrived.datum = 0
  for i = 1, 4 do
    self.letter = self.letter % 26 + 1
    arrived.data[i] = self.letter
  end
  return scheduler:submit(arrived)
end

local Handler = class()

function Handler:step(scheduler, arrived)
  if arrived ~= nil then
    if arrived.kind == WORK_PACKET then
      self.work = append(arrived, self.work)
    else
      self.free = append(arrived, self.free)
    end
  end
  if self.work ~= nil then
    local work = self.work
    local done = work.datum
    if done == 4 then
      self.work = work.link
      return scheduler:submit(work)
    end
    if self.free ~= nil then
      local free = self.free
      self.free = free.link
      free.datum = work.data[done + 1]
      work.datum = done + 1
      return scheduler:submit(free)
    end
  end
  return scheduler:wait()
end

local Device = class()

function Device:step(scheduler, arrived)
  if arrived == nil then
    if self.pending == nil then return scheduler:wait() end
    local pending = self.pending
    self.pending = nil
    return scheduler:submit(pending)
  end
  self.pending = arrived
  return scheduler:hold()
end

local function simulate()
  local scheduler = setmetatable({ tasks = {}, identity = 0, queued = 0, holds = 0 }, Scheduler)
  scheduler:add(IDLE, 0, nil, setmetatable({ control = 1, count = 10000 }, Idle), false)
  local queue = packet(nil, WORKER, WORK_PACKET)
  queue = packet(queue, WORKER, WORK_PACKET)
  local worker = setmetatable({ target = HANDLER_A, letter = 0 }, Worker)
  scheduler:add(WORKER, 1000, queue, worker, true)
  queue = nil
  for _ = 1, 3 do queue = packet(queue, DEVICE_A, DEVICE_PACKET) end
  scheduler:add(HANDLER_A, 2000, queue, setmetatable({}, Handler), true)
  queue = nil
  for _ = 1, 3 do queue = packet(queue, DEVICE_B, DEVICE_PACKET) end
  scheduler:add(HANDLER_B, 3000, queue, setmetatable({}, Handler), true)
  scheduler:add(DEVICE_A, 4000, nil, setmetatable({}, Device), true)
  scheduler:add(DEVICE_B, 5000, nil, setmetatable({}, Device), true)
  scheduler:schedule()
  return scheduler
end

local function run(rounds)
  local queued = 0
  local holds = 0
  for _ = 1, rounds do
    local scheduler = simulate()
    queued = queued + scheduler.queued
    holds = holds + scheduler.holds
  end
  return string.format("%d %d", queued / rounds, holds / rounds)
end

harness.serve(run)
