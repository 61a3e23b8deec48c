local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local REQUIRED = 0
local PREFERRED = 2
local DEFAULT = 3
local NORMAL = 4
local WEAKEST = 6

local NOT_AT_ALL = 0
local FORWARD = 1
local BACKWARD = 2

local function variable(value)
  return {
    value = value,
    constraints = {},
    determined_by = nil,
    mark = 0,
    strength = WEAKEST,
    stay = true,
  }
end

local function push(list, item) list[#list + 1] = item end

local function pop(list)
  local item = list[#list]
  list[#list] = nil
  return item
end

local function remove_item(list, item)
  for i = 1, #list do
    if list[i] == item then
      table.remove(list, i)
      return
    end
  end
end

-- A type with its own copy of the methods of each trait.
local function class(...)
  local methods = {}
  methods.__index = methods
  for _, trait in ipairs({ ... }) do
    for name, method in pairs(trait) do methods[name] = method end
  end
  return methods
end

local Constraint = {}

function Constraint:add(planner)
  self:attach()
  planner:incremental_add(self)
  return self
end

function Constraint:destroy(planner)
  if self:is_satisfied() then planner:incremental_remove(self) else self:detach() end
end

function Constraint:satisfy(planner, mark)
  self:choose_method(mark)
  if not self:is_satisfied() then
    if self.strength == REQUIRED then error("a required constraint cannot be satisfied") end
    return nil
  end
  self:mark_inputs(mark)
  local out = self:output()
  local overridden = out.determined_by
  if overridden ~= nil then overridden:mark_unsatisfied() end
  out.determined_by = self
  if not planner:propagate(self, mark) then error("the constraints form a cycle") end
  out.mark = mark
  return overridden
end

local Unary = {}

function Unary:attach()
  push(self.variable.constraints, self)
  self.satisfied = false
end

function Unary:detach()
  remove_item(self.variable.constraints, self)
  self.satisfied = false
end

function Unary:is_satisfied() return self.satisfied end
function Unary:mark_unsatisfied() self.satisfied = false end
function Unary:output() return self.variable end
function Unary:mark_inputs() end
function Unary:inputs_known() return true end
function Unary:execute() end

function Unary:choose_method(mark)
  self.satisfied = self.variable.mark ~= mark and self.strength < self.variable.strength
end

function Unary:recalculate()
  self.variable.strength = self.strength
  self.variable.stay = not self:is_input()
  if self.variable.stay then self:execute() end
end

local Stay = class(Constraint, Unary)

function Stay.new(variable, strength)
  return setmetatable({ variable = variable, strength = strength, satisfied = false }, Stay)
end

function Stay:is_input() return false end

local Edit = class(Constraint, Unary)

function Edit.new(variable, strength)
  return setmetatable({ variable = variable, strength = strength, satisfied = false }, Edit)
end

function Edit:is_input() return true end

local Binary = {}

function Binary:is_satisfied() return self.direction ~= NOT_AT_ALL end
function Binary:mark_unsatisfied() self.direction = NOT_AT_ALL end
function Binary:is_input() return false end

function Binary:input()
  if self.direction == FORWARD then return self.first end
  return self.second
end

function Binary:output()
  if self.direction == FORWARD then return self.second end
  return self.first
end

function Binary:choose_method(mark)
  local first = self.first
  local second = self.second
  self.direction = NOT_AT_ALL
  if first.mark == mark then
    if second.mark ~= mark and self.strength < second.strength then self.direction = FORWARD end
  elseif second.mark == mark then
    if self.strength < first.strength then self.direction = BACKWARD end
  elseif first.strength > second.strength then
    if self.strength < first.strength then self.direction = BACKWARD end
  else
    if self.strength < second.strength then self.direction = FORWARD end
  end
end

local function is_known(variable, mark)
  return variable.mark == mark or variable.stay or variable.determined_by == nil
end

local Equal = class(Constraint, Binary)

function Equal.new(first, second, strength)
  return setmetatable({
    first = first,
    second = second,
    strength = strength,
    direction = NOT_AT_ALL,
  }, Equal)
end

function Equal:attach()
  push(self.first.constraints, self)
  push(self.second.constraints, self)
  self.direction = NOT_AT_ALL
end

function Equal:detach()
  remove_item(self.first.constraints, self)
  remove_item(self.second.constraints, self)
  self.direction = NOT_AT_ALL
end

function Equal:mark_inputs(mark) self:input().mark = mark end
function Equal:inputs_known(mark) return is_known(self:input(), mark) end
function Equal:execute() self:output().value = self:input().value end

function Equal:recalculate()
  local from = self:input()
  local out = self:output()
  out.strength = math.max(self.strength, from.strength)
  out.stay = from.stay
  if out.stay then self:execute() end
end

local Scale = class(Constraint, Binary)

function Scale.new(first, second, scale, offset, strength)
  return setmetatable({
    first = first,
    second = second,
    scale = scale,
    offset = offset,
    strength = strength,
    direction = NOT_AT_ALL,
  }, Scale)
end

function Scale:attach()
  push(self.first.constraints, self)
  push(self.second.constraints, self)
  push(self.scale.constraints, self)
  push(self.offset.constraints, self)
  self.direction = NOT_AT_ALL
end

function Scale:detach()
  remove_item(self.first.constraints, self)
  remove_item(self.second.constraints, self)
  remove_item(self.scale.constraints, self)
  remove_item(self.offset.constraints, self)
  self.direction = NOT_AT_ALL
end

function Scale:mark_inputs(mark)
  self:input().mark = mark
  self.scale.mark = mark
  self.offset.mark = mark
end

function Scale:inputs_known(mark)
  return is_known(self:input(), mark) and is_known(self.scale, mark) and is_known(self.offset, mark)
end

function Scale:execute()
  if self.direction == FORWARD then
    self.second.value = self.first.value * self.scale.value + self.offset.value
  else
    self.first.value = math.floor((self.second.value - self.offset.value) / self.scale.value)
  end
end

function Scale:recalculate()
  local from = self:input()
  local out = self:output()
  out.strength = math.max(self.strength, from.strength)
  out.stay = from.stay and self.scale.stay and self.offset.stay
  if out.stay then self:execute() end
end

local function add_consuming(variable, todo)
  local determining = variable.determined_by
  local constraints = variable.constraints
  for i = 1, #constraints do
    local constraint = constraints[i]
    if constraint ~= determining and constraint:is_satisfied() then push(todo, constraint) end
  end
end

local Planner = class()

function Planner.new() return setmetatable({ mark = 0 }, Planner) end

function Planner:new_mark()
  self.mark = self.mark + 1
  return self.mark
end

function Planner:incremental_add(constraint)
  local mark = self:new_mark()
  local overridden = constraint:satisfy(self, mark)
  while overridden ~= nil do overridden = overridden:satisfy(self, mark) end
end

function Planner:incremental_remove(constraint)
  local out = constraint:output()
  constraint:mark_unsatisfied()
  constraint:detach()
  local unsatisfied = self:remove_propagate_from(out)
  for strength = REQUIRED, WEAKEST - 1 do
    for i = 1, #unsatisfied do
      local other = unsatisfied[i]
      if other.strength == strength then self:incremental_add(other) end
    end
  end
end

function Planner:plan(sources)
  local todo = {}
  for i = 1, #sources do
    local source = sources[i]
    if source:is_input() and source:is_satisfied() then push(todo, source) end
  end
  local mark = self:new_mark()
  local plan = {}
  while #todo > 0 do
    local constraint = pop(todo)
    local out = constraint:output()
    if out.mark ~= mark and constraint:inputs_known(mark) then
      push(plan, constraint)
      out.mark = mark
      add_consuming(out, todo)
    end
  end
  return plan
end

function Planner:propagate(constraint, mark)
  local todo = { constraint }
  while #todo > 0 do
    local next = pop(todo)
    local out = next:output()
    if out.mark == mark then
      self:incremental_remove(constraint)
      return false
    end
    next:recalculate()
    add_consuming(out, todo)
  end
  return true
end

function Planner:remove_propagate_from(out)
  local unsatisfied = {}
  out.determined_by = nil
  out.strength = WEAKEST
  out.stay = true
  local todo = { out }
  while #todo > 0 do
    local variable = pop(todo)
    local constraints = variable.constraints
    for i = 1, #constraints do
      local constraint = constraints[i]
      if not constraint:is_satisfied() then push(unsatisfied, constraint) end
    end
    local determining = variable.determined_by
    for i = 1, #constraints do
      local next = constraints[i]
      if next ~= determining and next:is_satisfied() then
        next:recalculate()
        push(todo, next:output())
      end
    end
  end
  return unsatisfied
end

local function execute(plan)
  for i = 1, #plan do plan[i]:execute() end
end

local function check(found, expected)
  if found ~= expected then error(found .. " instead of " .. expected) end
  return found
end

local function chain(n)
  local planner = Planner.new()
  local first = variable(0)
  local last = first
  for _ = 1, n do
    local next = variable(0)
    Equal.new(last, next, REQUIRED):add(planner)
    last = next
  end
  Stay.new(last, DEFAULT):add(planner)
  local edit = Edit.new(first, PREFERRED):add(planner)
  local plan = planner:plan({ edit })
  local total = 0
  for i = 0, 99 do
    first.value = i
    execute(plan)
    total = total + check(last.value, i)
  end
  edit:destroy(planner)
  return total
end

local function change(planner, variable, value)
  local edit = Edit.new(variable, PREFERRED):add(planner)
  local plan = planner:plan({ edit })
  for _ = 1, 10 do
    variable.value = value
    execute(plan)
  end
  edit:destroy(planner)
end

local function projection(n)
  local planner = Planner.new()
  local scale = variable(10)
  local offset = variable(1000)
  local source, target
  local targets = {}
  for i = 0, n - 1 do
    source = variable(i)
    target = variable(i)
    push(targets, target)
    Stay.new(source, NORMAL):add(planner)
    Scale.new(source, target, scale, offset, REQUIRED):add(planner)
  end
  change(planner, source, 17)
  local total = check(target.value, 1170)
  change(planner, target, 1050)
  total = total + check(source.value, 5)
  change(planner, scale, 5)
  for i = 0, n - 2 do total = total + check(targets[i + 1].value, i * 5 + 1000) end
  change(planner, offset, 2000)
  for i = 0, n - 2 do total = total + check(targets[i + 1].value, i * 5 + 2000) end
  return total
end

local function run(rounds)
  local total = 0
  for _ = 1, rounds do total = total + chain(100) + projection(100) end
  return total
end

harness.serve(run)
