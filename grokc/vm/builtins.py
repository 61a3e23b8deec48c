"""The built-in functions, and the methods and constants of the built-in types.

This is the one list of their names, parameters and results: the translator resolves names and
counts arguments with it, the passes read result types from it, and a test compares it with the
implementations (``#[builtin]`` and ``#[method]`` functions in core GrokLang, and the reference
engine's).  Each line is a signature and what it does::

    pad_left(n, c?) -> str | Pads to n characters at the left.

``x?`` may be left out (the implementation then gets fewer arguments), ``x*`` stands for any number.
The receiver of a method is not listed, but is the implementation's first argument.  A result type
is given where it is always the same; ``never`` means that the function does not return.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

MANY = 65_535
"""The maximum of a function that takes any number of arguments."""


@dataclass(frozen=True)
class Builtin:
    """A built-in function (``owner`` is ``""``) or a method of the built-in type ``owner``."""

    owner: str
    name: str
    parameters: tuple[str, ...]
    result: str
    doc: str
    internal: bool = False
    """Called only by what the translator emits; no program can name it."""

    @cached_property
    def minimum(self) -> int:
        """The fewest arguments, without the receiver."""
        return sum(1 for p in self.parameters if not p.endswith(("?", "*")))

    @cached_property
    def maximum(self) -> int:
        """The most arguments, without the receiver."""
        return MANY if any(p.endswith("*") for p in self.parameters) else len(self.parameters)

    @property
    def qualified_name(self) -> str:
        """``println``, ``math::sqrt``; ``list.push`` for a method."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


_FUNCTIONS = """
print(values*) -> unit | Writes its arguments in display form, a space between.
println(values*) -> unit | As print, and a newline.
eprint(values*) -> unit | As print, on standard error.
eprintln(values*) -> unit | As println, on standard error.
format(values*) -> str | What print would write.
panic(values*) -> never | Stops with a run-time error; the message is what print would write.
len(x) -> int | Number of characters, elements or keys.
str(x) -> str | The display form.
int(x) -> int | Converts a number, a bool or a numeric string.
float(x) -> float | Converts a number, a bool or a numeric string.
type_of(x) -> str | The name of a value's type: "int", "function", "unit", "Point".
same(a, b) -> bool | Identity for lists, maps, sets and structs; == for the rest.
min(a, b) | The smaller one, the first when equal; a NaN loses.
max(a, b) | The larger one, the first when equal; a NaN loses.
abs(x) | Absolute value of a number.
assert(c, message?) -> unit | The error `assertion failed` unless c is true.
assert_eq(a, b) -> unit | The error `assertion failed` unless a == b.
catch(f) -> Result | Calls f: Ok(value), or Err(message) if an error stopped it.
exit(code) -> never | Ends the process.
clock() -> float | Seconds on a monotonic clock.
hash(x) -> int | A number that is the same for equal values.
env::args() -> list | The arguments after the program, as str.
env::var(name) -> Option | An environment variable.
io::read_line() -> Option | The next line of standard input, without its newline.
io::read_to_string() -> str | The rest of standard input.
fs::read_to_string(path) -> Result | A file's text, or a message.
fs::write(path, text) -> Result | Replaces a file's text.
fs::exists(path) -> bool | Is there a file or directory of this name?
time::now() -> float | Seconds since 1970.
time::clock() -> float | Seconds on a monotonic clock.
random::seed(n) -> unit | Starts the sequence that belongs to n.
random::int(a, b) -> int | A number from a to b, both included.
random::float() -> float | A number from 0 up to, but not including, 1.
random::shuffle(list) -> unit | Puts a list's elements in a random order.
json::parse(text) -> Result | The value of a JSON text; null is ().
json::stringify(value) -> str | Compact JSON.
math::abs(x) | Absolute value.
math::gcd(a, b) -> int | Greatest common divisor, not negative.
math::pow(x, y) | x to the power of y: an int for ints.
math::min(a, b) | As min.
math::max(a, b) | As max.
math::sqrt(x) -> float | Square root.
math::cbrt(x) -> float | Cube root.
math::floor(x) -> float | The largest whole number that is not above x.
math::ceil(x) -> float | The smallest whole number that is not below x.
math::round(x) -> float | The nearest whole number, away from zero at .5.
math::trunc(x) -> float | Without the fraction.
math::sin(x) -> float | Sine.
math::cos(x) -> float | Cosine.
math::tan(x) -> float | Tangent.
math::asin(x) -> float | Arc sine.
math::acos(x) -> float | Arc cosine.
math::atan(x) -> float | Arc tangent.
math::atan2(y, x) -> float | The angle of the point (x, y).
math::sinh(x) -> float | Hyperbolic sine.
math::cosh(x) -> float | Hyperbolic cosine.
math::tanh(x) -> float | Hyperbolic tangent.
math::exp(x) -> float | e to the power of x.
math::ln(x) -> float | Natural logarithm.
math::log2(x) -> float | Logarithm to base 2.
math::log10(x) -> float | Logarithm to base 10.
math::hypot(x, y) -> float | sqrt(x * x + y * y) without overflow on the way.
List::filled(n, v) -> list | A list that holds v n times.
List::with_capacity(n) -> list | An empty list with room for n elements.
List::new() -> list | An empty list.
Map::new() -> map | An empty map.
Set::new() -> set | An empty set.
Set::from(values) -> set | A set of whatever `for` walks.
"""

