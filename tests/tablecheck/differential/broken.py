"""Schemas and dialects with something wrong or odd in them, over small files."""

import copy
import random
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from tests.tablecheck.differential.cases import SECOND_EDITION, Case
from tests.tablecheck.differential.fuzz import fuzzed

_ODD: tuple[Any, ...] = (None, "", "x", 0, -1, 1.5, True, [], ["x"], [1], {}, {"x": 1}, "é\n")
_OF_FIELD = (
    "name", "type", "format", "constraints", "missingValues", "example", "title", "rdfType",
    "bareNumber", "decimalChar", "groupChar", "floatNumber", "trueValues", "falseValues",
    "delimiter", "itemType", "unknown",
)  # fmt: skip
_OF_CONSTRAINTS = (
    "required", "unique", "pattern", "enum", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "unknown",
)  # fmt: skip
_OF_SCHEMA = (
    "fields", "name", "title", "missingValues", "fieldsMatch", "primaryKey", "foreignKeys",
    "$schema", "unknown",
)  # fmt: skip
_ODD_LAYOUT: tuple[Any, ...] = (
    *_ODD, ";;", 2, 99, False, [2, 1], [0], [-1], [1, 1], "\n", '"', ",", "#", "€",
)  # fmt: skip
_OF_DIALECT = (
    "header", "headerRows", "headerJoin", "headerCase", "commentChar", "commentRows",
    "skipBlankRows", "csv", "unknown", "delimiter", "quoteChar",
)  # fmt: skip
_OF_CSV = (
    "delimiter", "quoteChar", "doubleQuote", "escapeChar", "skipInitialSpace", "nullSequence",
    "lineTerminator", "unknown",
)  # fmt: skip
_TYPES = ("string", "integer", "number", "boolean", "date", "list", "any", "strin", "Date", "2")


def broken(seeds: Iterable[int]) -> Iterator[Case]:
    """Give fuzzed files whose schemas had one to three things changed for the worse."""
    for seed in seeds:
        pick = random.Random(seed)  # noqa: S311 - test data
        case = fuzzed(seed)
        schema = copy.deepcopy(case.schema)
        for _ in range(pick.choice((1, 1, 2, 3))):
            pick.choice(_CHANGES)(pick, schema)
        yield msgspec.structs.replace(case, name=f"broken schema {seed}", schema=schema)


def broken_dialects(seeds: Iterable[int]) -> Iterator[Case]:
    """Give fuzzed files whose dialects had one or two things changed for the worse."""
    for seed in seeds:
        pick = random.Random(seed)  # noqa: S311 - test data
        case = fuzzed(seed)
        dialect = copy.deepcopy(case.dialect)
        for _ in range(pick.choice((1, 1, 2))):
            odd = copy.deepcopy(pick.choice(_ODD_LAYOUT))
            inner = dialect.get("csv", {})
            if pick.random() < 0.5:
                dialect[pick.choice(_OF_DIALECT)] = odd
            elif isinstance(inner, dict):
                dialect["csv"] = {**inner, pick.choice(_OF_CSV): odd}
        yield msgspec.structs.replace(case, name=f"broken dialect {seed}", dialect=dialect)


def _field(pick: random.Random, schema: dict[str, Any]) -> dict[str, Any]:
    fields = schema.get("fields")
    found = pick.choice(fields) if isinstance(fields, list) and fields else None
    return found if isinstance(found, dict) else {}


def _odd_property(pick: random.Random, schema: dict[str, Any]) -> None:
    _field(pick, schema)[pick.choice(_OF_FIELD)] = copy.deepcopy(pick.choice(_ODD))


def _odd_constraint(pick: random.Random, schema: dict[str, Any]) -> None:
    field = _field(pick, schema)
    rules = field.get("constraints", {})
    odd = copy.deepcopy(pick.choice(_ODD))
    field["constraints"] = {
        **(rules if isinstance(rules, dict) else {}),
        pick.choice(_OF_CONSTRAINTS): odd,
    }


def _odd_schema(pick: random.Random, schema: dict[str, Any]) -> None:
    schema[pick.choice(_OF_SCHEMA)] = copy.deepcopy(pick.choice(_ODD))


def _lost(pick: random.Random, schema: dict[str, Any]) -> None:
    _field(pick, schema).pop(pick.choice(("name", "type")), None)


def _other_type(pick: random.Random, schema: dict[str, Any]) -> None:
    _field(pick, schema)["type"] = pick.choice(_TYPES)


def _same_name(pick: random.Random, schema: dict[str, Any]) -> None:
    _field(pick, schema)["name"] = "a"


def _keys(pick: random.Random, schema: dict[str, Any]) -> None:
    schema["primaryKey"] = pick.choice((["z"], "a", ["a", "a"], [], "", ["a", "z"]))
    reference = {"resource": pick.choice(("", "x")), "fields": pick.choice((["a"], "a", ["z"], []))}
    fields = pick.choice((["a"], "a", ["z"], ["a", "b"]))
    schema["foreignKeys"] = [{"fields": fields, "reference": reference}]


def _edition(pick: random.Random, schema: dict[str, Any]) -> None:
    schema["$schema"] = pick.choice((SECOND_EDITION, "x:own", 3, ""))


_CHANGES = (
    _odd_property, _odd_property, _odd_constraint, _odd_constraint, _odd_schema, _lost,
    _other_type, _same_name, _keys, _edition,
)  # fmt: skip
