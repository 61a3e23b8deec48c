import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

final class Deltablue {
    static final int REQUIRED = 0;
    static final int PREFERRED = 2;
    static final int DEFAULT = 3;
    static final int NORMAL = 4;
    static final int WEAKEST = 6;

    enum Direction { NOT_AT_ALL, FORWARD, BACKWARD }

    static final class Variable {
        long value;
        final List<Constraint> constraints = new ArrayList<>();
        Constraint determinedBy = null;
        int mark = 0;
        int strength = WEAKEST;
        boolean stay = true;

        Variable(long value) {
            this.value = value;
        }
    }

    abstract static class Constraint {
        final int strength;

        Constraint(int strength) {
            this.strength = strength;
        }

        abstract void attach();
        abstract void detach();
        abstract boolean isSatisfied();
        abstract void markUnsatisfied();
        abstract boolean isInput();
        abstract Variable output();
        abstract void markInputs(int mark);
        abstract boolean inputsKnown(int mark);
        abstract void chooseMethod(int mark);
        abstract void recalculate();
        abstract void execute();

        Constraint add(Planner planner) {
            attach();
            planner.incrementalAdd(this);
            return this;
        }

        void destroy(Planner planner) {
            if (isSatisfied()) planner.incrementalRemove(this);
            else detach();
        }

        Constraint satisfy(Planner planner, int mark) {
            chooseMethod(mark);
            if (!isSatisfied()) {
                if (strength == REQUIRED) {
                    throw new IllegalStateException("a required constraint cannot be satisfied");
                }
                return null;
            }
            markInputs(mark);
            Variable out = output();
            Constraint overridden = out.determinedBy;
            if (overridden != null) overridden.markUnsatisfied();
            out.determinedBy = this;
            if (!planner.propagate(this, mark)) {
                throw new IllegalStateException("the constraints form a cycle");
            }
            out.mark = mark;
            return overridden;
        }
    }

    abstract static class Unary extends Constraint {
        private final Variable variable;
        private boolean satisfied = false;

        Unary(Variable variable, int strength) {
            super(strength);
            this.variable = variable;
        }

        void attach() {
            variable.constraints.add(this);
            satisfied = false;
        }

        void detach() {
            variable.constraints.remove(this);
            satisfied = false;
        }

        boolean isSatisfied() {
            return satisfied;
        }

        void markUnsatisfied() {
            satisfied = false;
        }

        Variable output() {
            return variable;
        }

        void markInputs(int mark) {}

        boolean inputsKnown(int mark) {
            return true;
        }

        void execute() {}

        void chooseMethod(int mark) {
            satisfied = variable.mark != mark && strength < variable.strength;
        }

        void recalculate() {
            variable.strength = strength;
            variable.stay = !isInput();
            if (variable.stay) execute();
        }
    }

    static final class Stay extends Unary {
        Stay(Variable variable, int strength) {
            super(variable, strength);
        }

        boolean isInput() {
            return false;
        }
    }

    static final class Edit extends Unary {
        Edit(Variable variable, int strength) {
            super(variable, strength);
        }

        boolean isInput() {
            return true;
        }
    }

    abstract static class Binary extends Constraint {
        final Variable first;
        final Variable second;
        Direction direction = Direction.NOT_AT_ALL;

        Binary(Variable first, Variable second, int strength) {
            super(strength);
            this.first = first;
            this.second = second;
        }

        boolean isSatisfied() {
            return direction != Direction.NOT_AT_ALL;
        }

        void markUnsatisfied() {
            direction = Direction.NOT_AT_ALL;
        }

        boolean isInput() {
            return false;
        }

        Variable input() {
            return direction == Direction.FORWARD ? first : second;
        }

        Variable output() {
            return direction == Direction.FORWARD ? second : first;
        }

