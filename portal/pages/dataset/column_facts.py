"""Everything that is known of one column, ready for its page."""

from typing import NamedTuple

from flask_babel import gettext

from catalogue.records import LANGUAGES, Column
from catalogue.views import Operator, Profile
from portal.i18n import OWN_NAMES, number
from portal.pages.columns import unit_of
from portal.pages.dataset.codes import Code, codes_of
from portal.pages.dataset.filters import percent_of
from portal.pages.dataset.frame import Frame
from portal.pages.dataset.spread import Box, Part, boxes, parts_of, shown, value_part

WIDTH, HEIGHT = 720, 220
PATTERN_SAMPLE = 20_000
_SHARES = (5, 25, 50, 75, 95)


class Row(NamedTuple):
    """A part of the column as a bar and as a line of a table."""

    words: str
    row_count: int
    percent: str | None
    address: str
    box: Box | None


class Texts(NamedTuple):
    """What a column is called and means in one language."""

    lang: str
    language: str
    label: str
    description: str


class CodeRow(NamedTuple):
    """A code with the address of the rows that hold it."""

    code: Code
    address: str


class ColumnFacts(NamedTuple):
    """What the page of a column shows; `is_stretches` tells bins from single values."""

    profile: Profile | None
    parts: list[Row]
    is_stretches: bool
    highest: int
    quantiles: list[tuple[str, str]]
    top: list[Row]
    patterns: list[Row]
    codes: list[CodeRow]
    texts: list[Texts]
    unit: str
    missing_percent: str | None
    missing_address: str
    is_unique: bool


def facts_of(frame: Frame, column: Column, profile: Profile | None) -> ColumnFacts:
    """Return what is known of a column."""
    total = profile.row_count if profile else 0
    parts = parts_of(column, profile)
    top = [value_part(column, one.value, one.count) for one in profile.top] if profile else []
    patterns = [Part(one.value, one.count, {}) for one in profile.patterns] if profile else []
    empty = {f"{column.name}__{Operator.EMPTY.value}": "1"}
    return ColumnFacts(
        profile=profile,
        parts=_rows(frame, parts, total),
        is_stretches=bool(profile and profile.bins),
        highest=max((part.row_count for part in parts), default=0),
        quantiles=_quantiles(column, profile) if profile else [],
        top=_rows(frame, top, total) if profile and profile.bins else [],
        patterns=_rows(frame, patterns, sum(part.row_count for part in patterns)),
        codes=[
            CodeRow(code, _address(frame, value_part(column, code.value, 0)))
            for code in codes_of(column, profile)
        ],
        texts=texts_of(column),
        unit=unit_of(column),
        missing_percent=percent_of(profile.missing, total) if profile else None,
        missing_address=frame.address("dataset.show", _anchor="rows", **empty),
        is_unique=profile is not None
        and not profile.is_estimate
        and profile.row_count > 1
        and profile.distinct == profile.row_count,
    )


def texts_of(column: Column) -> list[Texts]:
    """Return label and description in each language; what the schema says in none stands under
    all.
    """
    labels, descriptions = column.field.get("labels"), column.field.get("descriptions")
    return [
        Texts(
            lang,
            OWN_NAMES[lang],
            str((labels or {}).get(lang) or "") if isinstance(labels, dict) else "",
            str((descriptions or {}).get(lang) or "") if isinstance(descriptions, dict) else "",
        )
        for lang in LANGUAGES
    ]


def _rows(frame: Frame, parts: list[Part], total: int) -> list[Row]:
    drawn = boxes([part.row_count for part in parts], width=WIDTH, height=HEIGHT, gap=4)
    return [
        Row(
            words=part.words,
            row_count=part.row_count,
            percent=percent_of(part.row_count, total),
            address=_address(frame, part),
            box=drawn[place] if drawn else None,
        )
        for place, part in enumerate(parts)
    ]


def _address(frame: Frame, part: Part) -> str:
    return frame.address("dataset.show", _anchor="rows", **part.conditions)


def _quantiles(column: Column, profile: Profile) -> list[tuple[str, str]]:
    """Return the landmarks of the values in rising order, and the mean."""
    pairs: list[tuple[str, str]] = []
    if profile.minimum is not None:
        pairs.append((gettext("Smallest"), shown(column, profile.minimum)))
    for share, value in zip(_SHARES, profile.quantiles, strict=False):
        name = gettext("Median") if share == 50 else gettext("%(share)s %%", share=share)
        pairs.append((name, shown(column, value)))
    if profile.maximum is not None:
        pairs.append((gettext("Largest"), shown(column, profile.maximum)))
    if profile.mean is not None:
        pairs.append((gettext("Mean"), number(_rounded(profile.mean))))
    return pairs


def _rounded(value: float) -> float:
    """Return a mean with six digits that count."""
    return float(f"{value:.6g}")
