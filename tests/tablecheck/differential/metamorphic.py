"""Changes to a file that must change nothing, or nothing but places."""

import random
from collections.abc import Iterator

import msgspec

from tests.tablecheck.differential.cases import Case, csv_bytes
from tests.tablecheck.differential.planted import FIELDS, SCHEMA, good_rows

_SCHEMA = {**SCHEMA, "foreignKeys": []}
_ODD = ("", " ", "x", "1", "-1", "AB1", "31/02/2024", "1,5", "1.5", "3,50", "oui", "é")


def dirty_rows(pick: random.Random) -> list[list[str]]:
    """Make rows of which some cells are wrong."""
    rows = good_rows(pick.choice((1, 8, 30)))
    for row in rows[1:]:
        if pick.random() < 0.4:
            row[pick.randrange(len(row))] = pick.choice(_ODD)
    return rows


def appended(rows: list[list[str]]) -> tuple[Case, Case]:
    """Give a table, and the same with one more row without fault."""
    last = good_rows(2_000)[-1]
    before = Case(name="as it is", data=csv_bytes(rows), schema=_SCHEMA)
    after = msgspec.structs.replace(before, name="appended", data=csv_bytes([*rows, last]))
    return before, after


def permuted(rows: list[list[str]], pick: random.Random) -> tuple[Case, Case, list[int]]:
    """Give a table matched by name, the same with its columns moved, and where from."""
    order = list(range(len(FIELDS)))
    pick.shuffle(order)
    schema = {**_SCHEMA, "fieldsMatch": "subset"}
    moved = [[row[place] for place in order] for row in rows]
    before = Case(name="as it is", data=csv_bytes(rows), schema=schema)
    after = msgspec.structs.replace(before, name="permuted", data=csv_bytes(moved))
    return before, after, order


def cases(first_seed: int, count: int = 200) -> Iterator[Case]:
    """Give the tables, for the two judges to compare as well."""
    for number in range(first_seed, first_seed + count):
        pick = random.Random(number)  # noqa: S311 - test data, no secret
        rows = dirty_rows(pick)
        yield from appended(rows)
        yield from permuted(rows, pick)[:2]
