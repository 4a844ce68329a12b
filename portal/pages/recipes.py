"""Says in words how a file was read: encoding, delimiter, header, coordinates; and why each type
was chosen.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from flask_babel import gettext, ngettext

import tablecheck
from portal.i18n import reader_language
from portal.pages import labels, types
from tablecheck.records import Inference


class Inferred(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column's type with its reason in words."""

    column: str
    type_label: str
    reason: str


def recipe_facts(recipe: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the facts of a recipe as pairs of name and value, those that apply."""
    header = recipe.get("header_row")
    skipped = len(recipe.get("skipped_lines") or ())
    file_format = recipe.get("format")
    pairs = [
        (gettext("Format"), labels.format_name(str(file_format)) if file_format else None),
        (gettext("File within the archive"), recipe.get("member")),
        (gettext("Sheet"), recipe.get("sheet")),
        (gettext("Layer"), recipe.get("layer")),
        (gettext("Encoding"), _encoding(recipe)),
        (gettext("Delimiter"), _character(recipe.get("delimiter"))),
        (gettext("Quote character"), _character(recipe.get("quotechar"))),
        (gettext("Header in row"), None if header is None else str(header)),
        (
            gettext("Above the header"),
            ngettext("%(num)s line left out", "%(num)s lines left out", skipped)
            if skipped
            else None,
        ),
        (gettext("Decimal sign"), _by_column(recipe.get("decimal_char"))),
        (gettext("Thousands sign"), _by_column(recipe.get("group_char"))),
        (gettext("Form of the dates"), _by_column(recipe.get("date_format"), types.date_form)),
        (gettext("Coordinates as received"), recipe.get("source_crs")),
    ]
    return [(name, str(value)) for name, value in pairs if value]


def inferences_of(recipe: dict[str, Any]) -> list[Inferred]:
    """Return the types that were inferred for the columns, each with its reason as a sentence."""
    found = msgspec.convert(recipe.get("inferred") or [], list[Inference])
    return [
        Inferred(
            column=each.column,
            type_label=types.schema_type(each.type),
            reason=tablecheck.message(each, reader_language()),
        )
        for each in found
    ]


def _encoding(recipe: dict[str, Any]) -> str | None:
    encoding = recipe.get("encoding")
    if encoding and recipe.get("is_encoding_assumed"):
        return str(gettext("%(encoding)s (assumed)", encoding=encoding))
    return None if encoding is None else str(encoding)


def _character(value: str | None) -> str | None:
    names = {
        "\t": gettext("tab"),
        " ": gettext("space"),
        "\u00a0": gettext("no-break space"),
        "\u202f": gettext("narrow no-break space"),
        ",": gettext("comma"),
        ".": gettext("point"),
        ";": gettext("semicolon"),
    }
    return None if value is None else names.get(value, value)


def _by_column(
    values: dict[str, str] | None, shown: Callable[[str], str | None] = _character
) -> str | None:
    if not values:
        return None
    pairs = [
        gettext("%(column)s: %(value)s", column=column, value=shown(value))
        for column, value in sorted(values.items())
    ]
    return ", ".join(pairs)
