"""The parameters of a query as fields of a form; a field is named `$since`, as in the statement."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from portal.sql_values import SIGN

INPUTS = {
    "integer": "number",
    "date": "date",
    "time": "time",
    "moment": "datetime-local",
    "boolean": "select",
}


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field: what it asks, in which form, and what is filled in; `kind` is the sandbox's."""

    name: str
    label: str
    type: str | None
    kind: str | None
    value: str

    @property
    def input(self) -> str:
        """Name the kind of input of HTML."""
        return INPUTS.get(self.kind or "", "text")


def fields_of(
    parameters: Iterable[Mapping[str, Any]],
    texts: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
) -> list[Field]:
    """Return a field for each parameter of a statement, in its order."""
    values = {name.lower(): text for name, text in texts.items()}
    return [
        Field(
            name=each["name"],
            label=(labels or {}).get(each["name"]) or f"{SIGN}{each['name']}",
            type=each["type"],
            kind=each["kind"],
            value=values.get(each["name"].lower(), ""),
        )
        for each in parameters
    ]


def in_query(fields: Iterable[Field]) -> dict[str, str]:
    """Return what an address says of the values of some fields."""
    return {f"{SIGN}{field.name}": field.value for field in fields}
