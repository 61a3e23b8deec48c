"""Random GrokLang programs that keep many values alive in many ways.

What they are for: the passes from the stack machine to registers.  Their programs are well-formed,
end, and print what they compute, so that two engines can be compared.  All numbers are kept small.
"""

from __future__ import annotations

import random


def random_program(seed: int) -> str:
    """The program of that number, always the same."""
    return _Program(random.Random(seed)).text()


class _Program:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.functions: list[tuple[str, int]] = []
        self.lines: list[str] = []
        self.names = 0

    def text(self) -> str:
        for number in range(self.rng.randint(1, 4)):
            self.function(f"f{number}", self.rng.randint(0, 5))
        self.lines.append("fn main() {")
        for name, arity in self.functions:
            for _ in range(2):
                arguments = ", ".join(str(self.rng.randint(-9, 40000)) for _ in range(arity))
                self.lines.append(f"    println({name}({arguments}))")
        self.lines.append("}")
        return "\n".join(self.lines) + "\n"

    def function(self, name: str, arity: int) -> None:
        parameters = [f"p{i}" for i in range(arity)]
        self.lines.append(f"fn {name}({', '.join(parameters)}) {{")
        body = _Body(self, list(parameters))
        body.block(1, self.rng.randint(3, 9), loops=[])
        self.lines.append(f"    {body.expression(2)}")
        self.lines.append("}")
        self.functions.append((name, arity))

    def fresh(self) -> str:
        self.names += 1
        return f"v{self.names}"


