"""Files whose errors are known before either judge has seen them."""

from collections.abc import Iterator
from typing import Any

import msgspec

from tests.tablecheck.differential.cases import Case, csv_bytes

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer",
     "constraints": {"required": True, "unique": True, "minimum": 1}},
    {"name": "code", "type": "string", "constraints": {"required": True, "pattern": "[A-Z]{2}\\d"}},
    {"name": "nom", "type": "string", "constraints": {"minLength": 2, "maxLength": 20}},
    {"name": "genre", "type": "string", "constraints": {"enum": ["velo", "bus"]}},
    {"name": "places", "type": "integer", "constraints": {"minimum": 0, "maximum": 500}},
    {"name": "prix", "type": "number", "decimalChar": ","},
    {"name": "jour", "type": "date", "format": "%d/%m/%Y"},
    {"name": "moment", "type": "datetime"},
    {"name": "ouvert", "type": "boolean", "trueValues": ["oui", "ja"],
     "falseValues": ["non", "nee"]},
    {"name": "an", "type": "year", "constraints": {"minimum": "1900"}},
    {"name": "lieu", "type": "geopoint"},
    {"name": "parent", "type": "integer"},
]  # fmt: skip
SCHEMA: dict[str, Any] = {
    "fields": FIELDS,
    "primaryKey": ["id"],
    "foreignKeys": [{"fields": ["parent"], "reference": {"resource": "", "fields": ["id"]}}],
}
Fact = tuple[str, int | None, int | None]
"""Type, row and field of an error."""


class Planted(msgspec.Struct, frozen=True, kw_only=True):
    """Hold a case and the errors put into it."""

    case: Case
    errors: list[Fact]


def good_rows(count: int) -> list[list[str]]:
    """Make the header and rows without a fault."""
    rows = [[field["name"] for field in FIELDS]]
    for number in range(1, count + 1):
        rows.append(
            [
                str(number), f"AB{number % 10}", f"Rue {number}", ("velo", "bus")[number % 2],
                str(number % 500), f"{number},5", f"{number % 28 + 1:02}/02/2024",
                "2024-01-05T10:00:00Z", ("oui", "nee")[number % 2], "2024",
                f"3.{number:05},50.6", str(number),
            ]
        )  # fmt: skip
    return rows


def _case(name: str, rows: list[list[str]]) -> Case:
    return Case(name=f"planted {name}", data=csv_bytes(rows), schema=SCHEMA)


def all_planted() -> list[Planted]:
    """Give the planted files."""
    return [
        Planted(case=_case("nothing", good_rows(40)), errors=[]),
        _wrong_cells(), _wrong_rows(), _wrong_keys(),
    ]  # fmt: skip


def cases() -> Iterator[Case]:
    """Give the planted files, whole and with few errors listed."""
    for planted in all_planted():
        yield planted.case
        yield msgspec.structs.replace(planted.case, limit=3)


def _wrong_cells() -> Planted:
    rows = good_rows(40)
    faults: list[tuple[int, int, str, str]] = [
        (2, 2, "ab1", "constraint-error"), (4, 3, "X", "constraint-error"),
        (5, 4, "tram", "constraint-error"), (7, 5, "501", "constraint-error"),
        (9, 6, "1.5", "type-error"), (11, 7, "30/02/2024", "type-error"),
        (14, 8, "2024-01-05 25:00:00", "type-error"), (18, 9, "Oui", "type-error"),
        (22, 10, "1899", "constraint-error"), (26, 11, "50.6;3.1", "type-error"),
        (30, 2, "", "constraint-error"), (40, 5, "beaucoup", "type-error"),
    ]  # fmt: skip
    for row, field, text, _ in faults:
        rows[row - 1][field - 1] = text
    return Planted(
        case=_case("cells", rows), errors=[(type_, row, field) for row, field, _, type_ in faults]
    )


def _wrong_rows() -> Planted:
    rows = good_rows(20)
    rows[3] = rows[3][:11]
    rows[6] = [*rows[6], "", "trop"]
    rows[9] = [""] * 12
    rows[12] = []
    errors: list[Fact] = [
        ("missing-cell", 4, 12), ("extra-cell", 7, 13), ("extra-cell", 7, 14),
        ("blank-row", 10, None), ("primary-key", 10, None),
        ("blank-row", 13, None), ("primary-key", 13, None),
    ]  # fmt: skip
    return Planted(case=_case("rows", rows), errors=errors)


def _wrong_keys() -> Planted:
    rows = good_rows(20)
    rows[5][0] = "+1"
    rows[9][0] = "1"
    rows[5][11] = rows[9][11] = "1"
    rows[12][11] = "99"
    errors: list[Fact] = [
        ("unique-error", 6, 1), ("primary-key", 6, None),
        ("unique-error", 10, 1), ("primary-key", 10, None), ("foreign-key", 13, None),
    ]  # fmt: skip
    return Planted(case=_case("keys", rows), errors=errors)
