const { serve } = require("./harness");

const REQUIRED = 0;
const PREFERRED = 2;
const DEFAULT = 3;
const NORMAL = 4;
const WEAKEST = 6;

const NOT_AT_ALL = 0;
const FORWARD = 1;
const BACKWARD = 2;

class Variable {
  constructor(value) {
    this.value = value;
    this.constraints = [];
    this.determinedBy = null;
    this.mark = 0;
    this.strength = WEAKEST;
    this.stay = true;
  }
}

function removeItem(list, item) {
  for (let i = 0; i < list.length; i++) {
    if (list[i] === item) {
      list.splice(i, 1);
      return;
    }
  }
}

class Constraint {
  constructor(strength) { this.strength = strength; }

  add(planner) {
    this.attach();
    planner.incrementalAdd(this);
    return this;
  }

  destroy(planner) {
    if (this.isSatisfied()) planner.incrementalRemove(this);
    else this.detach();
  }

  satisfy(planner, mark) {
    this.chooseMethod(mark);
    if (!this.isSatisfied()) {
      if (this.strength === REQUIRED) throw new Error("a required constraint cannot be satisfied");
      return null;
    }
    this.markInputs(mark);
    const out = this.output();
    const overridden = out.determinedBy;
    if (overridden !== null) overridden.markUnsatisfied();
    out.determinedBy = this;
    if (!planner.propagate(this, mark)) throw new Error("the constraints form a cycle");
    out.mark = mark;
    return overridden;
  }
}

class Unary extends Constraint {
  constructor(variable, strength) {
    super(strength);
    this.variable = variable;
    this.satisfied = false;
  }

  attach() {
    this.variable.constraints.push(this);
    this.satisfied = false;
  }

  detach() {
    removeItem(this.variable.constraints, this);
    this.satisfied = false;
  }

  isSatisfied() { return this.satisfied; }
  markUnsatisfied() { this.satisfied = false; }
  output() { return this.variable; }
  markInputs(mark) {}
  inputsKnown(mark) { return true; }
  execute() {}

  chooseMethod(mark) {
    this.satisfied = this.variable.mark !== mark && this.strength < this.variable.strength;
  }

  recalculate() {
    this.variable.strength = this.strength;
    this.variable.stay = !this.isInput();
    if (this.variable.stay) this.execute();
  }
}

class Stay extends Unary {
  isInput() { return false; }
}

class Edit extends Unary {
  isInput() { return true; }
}

class Binary extends Constraint {
  constructor(first, second, strength) {
    super(strength);
    this.first = first;
    this.second = second;
    this.direction = NOT_AT_ALL;
  }

  isSatisfied() { return this.direction !== NOT_AT_ALL; }
  markUnsatisfied() { this.direction = NOT_AT_ALL; }
  isInput() { return false; }
  input() { return this.direction === FORWARD ? this.first : this.second; }
  output() { return this.direction === FORWARD ? this.second : this.first; }

  chooseMethod(mark) {
    const first = this.first;
    const second = this.second;
    this.direction = NOT_AT_ALL;
    if (first.mark === mark) {
      if (second.mark !== mark && this.strength < second.strength) this.direction = FORWARD;
    } else if (second.mark === mark) {
      if (this.strength < first.strength) this.direction = BACKWARD;
    } else if (first.strength > second.strength) {
      if (this.strength < first.strength) this.direction = BACKWARD;
    } else {
      if (this.strength < second.strength) this.direction = FORWARD;
    }
  }
}

function isKnown(variable, mark) {
  return variable.mark === mark || variable.stay || variable.determinedBy === null;
}

class Equal extends Binary {
  attach() {
    this.first.constraints.push(this);
    this.second.constraints.push(this);
    this.direction = NOT_AT_ALL;
  }

  detach() {
    removeItem(this.first.constraints, this);
    removeItem(this.second.constraints, this);
    this.direction = NOT_AT_ALL;
  }

  markInputs(mark) { this.input().mark = mark; }
  inputsKnown(mark) { return isKnown(this.input(), mark); }
  execute() { this.output().value = this.input().value; }

  recalculate() {
    const from = this.input();
    const out = this.output();
    out.strength = Math.max(this.strength, from.strength);
    out.stay = from.stay;
    if (out.stay) this.execute();
  }
}

class Scale extends Binary {
  constructor(first, second, scale, offset, strength) {
    super(first, second, strength);
    this.scale = scale;
    this.offset = offset;
  }

  attach() {
    this.first.constraints.push(this);
    this.second.constraints.push(this);
    this.scale.constraints.push(this);
    this.offset.constraints.push(this);
    this.direction = NOT_AT_ALL;
  }

  detach() {
    removeItem(this.first.constraints, this);
    removeItem(this.second.constraints, this);
    removeItem(this.scale.constraints, this);
    removeItem(this.offset.constraints, this);
    this.direction = NOT_AT_ALL;
  }

  markInputs(mark) {
    this.input().mark = mark;
    this.scale.mark = mark;
    this.offset.mark = mark;
  }

