"""The linker: objects that LLVM makes become modules that Python loads and runs."""

from __future__ import annotations

import _imp
import importlib.machinery
import itertools
import os
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grokc.lowering.native import Unit, compile_unit
from grokc.vm.elf import LinkError
from grokc.vm.linker import link

_numbers = itertools.count()

# A Python module of one function of no arguments that returns what @answer does.
MODULE = """
@method.name = private constant [7 x i8] c"answer\\00"
@methods = internal global [2 x {ptr, ptr, i32, ptr}] [
  {ptr, ptr, i32, ptr} {ptr @method.name, ptr @call, i32 4, ptr null},
  {ptr, ptr, i32, ptr} zeroinitializer]
@definition = internal global {{i64, ptr, ptr, i64, ptr}, ptr, ptr, i64, ptr, ptr, ptr, ptr, ptr} {
  {i64, ptr, ptr, i64, ptr} {i64 1, ptr null, ptr null, i64 0, ptr null},
  ptr @method.name, ptr null, i64 -1, ptr @methods, ptr null, ptr null, ptr null, ptr null}
declare ptr @PyModule_Create2(ptr, i32)
declare ptr @PyLong_FromLong(i64)
declare hidden i64 @answer()
define internal ptr @call(ptr %self, ptr %unused) nounwind {
  %n = call i64 @answer()
  %r = tail call ptr @PyLong_FromLong(i64 %n)
  ret ptr %r
}
define ptr @PyInit_NAME() nounwind {
  %m = call ptr @PyModule_Create2(ptr @definition, i32 1013)
  ret ptr %m
}
"""


def load(image: bytes, name: str, folder: Path) -> Any:
    path = folder / f"{name}.so"
    path.write_bytes(image)
    spec = importlib.machinery.ModuleSpec(
        name, importlib.machinery.ExtensionFileLoader(name, str(path)), origin=str(path)
    )
    module = _imp.create_dynamic(spec)
    assert isinstance(module, ModuleType)
    return module


def run(folder: Path, *units: str) -> Any:
    """Links the units with the Python module and calls @answer."""
    name = f"linked_{os.getpid()}_{next(_numbers)}"
    texts = [MODULE.replace("NAME", name), *units]
    image = link([compile_unit(Unit(text)) for text in texts], [f"PyInit_{name}"])
    return load(image, name, folder).answer()


def test_functions_of_two_objects_call_each_other(tmp_path: Path) -> None:
    first = """
    declare hidden i64 @twice(i64)
    define hidden i64 @answer() { %r = call i64 @twice(i64 21)  ret i64 %r }
    """
    second = "define hidden i64 @twice(i64 %n) { %r = add i64 %n, %n  ret i64 %r }"
    assert run(tmp_path, first, second) == 42


def test_imports_are_called_and_their_addresses_taken(tmp_path: Path) -> None:
    text = """
    @text = private constant [6 x i8] c"hello\\00"
    @table = constant [2 x ptr] [ptr @strlen, ptr @strnlen]
    declare i64 @strlen(ptr)
    declare i64 @strnlen(ptr, i64)
    define hidden i64 @answer() noinline optnone {
      %a = call i64 @strlen(ptr @text)
      %slot = getelementptr ptr, ptr @table, i64 1
      %f = load ptr, ptr %slot
      %b = call i64 %f(ptr @text, i64 3)
      %same = icmp eq ptr %f, @strnlen
      %c = zext i1 %same to i64
      %d = mul i64 %a, 100
      %e = mul i64 %b, 10
      %g = add i64 %d, %e
      %h = add i64 %g, %c
      ret i64 %h
    }
    """
    assert run(tmp_path, text) == 531


def test_variables_constants_and_tables_of_pointers(tmp_path: Path) -> None:
    data = """
    @counter = hidden global i64 5, align 8
    @zeros = hidden global [70000 x i64] zeroinitializer, align 64
    @numbers = hidden constant [3 x i64] [i64 10, i64 20, i64 30]
    @table = hidden constant [2 x ptr] [ptr @f, ptr @g]
    define hidden i64 @f(i64 %n) { %r = add i64 %n, 1  ret i64 %r }
    define hidden i64 @g(i64 %n) { %r = mul i64 %n, 2  ret i64 %r }
    """
    code = """
    @counter = external hidden global i64
    @zeros = external hidden global [70000 x i64]
    @numbers = external hidden constant [3 x i64]
    @table = external hidden constant [2 x ptr]
    define hidden i64 @answer() {
      %last = getelementptr i64, ptr @zeros, i64 69999
      %z = load i64, ptr %last
      %c = load i64, ptr @counter
      %c1 = add i64 %c, %z
      %c2 = add i64 %c1, 1
      store i64 %c2, ptr @counter
      store i64 %c2, ptr %last
      %p = getelementptr i64, ptr @numbers, i64 2
      %n = load i64, ptr %p
      %slot = getelementptr ptr, ptr @table, i64 1
      %g = load ptr, ptr %slot
      %d = call i64 %g(i64 %n)
      %r = add i64 %d, %c2
      ret i64 %r
    }
    """
    assert run(tmp_path, data, code) == 66