# The ends of a range pattern that are not written are `missing`.  `step_limit` is end - step, one
# more if the range includes its end, but at least int::MIN; it raises the error of range.step_by
# unless the step is a positive int.
_INTERNAL = """
finish_main(v) -> unit | Displays the result of main; Err(e) ends with exit status 1.
check_try(v) | v itself if it is None or Err(e), else a type error: the operand of `?`.
matches_range(v, low, high, inclusive) -> bool | Of the ends' type, and between them? (`missing`)
step_limit(end, step, inclusive) -> int | Below this number the counter of a range may advance.
tuple_slice(t, from, from_end) -> tuple | Without the first and the last elements, so many.
list_slice(l, from, from_end) -> list | The same of a list: a new one.
"""

_FLOAT_FUNCTIONS = """
sqrt() -> float | Square root.
cbrt() -> float | Cube root.
floor() -> float | The largest whole number that is not above.
ceil() -> float | The smallest whole number that is not below.
round() -> float | The nearest whole number, away from zero at .5.
trunc() -> float | Without the fraction.
sin() -> float | Sine.
cos() -> float | Cosine.
tan() -> float | Tangent.
asin() -> float | Arc sine.
acos() -> float | Arc cosine.
atan() -> float | Arc tangent.
atan2(x) -> float | The angle of the point (x, self).
sinh() -> float | Hyperbolic sine.
cosh() -> float | Hyperbolic cosine.
tanh() -> float | Hyperbolic tangent.
exp() -> float | e to the power of it.
ln() -> float | Natural logarithm.
log2() -> float | Logarithm to base 2.
log10() -> float | Logarithm to base 10.
hypot(y) -> float | Length of the hypotenuse.
"""

_READING_LIST_METHODS = """
len() -> int | Number of elements.
is_empty() -> bool | Has it no elements?
first() -> Option | The first element.
last() -> Option | The last element.
get(i) -> Option | The element at an index.
contains(x) -> bool | Is there an element that equals x?
index_of(x) -> Option | Index of the first element that equals x.
map(f) -> list | f of each element.
filter(f) -> list | The elements for which f is true.
fold(init, f) | f(...f(f(init, first), second)..., last).
for_each(f) -> unit | Calls f with each element.
any(f) -> bool | Is f true for one?
all(f) -> bool | Is f true for each?
sum() | The elements' sum; 0 of none.
min() -> Option | The smallest element.
max() -> Option | The largest element.
join(sep) -> str | The elements' display forms with sep between.
copy() -> list | A new list of the same elements.
enumerate() -> list | Tuples (index, element).
zip(other) -> list | Tuples of the elements of both, as many as the shorter one has.
rev() -> list | The elements from last to first.
flat_map(f) -> list | The elements of all lists that f gives.
windows(n) -> list | All runs of n neighbours.
chunks(n) -> list | Pieces of n elements; the last may be shorter.
count(f) -> int | For how many elements is f true?
take(n) -> list | The first n elements, or all.
skip(n) -> list | All but the first n elements.
binary_search(x) -> Option | Index of x in a sorted list.
"""

