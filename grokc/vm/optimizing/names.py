"""Names of a program's functions and types, for the log."""

from __future__ import annotations

from grokc.lowering.image import FIRST_TYPE_ID, Image, TypeCode


class Names:
    """Reads them from a program's image."""

    def __init__(self, image: bytes) -> None:
        self.image = Image.from_bytes(image)

    def function(self, number: int) -> str:
        return self.image.string(self.image.functions[number].name)

    def type(self, type_id: int) -> str:
        """Of a run-time type id."""
        if type_id >= FIRST_TYPE_ID:
            return self.image.string(self.image.types[type_id - FIRST_TYPE_ID].name)
        try:
            return TypeCode(type_id).name.lower()
        except ValueError:
            return {14: "iterator", 15: "cell", 16: "int"}.get(type_id, f"type {type_id}")
