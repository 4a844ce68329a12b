"""Cells of a row that must stand in a relation: one compared with another, a sum."""

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from tablecheck.arrow import Cells, pc
from tablecheck.checks.check import Check, Fault, Judging, Knowledge, Params, Row, Wrong

_SOURCE = "Validata, contrôles personnalisés (schema.data.gouv.fr)"
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "==": operator.eq, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class Compare(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name two columns, and how the first stands to the second."""

    column: str
    op: Literal["=", "==", "<", "<=", ">", ">="]
    column2: str


class Sum(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name the column of the sum, and those of the terms."""

    column: str
    columns: tuple[str, ...]


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal((text or "").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _whole(columns: Sequence[Cells]) -> tuple[Any, list[Any]]:
    """Give the columns as whole numbers, and where all of them are that."""
    mask: Any = None
    for column in columns:
        each = pc.fill_null(pc.match_substring_regex(column, r"^-?[0-9]{1,15}\z"), False)
        mask = each if mask is None else pc.and_(mask, each)
    zero = pa.scalar("0")
    parts = [pc.cast(pc.if_else(mask, c, zero), pa.int64()) for c in columns]
    return mask.to_numpy(zero_copy_only=False), [part.to_numpy() for part in parts]


def _compare(params: Compare, knowledge: Knowledge) -> Judging:
    del knowledge
    holds = _OPERATORS[params.op]

    def judge(row: Row) -> Fault | None:
        first, second = _number(row[0]), _number(row[1])
        facts = {"op": params.op}
        if (first is None) != (second is None):
            return Fault(cause="mixed", facts=facts)
        pair = (row[0], row[1]) if first is None else (first, second)
        return None if holds(*pair) else Fault(facts=facts)

    def accept(columns: Sequence[Cells]) -> Any:
        mask, parts = _whole(columns)
        return mask & holds(*parts)

    return Judging(judge, accept)


def _sum(params: Sum, knowledge: Knowledge) -> Judging:
    del params, knowledge

    def judge(row: Row) -> Fault | None:
        numbers = [_number(cell) for cell in row]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            return None  # a matter of their types
        total = sum(known[1:], Decimal())
        return None if known[0] == total else Fault(facts={"total": str(total)})

    def accept(columns: Sequence[Cells]) -> Any:
        mask, parts = _whole(columns)
        return mask & (parts[0] == np.sum(parts[1:], axis=0))

    return Judging(judge, accept)


CHECKS = (
    Check(
        name="compare-columns-value",
        titles={
            "en": "comparison of columns",
            "fr": "comparaison de colonnes",
            "nl": "vergelijking van kolommen",
        },
        rule="The first cell stands to the second as asked: as numbers where both are, else as "
        "texts (ISO dates in particular). Rows with an empty cell are left out.",
        source=_SOURCE,
        params=Compare,
        columns=lambda params: (params.column, params.column2),
        make=_compare,
        sample={"column": "a", "op": ">=", "column2": "b"},
        valid=(("10", "9"), ("9,5", "9.5"), ("2024-03-01", "2024-02-28"), ("1", None)),
        invalid=(Wrong(("9", "10")), Wrong(("a", "1"), "mixed"), Wrong(("2023-1", "2024-1"))),
        says={
            "en": {
                "": "“{value}”: the first must be {op} the second.",
                "mixed": "“{value}”: a number cannot be compared with a text.",
            },
            "fr": {
                "": "« {value} » : la première valeur doit être {op} la seconde.",
                "mixed": "« {value} » : un nombre ne se compare pas à un texte.",
            },
            "nl": {
                "": "“{value}”: de eerste waarde moet {op} de tweede zijn.",
                "mixed": "“{value}”: een getal is niet te vergelijken met een tekst.",
            },
        },
    ),
    Check(
        name="sum-columns-value",
        titles={"en": "sum of columns", "fr": "somme de colonnes", "nl": "som van kolommen"},
        rule="The first cell is the sum of the others. Rows with an empty cell are left out.",
        source=_SOURCE,
        params=Sum,
        columns=lambda params: (params.column, *params.columns),
        make=_sum,
        sample={"column": "a", "columns": ["b", "c"]},
        valid=(("3", "1", "2"), ("0.3", "0.1", "0.2"), ("9", None, "1")),
        invalid=(Wrong(("4", "1", "2")), Wrong(("0,31", "0,1", "0,2"))),
        says={
            "en": {"": "“{value}”: the first must be the sum of the others, {total}."},
            "fr": {"": "« {value} » : la première valeur doit être la somme des autres, {total}."},
            "nl": {"": "“{value}”: de eerste waarde moet de som van de andere zijn, {total}."},
        },
    ),
)