_METHODS = {
    "int": """
abs() -> int | Absolute value; integer overflow for int::MIN.
pow(n) -> int | Power; integer overflow; an error for a negative exponent.
min(o) | The smaller one.
max(o) | The larger one.
clamp(a, b) | The nearest number from a to b.
signum() -> int | -1, 0 or 1.
is_even() -> bool | Is it a multiple of two?
is_odd() -> bool | Is it not a multiple of two?
wrapping_add(n) -> int | Sum modulo 2^64.
wrapping_sub(n) -> int | Difference modulo 2^64.
wrapping_mul(n) -> int | Product modulo 2^64.
wrapping_neg() -> int | Negation modulo 2^64.
ushr(n) -> int | Logical shift to the right.
count_ones() -> int | Number of one bits.
leading_zeros() -> int | Zero bits above the highest one bit.
trailing_zeros() -> int | Zero bits below the lowest one bit.
rotate_left(n) -> int | Rotates the 64 bits.
rotate_right(n) -> int | Rotates the 64 bits.
checked_add(n) -> Option | None on overflow.
checked_sub(n) -> Option | None on overflow.
checked_mul(n) -> Option | None on overflow.
to_float() -> float | The nearest float.
to_char() -> str | The character with this code.
to_str() -> str | Decimal digits.
to_radix(n) -> str | Digits to base n, from 2 to 36.
"""
    + _FLOAT_FUNCTIONS,
    "float": """
abs() -> float | Absolute value.
pow(y) -> float | Power.
min(o) | The smaller one; a NaN loses.
max(o) | The larger one; a NaN loses.
clamp(a, b) | The nearest number from a to b.
signum() -> float | -1.0 or 1.0 by the sign; NaN of NaN.
is_nan() -> bool | Is it not a number?
is_inf() -> bool | Is it infinite?
to_int() -> int | Truncates; an error outside the range of int.
to_bits() -> int | Its IEEE 754 bits.
to_str() -> str | The display form.
"""
    + _FLOAT_FUNCTIONS,
    "bool": """
to_str() -> str | "true" or "false".
""",
    "str": """
len() -> int | Number of characters.
byte_len() -> int | Bytes of its UTF-8 form.
is_empty() -> bool | Has it no characters?
chars() -> list | Its characters.
bytes() -> list | Its UTF-8 bytes, as ints.
code() -> int | Code point of the first character.
split(sep) -> list | The pieces between separators.
split_whitespace() -> list | The pieces between runs of white space.
lines() -> list | The lines, without their ends.
trim() -> str | Without white space at both ends.
trim_start() -> str | Without white space at the start.
trim_end() -> str | Without white space at the end.
starts_with(s) -> bool | Does it begin with s?
ends_with(s) -> bool | Does it end with s?
contains(s) -> bool | Does s occur in it?
find(s) -> Option | Index of the first s.
rfind(s) -> Option | Index of the last s.
replace(a, b) -> str | With b for each a.
to_upper() -> str | In upper case.
to_lower() -> str | In lower case.
repeat(n) -> str | n times itself.
pad_left(n, c?) -> str | Pads with c (a space) at the left to n characters.
pad_right(n, c?) -> str | Pads with c (a space) at the right to n characters.
parse_int() -> Option | Its value as a decimal int.
parse_float() -> Option | Its value as a float.
parse_radix(n) -> Option | Its value as an int to base n.
rev() -> str | Its characters from last to first.
to_str() -> str | Itself.
""",
    "list": _READING_LIST_METHODS
    + """
push(x) -> unit | Appends an element.
pop() -> Option | Takes the last element away.
insert(i, x) -> unit | Puts x before the element at index i.
remove(i) | Takes the element at index i away and returns it.
clear() -> unit | Takes all elements away.
reverse() -> unit | Turns the order round.
sort() -> unit | Sorts; stable.
sort_by(f) -> unit | Sorts by f(a, b), an int below, at or above 0; stable.
sort_by_key(f) -> unit | Sorts by f(element); stable.
extend(other) -> unit | Appends what `for` walks.
swap(i, j) -> unit | Exchanges two elements.
fill(v) -> unit | Sets every element to v.
truncate(n) -> unit | Keeps the first n elements.
dedup() -> unit | Drops elements that equal their predecessor.
""",
    "tuple": """
len() -> int | Number of elements.
""",
    "map": """
len() -> int | Number of keys.
is_empty() -> bool | Has it no keys?
get(k) -> Option | The value of a key.
get_or(k, default) | The value of a key, or default.
insert(k, v) -> Option | Sets a key's value; the old one.
contains_key(k) -> bool | Is there such a key?
remove(k) -> Option | Takes a key away; its value.
keys() -> list | The keys in the order of insertion.
values() -> list | The values in that order.
entries() -> list | Tuples (key, value) in that order.
clear() -> unit | Takes all keys away.
copy() -> map | A new map of the same keys and values.
extend(other) -> unit | Sets the keys of another map.
entry_or(k, default) | The value of a key; inserts default where there is none.
""",
    "set": """
len() -> int | Number of elements.
is_empty() -> bool | Has it no elements?
insert(x) -> bool | Adds x; was it new?
contains(x) -> bool | Is x in it?
remove(x) -> bool | Takes x away; was it there?
clear() -> unit | Takes all elements away.
copy() -> set | A new set of the same elements.
union(other) -> set | The elements of either.
intersection(other) -> set | The elements of both.
difference(other) -> set | The elements that other has not.
is_subset(other) -> bool | Has other all its elements?
to_list() -> list | Its elements in the order of insertion.
""",
    "range": _READING_LIST_METHODS
    + """
step_by(n) -> list | Every n-th number.
to_list() -> list | Its numbers.
""",
    "function": "",
    "unit": "",
    "Option": """
is_some() -> bool | Is it Some?
is_none() -> bool | Is it None?
unwrap() | The value of Some, else an error.
unwrap_or(default) | The value of Some, or default.
unwrap_or_else(f) | The value of Some, or f().
expect(message) | The value of Some, else an error with the message.
map(f) -> Option | Some(f(v)) of Some(v).
and_then(f) | f(v) of Some(v).
or_else(f) | f() of None.
ok_or(e) -> Result | Ok(v) of Some(v), Err(e) of None.
""",
    "Result": """
is_ok() -> bool | Is it Ok?
is_err() -> bool | Is it Err?
unwrap() | The value of Ok, else an error.
unwrap_err() | The value of Err, else an error.
unwrap_or(default) | The value of Ok, or default.
unwrap_or_else(f) | The value of Ok(v), or f(e) of Err(e).
expect(message) | The value of Ok, else an error with the message.
map(f) -> Result | Ok(f(v)) of Ok(v).
map_err(f) -> Result | Err(f(e)) of Err(e).
and_then(f) | f(v) of Ok(v).
or_else(f) | f(e) of Err(e).
ok() -> Option | Some(v) of Ok(v), None of Err(e).
""",
}

