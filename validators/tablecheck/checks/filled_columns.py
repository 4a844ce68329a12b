"""Cells of a row that must be filled together, or one of which must be filled."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tablecheck.arrow import Cells, pc
from tablecheck.checks.check import Check, Fault, Judging, Params, Row, Wrong

_SOURCE = "Validata, contrôles personnalisés (schema.data.gouv.fr)"


class OneOf(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name two columns."""

    column1: str
    column2: str


class Cohesive(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name a column, and those that are filled where it is."""

    column: str
    othercolumns: tuple[str, ...]


def _one_of(row: Row) -> Fault | None:
    return None if any(cell is not None for cell in row) else Fault()


def _cohesive(row: Row) -> Fault | None:
    filled = sum(cell is not None for cell in row)
    return None if filled in (0, len(row)) else Fault()


def _filled(columns: Sequence[Cells]) -> list[Any]:
    return [pc.is_valid(column).to_numpy(zero_copy_only=False) for column in columns]


def _any_filled(columns: Sequence[Cells]) -> Any:
    return np.any(_filled(columns), axis=0)


def _all_alike(columns: Sequence[Cells]) -> Any:
    filled = _filled(columns)
    return np.all(filled, axis=0) | ~np.any(filled, axis=0)


CHECKS = (
    Check(
        name="one-of-required",
        titles={
            "en": "at least one column filled",
            "fr": "au moins une colonne remplie",
            "nl": "minstens één kolom ingevuld",
        },
        rule="At least one of the two cells is filled.",
        source=_SOURCE,
        params=OneOf,
        columns=lambda params: (params.column1, params.column2),
        make=lambda _params, _knowledge: Judging(_one_of, _any_filled),
        judges_blanks=True,
        sample={"column1": "a", "column2": "b"},
        valid=(("1", None), (None, "1"), ("1", "1")),
        invalid=(Wrong((None, None)),),
        says={
            "en": {"": "one of these cells must be filled."},
            "fr": {"": "l'une de ces cellules doit être remplie."},
            "nl": {"": "een van deze cellen moet ingevuld zijn."},
        },
    ),
    Check(
        name="cohesive-columns-value",
        titles={
            "en": "columns filled together",
            "fr": "colonnes remplies ensemble",
            "nl": "kolommen samen ingevuld",
        },
        rule="The cells are all filled, or all empty.",
        source=_SOURCE,
        params=Cohesive,
        columns=lambda params: (params.column, *params.othercolumns),
        make=lambda _params, _knowledge: Judging(_cohesive, _all_alike),
        judges_blanks=True,
        sample={"column": "a", "othercolumns": ["b"]},
        valid=(("1", "2"), (None, None)),
        invalid=(Wrong(("1", None)), Wrong((None, "1"))),
        says={
            "en": {"": "these cells must be filled together, or left empty together."},
            "fr": {"": "ces cellules doivent être remplies ensemble, ou vides ensemble."},
            "nl": {"": "deze cellen moeten samen ingevuld zijn, of samen leeg."},
        },
    ),
)
