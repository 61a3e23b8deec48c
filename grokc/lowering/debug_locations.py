"""Source locations in LLVM IR: which instruction, and which line of assembly, comes from where.

LLVM knows files, lines and columns.  We number locations (which may be fused ones) and let the
number be the line, so that any location survives LLVM's passes; where LLVM merges two instructions
it says line 0, which stands for nothing.  The metadata are LLVM's (`DILocation`, `DISubprogram`);
only :class:`DebugLocations` knows what their lines mean.
"""

from __future__ import annotations

from xdsl.dialects.builtin import LocationAttr

from grokc.dialects.location import UNKNOWN

_UNIT, _FILE, _TYPE, _VERSION = 1000, 1001, 1002, 1003
_FIRST = 1010
"""Numbers of metadata: below are the branch weights of :class:`grokc.lowering.llvm_ir.Writer`."""


class DebugLocations:
    """The locations of one module."""

    def __init__(self) -> None:
        self._known: list[LocationAttr] = []
        self._lines: dict[LocationAttr, int] = {}
        self._nodes: list[str] = []
        self._by_scope: dict[tuple[int, int], int] = {}

    def location(self, line: int) -> LocationAttr:
        """What a line of the metadata stands for."""
        return self._known[line - 1] if 0 < line <= len(self._known) else UNKNOWN

    def scope(self, symbol: str) -> int:
        """A function that has locations: the number of its metadata."""
        return self._add(
            f'distinct !DISubprogram(name: "{symbol}", scope: !{_FILE}, file: !{_FILE}, '
            f"type: !{_TYPE}, spFlags: DISPFlagDefinition, unit: !{_UNIT})"
        )

    def suffix(self, location: LocationAttr, scope: int) -> str:
        """What follows an instruction of that function; calls of inline functions need one."""
        line = 0
        if location != UNKNOWN:
            if location not in self._lines:
                self._known.append(location)
                self._lines[location] = len(self._known)
            line = self._lines[location]
        key = line, scope
        if key not in self._by_scope:
            self._by_scope[key] = self._add(f"!DILocation(line: {line}, scope: !{scope})")
        return f", !dbg !{self._by_scope[key]}"

    def _add(self, node: str) -> int:
        self._nodes.append(node)
        return _FIRST + len(self._nodes) - 1

    def metadata(self) -> list[str]:
        """The lines that end the module."""
        return [
            f"!llvm.dbg.cu = !{{!{_UNIT}}}",
            f"!llvm.module.flags = !{{!{_VERSION}}}",
            f"!{_UNIT} = distinct !DICompileUnit(language: DW_LANG_C, file: !{_FILE}, "
            "emissionKind: LineTablesOnly)",
            f'!{_FILE} = !DIFile(filename: "source", directory: "")',
            f"!{_TYPE} = !DISubroutineType(types: !{{}})",
            f'!{_VERSION} = !{{i32 2, !"Debug Info Version", i32 3}}',
            *(f"!{_FIRST + number} = {node}" for number, node in enumerate(self._nodes)),
        ]
