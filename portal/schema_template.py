"""An empty workbook for a schema: a steward fills it in, and it checks clean when it comes back.

The first sheet holds the names of the fields and nothing else, so that whatever is typed beneath is
data. Titles, lists and an example stand in comments and in sheets of notes, which our reader knows
and leaves out. Codes are cells of text: a spreadsheet would make 1001 of 01001.
"""

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from catalogue.records import LANGUAGES

HELP_SHEET = "# Aide · Hulp · Help"
EXAMPLE_SHEET = "# Exemple · Voorbeeld"
LAST_ROW = 1_048_575
# Not the moment of making: the same schema is the same bytes.
_MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001  # the format wants it without a zone
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_HEADINGS = {
    "field": "Champ · Veld · Field",
    "type": "Type",
    "required": "Obligatoire · Verplicht · Required",
    "unit": "Unité · Eenheid · Unit",
    "fr": "Français",
    "nl": "Nederlands",
    "en": "English",
    "example": "Exemple · Voorbeeld · Example",
    "values": "Valeurs · Waarden · Values",
}
_NUMBER_FORMATS = {"integer": "0", "year": "0", "number": "General", "date": "yyyy-mm-dd"}
_TEXT = "@"
_LISTS_FROM = len(_HEADINGS) + 1
"""The lists of values stand to the right of what people read, one column a field."""
_BOOLEANS = ["true", "false"]


def template(schema: dict[str, Any], rows: list[dict[str, str]]) -> bytes:
    """Return the workbook of a schema; `rows` are those of its valid example."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    book.set_properties({"created": _MADE_AT, "title": schema["title"]})
    head = book.add_format({"bold": True, "bottom": 1, "num_format": _TEXT})
    needed = book.add_format(
        {"bold": True, "bottom": 2, "num_format": _TEXT, "bg_color": "#FFE699"}
    )
    kinds = {
        kind: book.add_format({"num_format": kind}) for kind in (_TEXT, *_NUMBER_FORMATS.values())
    }
    data = book.add_worksheet(schema["name"][:31])
    notes = book.add_worksheet(HELP_SHEET)
    shown = book.add_worksheet(EXAMPLE_SHEET)
    for sheet in (data, shown):
        sheet.freeze_panes(1, 0)
        for index, field in enumerate(schema["fields"]):
            width = max(12, min(40, len(field["name"]) + 4))
            sheet.set_column(index, index, width, kinds[_number_format(field)])
            sheet.write_string(0, index, field["name"], needed if _is_required(field) else head)
    for index, field in enumerate(schema["fields"]):
        data.write_comment(0, index, comment(field), {"x_scale": 2.5, "y_scale": 2})
        _restrict(data, notes, index, field)
    for number, row in enumerate(rows, start=1):
        for index, field in enumerate(schema["fields"]):
            write_cell(shown, number, index, field, row.get(field["name"], ""), kinds)
    _explain(book, notes, schema, rows)
    book.close()
    return stream.getvalue()


def comment(field: dict[str, Any]) -> str:
    """Return what is said of a field, a paragraph a language."""
    return "\n".join(
        f"{lang.upper()}: {field['labels'][lang]}. {field['descriptions'][lang]}"
        if field["labels"][lang] != field["descriptions"][lang]
        else f"{lang.upper()}: {field['labels'][lang]}"
        for lang in LANGUAGES
    )


def write_cell(
    sheet: Any, row: int, column: int, field: dict[str, Any], text: str, kinds: dict[str, Any]
) -> None:
    """Write a value as its field is typed in a spreadsheet; nothing where it is empty."""
    if not text:
        return
    style = kinds[_number_format(field)]
    if field["type"] in ("integer", "year", "number"):
        sheet.write_number(row, column, float(text), style)
    elif field["type"] == "date":
        sheet.write_datetime(row, column, date.fromisoformat(text), style)
    else:
        sheet.write_string(row, column, text, style)


def _number_format(field: dict[str, Any]) -> str:
    return _NUMBER_FORMATS.get(field["type"], _TEXT)


def _is_required(field: dict[str, Any]) -> bool:
    return bool(field.get("constraints", {}).get("required"))


def _choices(field: dict[str, Any]) -> list[Any]:
    if field["type"] == "boolean":
        return _BOOLEANS
    return list(field.get("constraints", {}).get("enum", []))


def _restrict(data: Any, notes: Any, index: int, field: dict[str, Any]) -> None:
    """Offer the values of a field as a list; other values are refused by the spreadsheet too."""
    choices = _choices(field)
    if not choices:
        return
    column = _LISTS_FROM + index
    notes.write_string(0, column, field["name"])
    for number, choice in enumerate(choices, start=1):
        if isinstance(choice, str):
            notes.write_string(number, column, choice)
        else:
            notes.write_number(number, column, choice)
    letters = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
    place = f"='{HELP_SHEET}'!{letters}$2:{letters}${len(choices) + 1}"
    data.data_validation(1, index, LAST_ROW, index, {"validate": "list", "source": place})


def _explain(book: Any, notes: Any, schema: dict[str, Any], rows: list[dict[str, str]]) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    notes.freeze_panes(1, 1)
    notes.set_column(0, 0, 24)
    notes.set_column(1, 3, 14)
    notes.set_column(4, 8, 44)
    for index, heading in enumerate(_HEADINGS.values()):
        notes.write_string(0, index, heading, bold)
    for number, field in enumerate(schema["fields"], start=1):
        cells = [
            field["name"],
            field["type"],
            "✓" if _is_required(field) else "",
            field.get("unit", ""),
            *(line.split(": ", 1)[1] for line in comment(field).split("\n")),
            next((row[field["name"]] for row in rows if row.get(field["name"])), ""),
            _values(field),
        ]
        for index, cell in enumerate(cells):
            notes.write_string(number, index, cell, wrapped)


def _values(field: dict[str, Any]) -> str:
    said = field.get("valueLabels", {})
    return "\n".join(
        f"{choice}: {' · '.join(said[str(choice)][lang] for lang in LANGUAGES)}"
        if str(choice) in said
        else str(choice)
        for choice in _choices(field)
    )