CONSTANTS: dict[str, int | float] = {
    "int::MIN": -(2**63),
    "int::MAX": 2**63 - 1,
    "float::MAX": 1.7976931348623157e308,
    "float::MIN_POSITIVE": 2.2250738585072014e-308,
    "float::EPSILON": 2.220446049250313e-16,
    "float::INFINITY": float("inf"),
    "float::NAN": float("nan"),
    "math::PI": 3.141592653589793,
    "math::E": 2.718281828459045,
}
"""Constants of the built-in types and modules: the translator writes their values."""

OPERATOR_TRAITS: dict[str, tuple[tuple[str, int, bool], ...]] = {
    "Add": (("add", 2, True),),
    "Sub": (("sub", 2, True),),
    "Mul": (("mul", 2, True),),
    "Div": (("div", 2, True),),
    "Rem": (("rem", 2, True),),
    "Neg": (("neg", 1, True),),
    "Eq": (("eq", 2, True),),
    "Ord": (("cmp", 2, True),),
    "Index": (("index", 2, True), ("index_set", 3, False)),
    "Display": (("to_str", 1, True),),
}
"""Traits that the machine knows: method, number of parameters with self, is it required?"""


def _parse(text: str, owner: str = "", internal: bool = False) -> dict[str, Builtin]:
    result: dict[str, Builtin] = {}
    for line in text.splitlines():
        if not line:
            continue
        signature, _, doc = line.partition(" | ")
        head, _, result_type = signature.partition(" -> ")
        name, _, parameters = head.rstrip(")").partition("(")
        assert name not in result, f"{owner}.{name} is listed twice"
        result[name] = Builtin(
            owner,
            name,
            tuple(p.strip() for p in parameters.split(",") if p),
            result_type.strip() or "any",
            doc,
            internal,
        )
    return result


FUNCTIONS: dict[str, Builtin] = _parse(_FUNCTIONS) | _parse(_INTERNAL, internal=True)
"""Built-in functions by qualified name: ``println``, ``math::sqrt``."""

METHODS: dict[str, dict[str, Builtin]] = {
    owner: _parse(text, owner) for owner, text in _METHODS.items()
}
"""Methods of the built-in types by type and name."""

MODULES: frozenset[str] = frozenset({"math", "io", "fs", "env", "time", "random", "json"})
"""Library modules that are in scope everywhere."""
