"""What a new version means for programs that read the table: the three steps of Semantic Versioning
(https://semver.org), for columns in place of functions.
"""

from collections.abc import Sequence
from enum import StrEnum

from catalogue.changes.fields import ColumnChange, Word

_WIDER = {
    "TINYINT": 1, "SMALLINT": 2, "INTEGER": 3, "BIGINT": 4,
}  # fmt: skip


class Verdict(StrEnum):
    """PATCH: the same columns. MINOR: more of them, or other rules. MAJOR: programs may break."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


def is_breaking(change: ColumnChange) -> bool:
    """Tell whether a program that read the column before may fail now: it went, or holds values
    that its type of before does not.
    """
    if change.what is Word.TYPE:
        old, new = _WIDER.get(str(change.old)), _WIDER.get(str(change.new))
        return old is None or new is None or new > old
    return change.what is Word.REMOVED


def verdict_of(changes: Sequence[ColumnChange]) -> Verdict:
    """Judge what happened to the columns; what changed in rows alone is a patch."""
    if any(is_breaking(change) for change in changes):
        return Verdict.MAJOR
    if any(change.what in (Word.ADDED, Word.RULES, Word.PLACE) for change in changes):
        return Verdict.MINOR
    return Verdict.PATCH
