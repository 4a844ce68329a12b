"""Mutated texts of each type, put into columns of one field."""

import math
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.tablecheck.differential.cases import SECOND_EDITION, Case, csv_bytes
from tests.tablecheck.differential.fields import (
    FAMILIES,
    STRANGE_CHARS,
    STRANGE_TEXTS,
    Family,
    edited,
    uses_second_edition,
)
from tests.tablecheck.differential.runs import Run

_EDITS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 30), st.sampled_from(STRANGE_CHARS)),
    min_size=1, max_size=3,
)  # fmt: skip
COLUMN = 50
"""Texts of one case."""


def texts_of(family: Family) -> st.SearchStrategy[str]:
    """Draw right texts, texts a few letters away from right ones, and strange ones."""
    right = st.sampled_from(family.texts)
    near = st.builds(edited, right, _EDITS)
    return st.one_of(right, near, near, near, st.sampled_from(STRANGE_TEXTS), st.text(max_size=8))


def column_case(field: dict[str, Any], texts: list[str]) -> Case:
    """Put texts under each other, beside a column that keeps an empty one from being blank."""
    rows = [["f", "n"], *([text, str(number)] for number, text in enumerate(texts))]
    schema: dict[str, Any] = {"fields": [field, {"name": "n", "type": "string"}]}
    if uses_second_edition(field):
        schema["$schema"] = SECOND_EDITION
    return Case(name=f"cells of {field['type']}", data=csv_bytes(rows), schema=schema, limit=0)


def judge_cells(type_: str, run: Run, *, count: int, first_seed: int, column: int = COLUMN) -> None:
    """Judge `count` mutated texts of a type, spread over its fields."""
    family = FAMILIES[type_]
    for number, field in enumerate(family.fields):
        columns = math.ceil(count / len(family.fields) / column)
        drawn = st.lists(texts_of(family), min_size=column, max_size=column)
        _judge_field(field, drawn, run, columns, first_seed + number)


def _judge_field(
    field: dict[str, Any],
    drawn: st.SearchStrategy[list[str]],
    run: Run,
    columns: int,
    first_seed: int,
) -> None:

    @seed(first_seed)
    @settings(
        max_examples=columns, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(texts=drawn)
    def judge(texts: list[str]) -> None:
        if not run.is_over():
            run.judge(column_case(field, texts), cells=len(texts))

    judge()