  inputsKnown(mark) {
    return isKnown(this.input(), mark) && isKnown(this.scale, mark) && isKnown(this.offset, mark);
  }

  execute() {
    if (this.direction === FORWARD) {
      this.second.value = this.first.value * this.scale.value + this.offset.value;
    } else {
      this.first.value = Math.trunc((this.second.value - this.offset.value) / this.scale.value);
    }
  }

  recalculate() {
    const from = this.input();
    const out = this.output();
    out.strength = Math.max(this.strength, from.strength);
    out.stay = from.stay && this.scale.stay && this.offset.stay;
    if (out.stay) this.execute();
  }
}

class Planner {
  constructor() { this.mark = 0; }

  newMark() {
    this.mark += 1;
    return this.mark;
  }

  incrementalAdd(constraint) {
    const mark = this.newMark();
    let overridden = constraint.satisfy(this, mark);
    while (overridden !== null) overridden = overridden.satisfy(this, mark);
  }

  incrementalRemove(constraint) {
    const out = constraint.output();
    constraint.markUnsatisfied();
    constraint.detach();
    const unsatisfied = this.removePropagateFrom(out);
    for (let strength = REQUIRED; strength < WEAKEST; strength++) {
      for (const other of unsatisfied) {
        if (other.strength === strength) this.incrementalAdd(other);
      }
    }
  }

  plan(sources) {
    const todo = [];
    for (const source of sources) {
      if (source.isInput() && source.isSatisfied()) todo.push(source);
    }
    const mark = this.newMark();
    const plan = [];
    while (todo.length > 0) {
      const constraint = todo.pop();
      const out = constraint.output();
      if (out.mark !== mark && constraint.inputsKnown(mark)) {
        plan.push(constraint);
        out.mark = mark;
        addConsuming(out, todo);
      }
    }
    return plan;
  }

  propagate(constraint, mark) {
    const todo = [constraint];
    while (todo.length > 0) {
      const next = todo.pop();
      const out = next.output();
      if (out.mark === mark) {
        this.incrementalRemove(constraint);
        return false;
      }
      next.recalculate();
      addConsuming(out, todo);
    }
    return true;
  }

  removePropagateFrom(out) {
    const unsatisfied = [];
    out.determinedBy = null;
    out.strength = WEAKEST;
    out.stay = true;
    const todo = [out];
    while (todo.length > 0) {
      const variable = todo.pop();
      for (const constraint of variable.constraints) {
        if (!constraint.isSatisfied()) unsatisfied.push(constraint);
      }
      const determining = variable.determinedBy;
      for (const next of variable.constraints) {
        if (next !== determining && next.isSatisfied()) {
          next.recalculate();
          todo.push(next.output());
        }
      }
    }
    return unsatisfied;
  }
}

function addConsuming(variable, todo) {
  const determining = variable.determinedBy;
  for (const constraint of variable.constraints) {
    if (constraint !== determining && constraint.isSatisfied()) todo.push(constraint);
  }
}

function execute(plan) {
  for (const constraint of plan) constraint.execute();
}

function check(found, expected) {
  if (found !== expected) throw new Error(`${found} instead of ${expected}`);
  return found;
}

function chain(n) {
  const planner = new Planner();
  const first = new Variable(0);
  let last = first;
  for (let i = 0; i < n; i++) {
    const next = new Variable(0);
    new Equal(last, next, REQUIRED).add(planner);
    last = next;
  }
  new Stay(last, DEFAULT).add(planner);
  const edit = new Edit(first, PREFERRED).add(planner);
  const plan = planner.plan([edit]);
  let total = 0;
  for (let i = 0; i < 100; i++) {
    first.value = i;
    execute(plan);
    total += check(last.value, i);
  }
  edit.destroy(planner);
  return total;
}

function change(planner, variable, value) {
  const edit = new Edit(variable, PREFERRED).add(planner);
  const plan = planner.plan([edit]);
  for (let i = 0; i < 10; i++) {
    variable.value = value;
    execute(plan);
  }
  edit.destroy(planner);
}

function projection(n) {
  const planner = new Planner();
  const scale = new Variable(10);
  const offset = new Variable(1000);
  let source = null;
  let target = null;
  const targets = [];
  for (let i = 0; i < n; i++) {
    source = new Variable(i);
    target = new Variable(i);
    targets.push(target);
    new Stay(source, NORMAL).add(planner);
    new Scale(source, target, scale, offset, REQUIRED).add(planner);
  }
  change(planner, source, 17);
  let total = check(target.value, 1170);
  change(planner, target, 1050);
  total += check(source.value, 5);
  change(planner, scale, 5);
  for (let i = 0; i < n - 1; i++) total += check(targets[i].value, i * 5 + 1000);
  change(planner, offset, 2000);
  for (let i = 0; i < n - 1; i++) total += check(targets[i].value, i * 5 + 2000);
  return total;
}

function run(rounds) {
  let total = 0;
  for (let round = 0; round < rounds; round++) total += chain(100) + projection(100);
  return total;
}

serve(run);
