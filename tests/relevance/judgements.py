"""The judged queries, and the halves that they fall into.

A query's half hangs on its text alone: one half is for tuning the engine, the other is held out,
and tells whether what was tuned holds for queries that nobody looked at.
"""

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Literal
from zlib import crc32

import msgspec

from catalogue.records import LANGUAGES
from tests.relevance.records import catalogue

FOLDER = Path(__file__).parent / "queries"
GRADES = (3, 2, 1)

Half = Literal["tuning", "held out"]
Kind = Literal[
    "word", "phrase", "plural", "compound", "typo", "exonym", "place", "code", "abbreviation",
    "foreign", "trap",
]  # fmt: skip


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Kind
    three: str = msgspec.field(name="3", default="")
    two: str = msgspec.field(name="2", default="")
    one: str = msgspec.field(name="1", default="")
    never: str = ""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A query with the grade of every record that is of some use, and those it must never find."""

    text: str
    language: str
    kind: Kind
    grades: dict[str, int]
    never: frozenset[str]

    @property
    def half(self) -> Half:
        """Return the half that the query belongs to."""
        return "held out" if crc32(self.text.encode()) % 2 else "tuning"


@cache
def queries() -> tuple[Judged, ...]:
    """Read the queries of all three languages."""
    return tuple(
        Judged(
            text=text,
            language=language,
            kind=written.kind,
            grades=_grades(written),
            never=frozenset(_named(written.never)),
        )
        for language in LANGUAGES
        for text, written in _read(language).items()
    )


def _read(language: str) -> dict[str, _Written]:
    content = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return msgspec.convert(content, dict[str, _Written])


def _grades(written: _Written) -> dict[str, int]:
    """Return the grade of each record; one named outright is not graded again by a pattern."""
    texts = dict(zip(GRADES, (written.three, written.two, written.one), strict=True))
    grades: dict[str, int] = {}
    for is_pattern in (False, True):
        for grade, text in texts.items():
            for name in text.split():
                if ("*" in name) == is_pattern:
                    for identifier in _named(name):
                        grades.setdefault(identifier, grade)
    return grades


def _named(text: str) -> list[str]:
    """Return the ids of the catalogue that a text names, `lille.*` for all of a publisher."""
    found = []
    for pattern in text.split():
        matching = [name for name in catalogue().entries if fnmatchcase(name, pattern)]
        if not matching:
            raise KeyError(pattern)
        found += matching
    return found
