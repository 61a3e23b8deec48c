"""Floats are displayed as Python's ``repr`` displays them, whatever their bits.

The test looks at some thousands; `make floats` looks at millions::

    python -m tests.vm.test_floats 3000000
"""

from __future__ import annotations

import math
import random
import struct
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from grokc.vm import power_tables
from tests.conformance.programs import run_source

PROGRAM = b"""
fn main() {
    for line in fs::read_to_string(env::args()[0]).unwrap().lines() {
        let f = float(line)
        println(f"{f} {f:e}")
    }
}
"""

CHUNK = 250_000


def random_floats(seed: int, count: int) -> list[float]:
    """Random bit patterns, decimals of few digits, neighbours of powers of two and of ten."""
    generator = random.Random(seed)
    numbers: list[float] = []
    while len(numbers) < count:
        anything: float = struct.unpack("<d", generator.randbytes(8))[0]
        kind = generator.randrange(8)
        if kind == 0:
            numbers.append(round(generator.uniform(-1000, 1000), generator.randrange(6)))
        elif kind == 1:
            power = math.ldexp(1.0, generator.randrange(-1074, 1024))
            numbers.append(math.nextafter(power, generator.choice((0.0, power, math.inf))))
        elif kind == 2:
            power = float(f"1e{generator.randrange(-323, 309)}")
            numbers.append(math.nextafter(power, generator.choice((0.0, power, math.inf))))
        elif math.isfinite(anything):
            numbers.append(anything)
    return numbers


def rust_exponential(number: float) -> str:
    """Rust's ``{:e}`` from Python's repr."""
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    point = f".{text[1:]}" if len(text) > 1 else ""
    return f"{'-' * sign}{text[0]}{point}e{len(text) - 1 + exponent if number else 0}"


def differences(numbers: list[float]) -> Iterator[tuple[str, str]]:
    """What the machine shows, where Python shows something else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "floats"
        # Not the shortest text, so that reading cannot hide a mistake of writing.
        path.write_text("".join(f"{number:.17g}\n" for number in numbers))
        result = run_source("floats.grok", PROGRAM, "interp", [str(path)])
    assert result.status == 0, result.errors
    lines = result.output.splitlines()
    assert len(lines) == len(numbers)
    for number, line in zip(numbers, lines, strict=True):
        expected = f"{number!r} {rust_exponential(number)}"
        if line != expected:
            yield line, expected


@pytest.mark.parametrize("seed", [1, 2])
def test_random_floats_are_displayed_as_by_repr(seed: int) -> None:
    assert not list(differences(random_floats(seed, 5000)))


def test_every_power_of_two_and_its_neighbours() -> None:
    powers = [math.ldexp(1.0, k) for k in range(-1074, 1024)]
    numbers = [math.nextafter(power, towards) for power in powers for towards in (0.0, math.inf)]
    assert not list(differences(powers + numbers))


def test_small_subnormals() -> None:
    assert not list(differences([5e-324 * k for k in range(1, 2000)]))


def test_powers_of_ten_are_those_of_the_generator() -> None:
    path = Path(power_tables.__file__).parent / "core" / "powers.grok"
    assert path.read_text() == power_tables.text()
    for exponent in range(power_tables.SMALLEST, power_tables.LARGEST + 1):
        bits = power_tables.power(exponent)
        assert bits.bit_length() == 128
        unit = Fraction(2) ** ((exponent * 1741647 >> 19) - 127)
        assert (bits - 1) * unit < Fraction(10) ** exponent <= bits * unit


def main() -> None:
    count = int(sys.argv[1])
    for done in range(0, count, CHUNK):
        for shown, expected in differences(random_floats(1000 + done, min(CHUNK, count - done))):
            sys.exit(f"got {shown}, expected {expected}")
        print(f"{min(done + CHUNK, count):,} floats are displayed as by repr", flush=True)


if __name__ == "__main__":
    main()
