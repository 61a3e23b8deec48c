from harness import serve

REQUIRED = 0
PREFERRED = 2
DEFAULT = 3
NORMAL = 4
WEAKEST = 6

NOT_AT_ALL = 0
FORWARD = 1
BACKWARD = 2


class Variable:
    def __init__(self, value):
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.mark = 0
        self.strength = WEAKEST
        self.stay = True


def remove_item(items, item):
    for i in range(len(items)):
        if items[i] is item:
            del items[i]
            return


class Constraint:
    def __init__(self, strength):
        self.strength = strength

    def add(self, planner):
        self.attach()
        planner.incremental_add(self)
        return self

    def destroy(self, planner):
        if self.is_satisfied():
            planner.incremental_remove(self)
        else:
            self.detach()

    def satisfy(self, planner, mark):
        self.choose_method(mark)
        if not self.is_satisfied():
            if self.strength == REQUIRED:
                raise ValueError("a required constraint cannot be satisfied")
            return None
        self.mark_inputs(mark)
        out = self.output()
        overridden = out.determined_by
        if overridden is not None:
            overridden.mark_unsatisfied()
        out.determined_by = self
        if not planner.propagate(self, mark):
            raise ValueError("the constraints form a cycle")
        out.mark = mark
        return overridden


class Unary(Constraint):
    def __init__(self, variable, strength):
        super().__init__(strength)
        self.variable = variable
        self.satisfied = False

    def attach(self):
        self.variable.constraints.append(self)
        self.satisfied = False

    def detach(self):
        remove_item(self.variable.constraints, self)
        self.satisfied = False

    def is_satisfied(self):
        return self.satisfied

    def mark_unsatisfied(self):
        self.satisfied = False

    def output(self):
        return self.variable

    def mark_inputs(self, mark):
        pass

    def inputs_known(self, mark):
        return True

    def execute(self):
        pass

    def choose_method(self, mark):
        self.satisfied = self.variable.mark != mark and self.strength < self.variable.strength

    def recalculate(self):
        self.variable.strength = self.strength
        self.variable.stay = not self.is_input()
        if self.variable.stay:
            self.execute()


class Stay(Unary):
    def is_input(self):
        return False


class Edit(Unary):
    def is_input(self):
        return True


class Binary(Constraint):
    def __init__(self, first, second, strength):
        super().__init__(strength)
        self.first = first
        self.second = second
        self.direction = NOT_AT_ALL

    def is_satisfied(self):
        return self.direction != NOT_AT_ALL

    def mark_unsatisfied(self):
        self.direction = NOT_AT_ALL

    def is_input(self):
        return False

    def input(self):
        return self.first if self.direction == FORWARD else self.second

    def output(self):
        return self.second if self.direction == FORWARD else self.first

    def choose_method(self, mark):
        first = self.first
        second = self.second
        self.direction = NOT_AT_ALL
        if first.mark == mark:
            if second.mark != mark and self.strength < second.strength:
                self.direction = FORWARD
        elif second.mark == mark or first.strength > second.strength:
            if self.strength < first.strength:
                self.direction = BACKWARD
        elif self.strength < second.strength:
            self.direction = FORWARD


def is_known(variable, mark):
    return variable.mark == mark or variable.stay or variable.determined_by is None


class Equal(Binary):
    def attach(self):
        self.first.constraints.append(self)
        self.second.constraints.append(self)
        self.direction = NOT_AT_ALL

    def detach(self):
        remove_item(self.first.constraints, self)
        remove_item(self.second.constraints, self)
        self.direction = NOT_AT_ALL

    def mark_inputs(self, mark):
        self.input().mark = mark

    def inputs_known(self, mark):
        return is_known(self.input(), mark)

    def execute(self):
        self.output().value = self.input().value

    def recalculate(self):
        source = self.input()
        out = self.output()
        out.strength = max(self.strength, source.strength)
        out.stay = source.stay
        if out.stay:
            self.execute()


