"""frictionless's own reader of one field, for the values that no shortcut can read."""

from typing import Any

from frictionless import Field

from tablecheck.typed import Reader


def reader_of(field: dict[str, Any]) -> Reader:
    """Make the reader of a field; what it gives has been accepted before."""
    read = Field.from_descriptor({**field, "constraints": {}}).create_value_reader()

    def reader(text: str) -> Any:
        return read(text)

    return reader