        void chooseMethod(int mark) {
            direction = Direction.NOT_AT_ALL;
            if (first.mark == mark) {
                if (second.mark != mark && strength < second.strength) direction = Direction.FORWARD;
            } else if (second.mark == mark) {
                if (strength < first.strength) direction = Direction.BACKWARD;
            } else if (first.strength > second.strength) {
                if (strength < first.strength) direction = Direction.BACKWARD;
            } else {
                if (strength < second.strength) direction = Direction.FORWARD;
            }
        }
    }

    static boolean isKnown(Variable variable, int mark) {
        return variable.mark == mark || variable.stay || variable.determinedBy == null;
    }

    static final class Equal extends Binary {
        Equal(Variable first, Variable second, int strength) {
            super(first, second, strength);
        }

        void attach() {
            first.constraints.add(this);
            second.constraints.add(this);
            direction = Direction.NOT_AT_ALL;
        }

        void detach() {
            first.constraints.remove(this);
            second.constraints.remove(this);
            direction = Direction.NOT_AT_ALL;
        }

        void markInputs(int mark) {
            input().mark = mark;
        }

        boolean inputsKnown(int mark) {
            return isKnown(input(), mark);
        }

        void execute() {
            output().value = input().value;
        }

        void recalculate() {
            Variable from = input();
            Variable out = output();
            out.strength = Math.max(strength, from.strength);
            out.stay = from.stay;
            if (out.stay) execute();
        }
    }

    static final class Scale extends Binary {
        private final Variable scale;
        private final Variable offset;

        Scale(Variable first, Variable second, Variable scale, Variable offset, int strength) {
            super(first, second, strength);
            this.scale = scale;
            this.offset = offset;
        }

        void attach() {
            first.constraints.add(this);
            second.constraints.add(this);
            scale.constraints.add(this);
            offset.constraints.add(this);
            direction = Direction.NOT_AT_ALL;
        }

        void detach() {
            first.constraints.remove(this);
            second.constraints.remove(this);
            scale.constraints.remove(this);
            offset.constraints.remove(this);
            direction = Direction.NOT_AT_ALL;
        }

        void markInputs(int mark) {
            input().mark = mark;
            scale.mark = mark;
            offset.mark = mark;
        }

        boolean inputsKnown(int mark) {
            return isKnown(input(), mark) && isKnown(scale, mark) && isKnown(offset, mark);
        }

        void execute() {
            if (direction == Direction.FORWARD) {
                second.value = first.value * scale.value + offset.value;
            } else {
                first.value = (second.value - offset.value) / scale.value;
            }
        }

        void recalculate() {
            Variable from = input();
            Variable out = output();
            out.strength = Math.max(strength, from.strength);
            out.stay = from.stay && scale.stay && offset.stay;
            if (out.stay) execute();
        }
    }

    static final class Planner {
        private int mark = 0;

        int newMark() {
            mark += 1;
            return mark;
        }

        void incrementalAdd(Constraint constraint) {
            int mark = newMark();
            Constraint overridden = constraint.satisfy(this, mark);
            while (overridden != null) overridden = overridden.satisfy(this, mark);
        }

        void incrementalRemove(Constraint constraint) {
            Variable out = constraint.output();
            constraint.markUnsatisfied();
            constraint.detach();
            List<Constraint> unsatisfied = removePropagateFrom(out);
            for (int strength = REQUIRED; strength < WEAKEST; strength++) {
                for (Constraint other : unsatisfied) {
                    if (other.strength == strength) incrementalAdd(other);
                }
            }
        }

        List<Constraint> plan(List<Constraint> sources) {
            List<Constraint> todo = new ArrayList<>();
            for (Constraint source : sources) {
                if (source.isInput() && source.isSatisfied()) todo.add(source);
            }
            int mark = newMark();
            List<Constraint> plan = new ArrayList<>();
            while (!todo.isEmpty()) {
                Constraint constraint = todo.remove(todo.size() - 1);
                Variable out = constraint.output();
                if (out.mark != mark && constraint.inputsKnown(mark)) {
                    plan.add(constraint);
                    out.mark = mark;
                    addConsuming(out, todo);
                }
            }
            return plan;
        }

