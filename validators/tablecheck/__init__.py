"""tablecheck: read open-data tables right, and give frictionless's verdict on them.

Three calls do the work: `read` gives the typed tables of a file with their reports, `validate` the
report alone, `message` and `hint` say a finding in French, Dutch or English.

Importing the package is cheap: each name brings its module, and that its slow libraries, when it
is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tablecheck.codes import REASONS, RULES
    from tablecheck.correcting import CORRECTABLE, corrected
    from tablecheck.correcting.choice import CellEdit, Correction
    from tablecheck.errors import (
        NotASchemaError,
        NotCorrectableError,
        TablecheckError,
        UnknownColumnError,
        UnknownLanguageError,
        UnknownTypeError,
    )
    from tablecheck.limits import Limits
    from tablecheck.matching import Match, Pair, match
    from tablecheck.messages import LANGUAGES, hint, message, rule
    from tablecheck.names import column_identifiers
    from tablecheck.proposing import SchemaProposal, propose, propose_for
    from tablecheck.reading import read
    from tablecheck.records import Extract, Inference, Recipe
    from tablecheck.report import ColumnHint, Count, Finding, Report
    from tablecheck.validating import validate

_HOMES = {
    "REASONS": "codes",
    "RULES": "codes",
    "CORRECTABLE": "correcting",
    "CellEdit": "correcting.choice",
    "corrected": "correcting",
    "Correction": "correcting.choice",
    "NotASchemaError": "errors",
    "NotCorrectableError": "errors",
    "TablecheckError": "errors",
    "UnknownColumnError": "errors",
    "UnknownLanguageError": "errors",
    "UnknownTypeError": "errors",
    "Limits": "limits",
    "Match": "matching",
    "Pair": "matching",
    "match": "matching",
    "LANGUAGES": "messages",
    "hint": "messages",
    "message": "messages",
    "rule": "messages",
    "column_identifiers": "names",
    "SchemaProposal": "proposing",
    "propose": "proposing",
    "propose_for": "proposing",
    "read": "reading",
    "Extract": "records",
    "Inference": "records",
    "Recipe": "records",
    "ColumnHint": "report",
    "Count": "report",
    "Finding": "report",
    "Report": "report",
    "validate": "validating",
}

__all__ = [
    "CORRECTABLE",
    "LANGUAGES",
    "REASONS",
    "RULES",
    "CellEdit",
    "ColumnHint",
    "Correction",
    "Count",
    "Extract",
    "Finding",
    "Inference",
    "Limits",
    "Match",
    "NotASchemaError",
    "NotCorrectableError",
    "Pair",
    "Recipe",
    "Report",
    "SchemaProposal",
    "TablecheckError",
    "UnknownColumnError",
    "UnknownLanguageError",
    "UnknownTypeError",
    "column_identifiers",
    "corrected",
    "hint",
    "match",
    "message",
    "propose",
    "propose_for",
    "read",
    "rule",
    "validate",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return __all__
