"""Describes the columns of a version in the reader's words: type, label, meaning, constraints."""

from typing import Any

import msgspec
from babel.numbers import format_decimal
from flask_babel import get_locale, gettext

from catalogue.records import Column, Version
from portal.pages import labels, types

_SHOWN_VALUES = 12


class Described(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column as a page shows it; `align` is the class of its cells."""

    name: str
    type: str
    type_label: str
    label: str
    description: str
    constraints: list[str]
    is_number: bool
    unit: str
    is_closed_list: bool


def described_columns(version: Version) -> list[Described]:
    """Return the columns of a version in their order."""
    return [_described(column) for column in version.columns]


def _described(column: Column) -> Described:
    return Described(
        name=column.name,
        type=column.type,
        type_label=types.sql_type(column.type),
        label=labels.of_field(column.field, "labels"),
        description=labels.of_field(column.field, "descriptions"),
        constraints=rule_sentences(column.field.get("constraints") or {}),
        is_number=types.is_number_type(column.type),
        unit=unit_of(column),
        is_closed_list="enum" in (column.field.get("constraints") or {}),
    )


def unit_of(column: Column) -> str:
    """Return the unit that the schema states, as its publisher writes it."""
    unit = column.field.get("unit") or column.field.get("unitCode")
    return unit if isinstance(unit, str) else ""


def rule_sentences(rules: dict[str, Any]) -> list[str]:
    """Return the constraints of a Table Schema field, each as a sentence."""
    found = []
    if rules.get("required"):
        found.append(gettext("required"))
    if rules.get("unique"):
        found.append(gettext("every value once only"))
    if "enum" in rules:
        values = [str(value) for value in rules["enum"]]
        more = "…" if len(values) > _SHOWN_VALUES else ""
        listed = ", ".join(values[:_SHOWN_VALUES]) + more
        found.append(gettext("one of: %(values)s", values=listed))
    sentences = {
        "minimum": gettext("at least %(value)s", value=_bound(rules.get("minimum"))),
        "maximum": gettext("at most %(value)s", value=_bound(rules.get("maximum"))),
        "minLength": gettext("at least %(value)s characters", value=rules.get("minLength")),
        "maxLength": gettext("at most %(value)s characters", value=rules.get("maxLength")),
        "pattern": gettext("of the form %(value)s", value=rules.get("pattern")),
    }
    found.extend(sentence for key, sentence in sentences.items() if key in rules)
    return found


def _bound(value: object) -> str:
    """Return a bound as the reader writes it; it may be a year, so no sign parts its thousands."""
    if isinstance(value, int | float):
        return format_decimal(value, "0.##########", locale=get_locale())
    return str(value)