        boolean propagate(Constraint constraint, int mark) {
            List<Constraint> todo = new ArrayList<>();
            todo.add(constraint);
            while (!todo.isEmpty()) {
                Constraint next = todo.remove(todo.size() - 1);
                Variable out = next.output();
                if (out.mark == mark) {
                    incrementalRemove(constraint);
                    return false;
                }
                next.recalculate();
                addConsuming(out, todo);
            }
            return true;
        }

        List<Constraint> removePropagateFrom(Variable out) {
            List<Constraint> unsatisfied = new ArrayList<>();
            out.determinedBy = null;
            out.strength = WEAKEST;
            out.stay = true;
            List<Variable> todo = new ArrayList<>();
            todo.add(out);
            while (!todo.isEmpty()) {
                Variable variable = todo.remove(todo.size() - 1);
                for (Constraint constraint : variable.constraints) {
                    if (!constraint.isSatisfied()) unsatisfied.add(constraint);
                }
                Constraint determining = variable.determinedBy;
                for (Constraint next : variable.constraints) {
                    if (next != determining && next.isSatisfied()) {
                        next.recalculate();
                        todo.add(next.output());
                    }
                }
            }
            return unsatisfied;
        }
    }

    static void addConsuming(Variable variable, List<Constraint> todo) {
        Constraint determining = variable.determinedBy;
        for (Constraint constraint : variable.constraints) {
            if (constraint != determining && constraint.isSatisfied()) todo.add(constraint);
        }
    }

    static void execute(List<Constraint> plan) {
        for (Constraint constraint : plan) constraint.execute();
    }

    static long check(long found, long expected) {
        if (found != expected) throw new IllegalStateException(found + " instead of " + expected);
        return found;
    }

    static long chain(int n) {
        Planner planner = new Planner();
        Variable first = new Variable(0);
        Variable last = first;
        for (int i = 0; i < n; i++) {
            Variable next = new Variable(0);
            new Equal(last, next, REQUIRED).add(planner);
            last = next;
        }
        new Stay(last, DEFAULT).add(planner);
        Constraint edit = new Edit(first, PREFERRED).add(planner);
        List<Constraint> plan = planner.plan(List.of(edit));
        long total = 0;
        for (int i = 0; i < 100; i++) {
            first.value = i;
            execute(plan);
            total += check(last.value, i);
        }
        edit.destroy(planner);
        return total;
    }

    static void change(Planner planner, Variable variable, long value) {
        Constraint edit = new Edit(variable, PREFERRED).add(planner);
        List<Constraint> plan = planner.plan(List.of(edit));
        for (int i = 0; i < 10; i++) {
            variable.value = value;
            execute(plan);
        }
        edit.destroy(planner);
    }

    static long projection(int n) {
        Planner planner = new Planner();
        Variable scale = new Variable(10);
        Variable offset = new Variable(1000);
        Variable source = null;
        Variable target = null;
        List<Variable> targets = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            source = new Variable(i);
            target = new Variable(i);
            targets.add(target);
            new Stay(source, NORMAL).add(planner);
            new Scale(source, target, scale, offset, REQUIRED).add(planner);
        }
        change(planner, source, 17);
        long total = check(target.value, 1170);
        change(planner, target, 1050);
        total += check(source.value, 5);
        change(planner, scale, 5);
        for (int i = 0; i < n - 1; i++) total += check(targets.get(i).value, i * 5 + 1000);
        change(planner, offset, 2000);
        for (int i = 0; i < n - 1; i++) total += check(targets.get(i).value, i * 5 + 2000);
        return total;
    }

    static long run(int rounds) {
        long total = 0;
        for (int round = 0; round < rounds; round++) total += chain(100) + projection(100);
        return total;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Deltablue::run);
    }
}
