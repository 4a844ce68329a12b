"""The schema that fits a table, and schemas one change away from it."""

import copy
import csv
import io
import random
from typing import Any

from tests.tablecheck.differential.cases import SECOND_EDITION
from tests.tablecheck.differential.fields import FAMILIES

_DELIMITERS = ";,\t|"


def layout_of(data: bytes) -> tuple[str, list[str], list[list[str]]] | None:
    """Give delimiter, labels and some rows of a UTF-8 CSV; None for any other text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=line.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return (delimiter, [label.strip() for label in rows[0]], rows[1:]) if rows else None


def fitting(labels: list[str]) -> dict[str, Any]:
    """Make a schema of strings for a header."""
    return {"fields": [{"name": label, "type": "string"} for label in labels]}


def mutated(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> dict[str, Any]:
    """Change one to three things of a schema."""
    made = copy.deepcopy(schema)
    for _ in range(pick.choice((1, 1, 2, 3))):
        if made["fields"]:
            pick.choice(_CHANGES)(pick, made, rows)
    return made


def _retype(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    place = pick.randrange(len(schema["fields"]))
    field = pick.choice(FAMILIES[pick.choice(list(FAMILIES))].fields)
    schema["fields"][place] = {**field, "name": schema["fields"][place]["name"]}


def _constrain(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    place = pick.randrange(len(schema["fields"]))
    field = schema["fields"][place]
    cells = [row[place] for row in rows if place < len(row)] or ["x"]
    cell = pick.choice(cells)
    name, value = pick.choice((
        ("required", True), ("unique", True), ("minLength", len(cell)), ("maxLength", len(cell)),
        ("enum", pick.sample(cells, min(len(cells), 5))), ("minimum", cell), ("maximum", cell),
        ("pattern", "[^ ]*"), ("pattern", "[A-Za-z0-9]+"), ("pattern", f"{cell[:1]}.*"),
    ))  # fmt: skip
    field["constraints"] = {**field.get("constraints", {}), name: value}


def _missing(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    cells = [cell for row in rows[:50] for cell in row] or [""]
    schema["missingValues"] = [*pick.sample(["", "-", "0"], 2), pick.choice(cells)]
    if pick.random() < 0.3:
        schema["missingValues"] = [{"value": text} for text in schema["missingValues"]]
        schema["$schema"] = pick.choice((SECOND_EDITION, SECOND_EDITION, "x:own", ""))


def _key(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    names = [field["name"] for field in schema["fields"]]
    schema["primaryKey"] = pick.sample(names, min(len(names), pick.choice((1, 2, 3))))


def _foreign_key(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    names = [field["name"] for field in schema["fields"]]
    reference = {"resource": "", "fields": [pick.choice(names)]}
    schema["foreignKeys"] = [{"fields": [pick.choice(names)], "reference": reference}]


def _match(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    schema["fieldsMatch"] = pick.choice(("exact", "equal", "subset", "superset", "partial"))


def _drop(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    del schema["fields"][pick.randrange(len(schema["fields"]))]


def _add(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    place = pick.randrange(len(schema["fields"]) + 1)
    schema["fields"].insert(place, {"name": "added", "type": pick.choice(("string", "integer"))})


def _rename(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    field = pick.choice(schema["fields"])
    field["name"] = pick.choice((field["name"].upper(), field["name"] + " ", "renamed"))


def _swap(pick: random.Random, schema: dict[str, Any], rows: list[list[str]]) -> None:
    pick.shuffle(schema["fields"])


_CHANGES = (
    _retype, _retype, _retype, _constrain, _constrain, _constrain, _missing, _key, _foreign_key,
    _match, _drop, _add, _rename, _swap,
)  # fmt: skip