class _Body:
    def __init__(self, program: _Program, variables: list[str]) -> None:
        self.program = program
        self.rng = program.rng
        self.variables = variables
        self.counters: list[str] = []  # variables that are only read, or a loop might not end
        self.inside = 0  # how many loops are around

    def emit(self, depth: int, line: str) -> None:
        self.program.lines.append("    " * depth + line)

    def block(self, depth: int, count: int, loops: list[str]) -> None:
        known = len(self.variables)
        outside, self.inside = self.inside, len(loops)
        for _ in range(count):
            self.statement(depth, loops)
        self.inside = outside
        if depth > 1:
            del self.variables[known:]

    def statement(self, depth: int, loops: list[str]) -> None:
        kinds = ["let", "let", "assign", "assign", "swap", "print", "closure", "match", "element"]
        if depth < 4:
            kinds += ["if", "if", "while", "for", "for", "walk"]
        if loops:
            kinds += ["break", "continue"]
        kind = self.rng.choice(kinds)
        getattr(self, f"_{kind}")(depth, loops)

    def _let(self, depth: int, loops: list[str]) -> None:
        name = self.program.fresh()
        self.emit(depth, f"let {name} = {self.expression(3)}")
        self.variables.append(name)

    def _assign(self, depth: int, loops: list[str]) -> None:
        if not self.variables:
            return self._let(depth, loops)
        name = self.rng.choice(self.variables)
        self.emit(depth, f"{name} = {self.expression(3)}")

    def _swap(self, depth: int, loops: list[str]) -> None:
        if len(self.variables) < 3:
            return self._let(depth, loops)
        chosen = self.rng.sample(self.variables, 3)
        spare = [self.program.fresh() for _ in chosen]
        for name, value in zip(spare, chosen, strict=True):
            self.emit(depth, f"let {name} = {value}")
        for name, value in zip(chosen, spare[1:] + spare[:1], strict=True):
            self.emit(depth, f"{name} = {value}")

    def _print(self, depth: int, loops: list[str]) -> None:
        values = [self.expression(2) for _ in range(self.rng.randint(1, 4))]
        if self.rng.random() < 0.5:
            self.emit(depth, f'println("{" ".join("{}" for _ in values)}", {", ".join(values)})')
        else:
            self.emit(depth, f"println({', '.join(values)})")

    def _closure(self, depth: int, loops: list[str]) -> None:
        if not self.variables:
            return self._let(depth, loops)
        name, result = self.program.fresh(), self.program.fresh()
        captured = self.rng.choice(self.variables)
        inner = _Body(self.program, [captured, "x"])
        self.emit(depth, f"let {name} = |x| {{ {captured} += x % 7; {inner.expression(2)} }}")
        self.emit(depth, f"let {result} = {name}({self.expression(1)}) + {name}({captured})")
        self.variables.append(result)

    def _match(self, depth: int, loops: list[str]) -> None:
        name = self.program.fresh()
        self.emit(depth, f"let {name} = match {self.expression(2)} % 5 {{")
        for pattern in ("0", "1 | -1", "2..=3", "n if n < 0"):
            self.emit(depth + 1, f"{pattern} => {self.expression(2)},")
        self.emit(depth + 1, f"other => other + {self.expression(1)},")
        self.emit(depth, "}")
        self.variables.append(name)

    def _element(self, depth: int, loops: list[str]) -> None:
        items, name = self.program.fresh(), self.program.fresh()
        values = [self.expression(2) for _ in range(self.rng.randint(1, 4))]
        self.emit(depth, f"let {items} = [{', '.join(values)}]")
        index = self.rng.randrange(len(values))
        self.emit(depth, f"{items}[{index}] = {self.expression(2)}")
        self.emit(depth, f"{items}.push({self.expression(1)})")
        self.emit(depth, f"let {name} = {items}[{index}] + {items}[{len(values)}] + {items}.len()")
        self.variables.append(name)

    def _if(self, depth: int, loops: list[str]) -> None:
        if self.rng.random() < 0.3:
            name = self.program.fresh()
            then, otherwise = self.expression(2), self.expression(2)
            condition = self.condition()
            self.emit(depth, f"let {name} = if {condition} {{ {then} }} else {{ {otherwise} }}")
            self.variables.append(name)
            return
        self.emit(depth, f"if {self.condition()} {{")
        self.block(depth + 1, self.rng.randint(1, 3), loops)
        if self.rng.random() < 0.5:
            self.emit(depth, "} else {")
            self.block(depth + 1, self.rng.randint(1, 3), loops)
        self.emit(depth, "}")

    def _while(self, depth: int, loops: list[str]) -> None:
        counter = self.program.fresh()
        limit = self.rng.choice(["3", "4", "(2 + 1)", "5"])
        test = self.rng.choice([f"{counter} < {limit}", f"{limit} > {counter}"])
        if self.rng.random() < 0.3:
            test += f" && ({self.condition()})"
        label = f"'{counter}: " if self.rng.random() < 0.3 else ""
        self.emit(depth, f"let {counter} = 0")
        self.emit(depth, f"{label}while {test} {{")
        self.emit(depth + 1, f"{counter} += 1")
        inner = [*loops, f" '{counter}"] if label else [*loops, ""]
        self.counters.append(counter)
        self.block(depth + 1, self.rng.randint(1, 4), inner)
        self.counters.pop()
        self.emit(depth, "}")

    def _for(self, depth: int, loops: list[str]) -> None:
        name = self.program.fresh()
        low, high = self.rng.randint(-2, 1), self.rng.randint(-1, 3)
        dots = self.rng.choice(["..", "..="])
        end = f"{high}" if self.rng.random() < 0.5 else f"{high} + ({self.expression(1)}) % 2"
        self.emit(depth, f"for {name} in {low}{dots}{end} {{")
        self.variables.append(name)
        self.block(depth + 1, self.rng.randint(1, 4), [*loops, ""])
        self.variables.remove(name)
        self.emit(depth, "}")

    def _walk(self, depth: int, loops: list[str]) -> None:
        name = self.program.fresh()
        values = ", ".join(self.expression(1) for _ in range(self.rng.randint(1, 3)))
        self.emit(depth, f"for {name} in [{values}] {{")
        self.variables.append(name)
        self.block(depth + 1, self.rng.randint(1, 3), [*loops, ""])
        self.variables.remove(name)
        self.emit(depth, "}")

    def _break(self, depth: int, loops: list[str]) -> None:
        self.emit(depth, f"if {self.condition()} {{ break{self.rng.choice(loops)} }}")

    def _continue(self, depth: int, loops: list[str]) -> None:
        self.emit(depth, f"if {self.condition()} {{ continue{self.rng.choice(loops)} }}")

    def condition(self) -> str:
        operator = self.rng.choice(["<", "<=", ">", ">=", "==", "!="])
        test = f"{self.expression(1)} {operator} {self.expression(1)}"
        match self.rng.randrange(5):
            case 0:
                return f"!({test})"
            case 1:
                return f"({test}) && {self.condition()}"
            case 2:
                return f"({test}) || {self.condition()}"
        return test

    def expression(self, depth: int) -> str:
        """An int below 100,000 or so."""
        choice = self.rng.randrange(8) if depth else self.rng.randrange(2)
        known = self.variables + self.counters
        if choice == 0 or (choice == 1 and not known):
            return str(self.rng.choice([0, 1, 2, 7, 99, 40000]))
        if choice <= 2 and known:
            return self.rng.choice(known)
        if choice == 3 and self.program.functions:
            # In a loop only the first function is called: loops that call loops would never end.
            functions = self.program.functions[:1] if self.inside else self.program.functions
            name, arity = self.rng.choice(functions)
            return f"{name}({', '.join(self.expression(depth - 1) for _ in range(arity))})"
        if choice == 4:
            return f"max({self.expression(depth - 1)}, {self.expression(depth - 1)})"
        if choice == 5:
            return f"({self.expression(depth - 1)} * {self.expression(depth - 1)} % 1009)"
        operator = self.rng.choice(["+", "-"])
        return f"(({self.expression(depth - 1)} {operator} {self.expression(depth - 1)}) % 99991)"