class Scale(Binary):
    def __init__(self, first, second, scale, offset, strength):
        super().__init__(first, second, strength)
        self.scale = scale
        self.offset = offset

    def attach(self):
        self.first.constraints.append(self)
        self.second.constraints.append(self)
        self.scale.constraints.append(self)
        self.offset.constraints.append(self)
        self.direction = NOT_AT_ALL

    def detach(self):
        remove_item(self.first.constraints, self)
        remove_item(self.second.constraints, self)
        remove_item(self.scale.constraints, self)
        remove_item(self.offset.constraints, self)
        self.direction = NOT_AT_ALL

    def mark_inputs(self, mark):
        self.input().mark = mark
        self.scale.mark = mark
        self.offset.mark = mark

    def inputs_known(self, mark):
        return (
            is_known(self.input(), mark)
            and is_known(self.scale, mark)
            and is_known(self.offset, mark)
        )

    def execute(self):
        if self.direction == FORWARD:
            self.second.value = self.first.value * self.scale.value + self.offset.value
        else:
            self.first.value = (self.second.value - self.offset.value) // self.scale.value

    def recalculate(self):
        source = self.input()
        out = self.output()
        out.strength = max(self.strength, source.strength)
        out.stay = source.stay and self.scale.stay and self.offset.stay
        if out.stay:
            self.execute()


class Planner:
    def __init__(self):
        self.mark = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def incremental_add(self, constraint):
        mark = self.new_mark()
        overridden = constraint.satisfy(self, mark)
        while overridden is not None:
            overridden = overridden.satisfy(self, mark)

    def incremental_remove(self, constraint):
        out = constraint.output()
        constraint.mark_unsatisfied()
        constraint.detach()
        unsatisfied = self.remove_propagate_from(out)
        for strength in range(REQUIRED, WEAKEST):
            for other in unsatisfied:
                if other.strength == strength:
                    self.incremental_add(other)

    def plan(self, sources):
        todo = []
        for source in sources:
            if source.is_input() and source.is_satisfied():
                todo.append(source)
        mark = self.new_mark()
        plan = []
        while todo:
            constraint = todo.pop()
            out = constraint.output()
            if out.mark != mark and constraint.inputs_known(mark):
                plan.append(constraint)
                out.mark = mark
                add_consuming(out, todo)
        return plan

    def propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            following = todo.pop()
            out = following.output()
            if out.mark == mark:
                self.incremental_remove(constraint)
                return False
            following.recalculate()
            add_consuming(out, todo)
        return True

    def remove_propagate_from(self, out):
        unsatisfied = []
        out.determined_by = None
        out.strength = WEAKEST
        out.stay = True
        todo = [out]
        while todo:
            variable = todo.pop()
            for constraint in variable.constraints:
                if not constraint.is_satisfied():
                    unsatisfied.append(constraint)
            determining = variable.determined_by
            for following in variable.constraints:
                if following is not determining and following.is_satisfied():
                    following.recalculate()
                    todo.append(following.output())
        return unsatisfied


def add_consuming(variable, todo):
    determining = variable.determined_by
    for constraint in variable.constraints:
        if constraint is not determining and constraint.is_satisfied():
            todo.append(constraint)


def execute(plan):
    for constraint in plan:
        constraint.execute()


def check(found, expected):
    if found != expected:
        raise ValueError(f"{found} instead of {expected}")
    return found


def chain(n):
    planner = Planner()
    first = Variable(0)
    last = first
    for _ in range(n):
        following = Variable(0)
        Equal(last, following, REQUIRED).add(planner)
        last = following
    Stay(last, DEFAULT).add(planner)
    edit = Edit(first, PREFERRED).add(planner)
    plan = planner.plan([edit])
    total = 0
    for i in range(100):
        first.value = i
        execute(plan)
        total += check(last.value, i)
    edit.destroy(planner)
    return total


def change(planner, variable, value):
    edit = Edit(variable, PREFERRED).add(planner)
    plan = planner.plan([edit])
    for _ in range(10):
        variable.value = value
        execute(plan)
    edit.destroy(planner)


def projection(n):
    planner = Planner()
    scale = Variable(10)
    offset = Variable(1000)
    source = None
    target = None
    targets = []
    for i in range(n):
        source = Variable(i)
        target = Variable(i)
        targets.append(target)
        Stay(source, NORMAL).add(planner)
        Scale(source, target, scale, offset, REQUIRED).add(planner)
    change(planner, source, 17)
    total = check(target.value, 1170)
    change(planner, target, 1050)
    total += check(source.value, 5)
    change(planner, scale, 5)
    for i in range(n - 1):
        total += check(targets[i].value, i * 5 + 1000)
    change(planner, offset, 2000)
    for i in range(n - 1):
        total += check(targets[i].value, i * 5 + 2000)
    return total


def run(rounds):
    total = 0
    for _ in range(rounds):
        total += chain(100) + projection(100)
    return total


serve(run)