def test_a_jump_table_in_constant_data(tmp_path: Path) -> None:
    cases = "\n".join(f"i64 {n}, label %c{n}" for n in range(12))
    blocks = "\n".join(f"c{n}: call void @set(i64 {n * n})  br label %end" for n in range(12))
    text = f"""
    @state = internal global i64 0
    define internal void @set(i64 %n) noinline {{ store i64 %n, ptr @state  ret void }}
    define internal void @choose(i64 %n) noinline {{
      switch i64 %n, label %end [ {cases} ]
    {blocks}
    end: ret void
    }}
    define hidden i64 @answer() {{
      call void @choose(i64 11)
      %r = load i64, ptr @state
      ret i64 %r
    }}
    """
    assert run(tmp_path, text) == 121


def test_the_slot_of_an_own_symbol(tmp_path: Path) -> None:
    """Without `hidden`, code may load or compare an own symbol's address through a slot."""
    first = """
    declare i64 @other(i64)
    define hidden i64 @is_other(ptr %f) noinline {
      %same = icmp eq ptr %f, @other
      %r = zext i1 %same to i64
      ret i64 %r
    }
    define hidden i64 @answer() {
      %a = call i64 @is_other(ptr @other)
      %b = call i64 @is_other(ptr @answer)
      %c = call i64 @other(i64 40)
      %d = add i64 %a, %b
      %e = add i64 %c, %d
      ret i64 %e
    }
    """
    second = "define i64 @other(i64 %n) { %r = add i64 %n, 1  ret i64 %r }"
    assert run(tmp_path, first, second) == 42


def test_stack_is_not_executable_and_pages_are_separate() -> None:
    image = link([compile_unit(Unit("define i64 @f() { ret i64 1 }"))], ["f"])
    headers = [struct.unpack_from("<IIQQQQQQ", image, 64 + 56 * n) for n in range(7)]
    flags = {type: flags for type, flags, *_ in headers if type != 1}
    assert flags[0x6474E551] & 1 == 0
    for type, bits, *_ in headers:
        assert not (type == 1 and bits & 1 and bits & 2), "a page both writable and executable"


def link_ir(*texts: str, exports: tuple[str, ...] = ()) -> bytes:
    return link([compile_unit(Unit(text)) for text in texts], exports)


def test_errors_name_the_symbol() -> None:
    one = "define i64 @f() { ret i64 1 }"
    with pytest.raises(LinkError, match="f is defined twice"):
        link_ir(one, one)
    with pytest.raises(LinkError, match="nothing defines g"):
        link_ir(one, exports=("g",))
    with pytest.raises(LinkError, match="weak reference to w"):
        link_ir("declare extern_weak i64 @w()\ndefine i64 @f() { %r = call i64 @w()  ret i64 %r }")
    with pytest.raises(LinkError, match="thread-local"):
        link_ir("@t = thread_local global i64 1")
    with pytest.raises(LinkError, match="not an ELF object"):
        link([b"hello"], [])
    with pytest.raises(LinkError, match="not an ELF object"):
        link([b""], [])


def test_an_unknown_relocation_is_an_error() -> None:
    data = bytearray(
        compile_unit(Unit("declare i64 @g()\ndefine i64 @f() {%r = call i64 @g() ret i64 %r}"))
    )
    table = struct.unpack_from("<Q", data, 40)[0]
    count = struct.unpack_from("<H", data, 60)[0]
    for n in range(count):
        row = struct.unpack_from("<IIQQQQIIQQ", data, table + 64 * n)
        if row[1] == 4 and row[7] == 2:  # the relocations of .text
            struct.pack_into("<I", data, row[4] + 8, 99)
    with pytest.raises(LinkError, match=r"relocation 99 in \.text"):
        link([bytes(data)], [])


def test_a_process_can_load_it_by_name(tmp_path: Path) -> None:
    """The dynamic loader's own symbol lookup finds the exports (the hash table is right)."""
    functions = "\n".join(f"define i64 @f{n}() {{ ret i64 {n} }}" for n in range(50))
    path = tmp_path / "many.so"
    path.write_bytes(link_ir(functions, exports=tuple(f"f{n}" for n in range(50))))
    code = (
        "import ctypes, sys\n"
        "library = ctypes.CDLL(sys.argv[1])\n"
        "print(sum(getattr(library, f'f{n}')() for n in range(50)), hasattr(library, 'f50'))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["1225", "False"]
