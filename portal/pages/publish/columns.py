"""The first step: which tables are taken, by which schema, and what each column is."""

from typing import Any, NamedTuple

import msgspec
from flask import redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from catalogue import schemas
from catalogue.records import LANGUAGES
from catalogue.store.submissions import Record, Said
from portal.accounts.rights import require
from portal.accounts.roles import Role
from portal.checking import CheckedTable
from portal.i18n import reader_language
from portal.known_schemas import NONE, in_words
from portal.pages import types
from portal.pages.publish.code_lists import (
    MAX_CODE,
    MAX_CODES,
    MAX_TEXT,
    code_list_of,
    is_too_long,
    lines_of,
)
from portal.pages.publish.frame import (
    Problem,
    allow_form,
    blueprint,
    name,
    overtaken,
    saved,
    shown,
    submission_of,
)
from portal.pages.recipes import inferences_of, recipe_facts
from portal.submitting import chosen_tables, is_chosen, reading

TYPES = ("string", "integer", "number", "boolean", "date", "datetime", "time", "year")
MOST_COLUMNS = 200
MAX_LABEL, MAX_DESCRIPTION, MAX_UNIT = 120, 500, 40


class Doubt(NamedTuple):
    """The type of most cells of a column that has several, and the first cell of another."""

    type: str
    row: int
    value: str
    odd_count: int


class ColumnForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column as the form shows it; `type` is what the steward wants, "" where it is inferred."""

    name: str
    inferred: str
    reason: str
    type: str
    labels: dict[str, str]
    descriptions: dict[str, str]
    unit: str
    codes: dict[str, str]
    is_mixed: bool
    doubt: Doubt | None


@blueprint.get("/publish/<submission_id>/columns")
@require(role=Role.STEWARD)
def columns(submission_id: str) -> str:
    """Show the tables of the file and their columns."""
    submission = submission_of(submission_id)
    return _page(submission, submission.record)


@blueprint.post("/publish/<submission_id>/columns")
@require(role=Role.STEWARD)
def keep_columns(submission_id: str) -> Response | tuple[str, int]:
    """Keep what is said of the columns; go on to the check."""
    allow_form()
    submission = submission_of(submission_id)
    record = submission.record
    record = msgspec.structs.replace(record, said=_said(record), changed_by=name())
    told = overtaken(submission)
    found = _problems(record)
    if told or found:
        return _page(submission, record, problems=found, notice=told), 409 if told else 400
    saved(submission, record)
    step = "check" if request.form.get("go") == "next" and _was_shown() else "columns"
    return redirect(url_for(f"publish_steps.{step}", submission_id=submission.id), 303)


def _was_shown() -> bool:
    """Tell whether the form had the columns of the very tables and schema that are wanted now."""
    form = request.form
    is_schema_same = form.get("shown-schema", form.get("schema")) == form.get("schema")
    is_same = "has-parts" not in form or form.getlist("shown-part") == form.getlist("part")
    return is_schema_same and is_same


def _page(submission: Any, record: Record, **values: Any) -> str:
    _, checked = reading(record)
    chosen = chosen_tables(record, checked)
    matched = next((table for _, table in chosen if table.match or table.schema_name), None)
    schema = record.said.schema or _matched(chosen)
    known = schemas.everything()
    return shown(
        "publish_columns.html",
        msgspec.structs.replace(submission, record=record),
        "columns",
        tables=checked.tables,
        chosen={number for number, _ in chosen},
        is_chosen=is_chosen(record, checked),
        schemas=sorted(known.values(), key=lambda one: one["labels"][reader_language()]),
        schema=schema,
        no_schema=NONE,
        match=in_words(matched.match, reader_language()) if matched and matched.match else None,
        matched=matched.schema_name if matched else None,
        forms=[] if schema != NONE else _forms(record.said, [table for _, table in chosen]),
        fixed=[table for _, table in chosen] if schema != NONE else [],
        is_unreadable=not any(table.report.labels for table in checked.tables),
        most_columns=MOST_COLUMNS,
        types=[(code, types.schema_type(code)) for code in TYPES],
        facts=recipe_facts(chosen[0][1].recipe) if len(chosen) == 1 else [],
        limits={
            "label": MAX_LABEL,
            "description": MAX_DESCRIPTION,
            "unit": MAX_UNIT,
            "codes": MAX_TEXT,
        },
        **values,
    )


def _matched(chosen: list[tuple[int, CheckedTable]]) -> str:
    """Return the schema that the one chosen table was made for, NONE where there is no such."""
    found = chosen[0][1].schema_name if len(chosen) == 1 else None
    return found or NONE


def _forms(said: Said, tables: list[CheckedTable]) -> list[ColumnForm]:
    words = {field["name"]: field for field in said.fields}
    forms = {}
    for table in tables:
        reasons = {each.column: each for each in inferences_of(table.recipe)}
        doubts = _doubts(table.recipe)
        proposed = doubts if said.schema is None else {}  # after that it was left so on purpose
        for field in table.schema.get("fields", []):
            column = str(field["name"])
            told, reason = words.get(column, {}), reasons.get(column)
            forms[column] = ColumnForm(
                name=column,
                inferred=types.schema_type(str(field.get("type", "string"))),
                reason=reason.reason if reason else "",
                type=said.types.get(column, doubts[column].type if column in proposed else ""),
                is_mixed=field.get("type") == "any",
                doubt=doubts.get(column) if column not in said.types else None,
                labels=told.get("title") or {},
                descriptions=told.get("description") or {},
                unit=str(told.get("unit") or ""),
                codes=lines_of(told.get("categories") or []),
            )
    return list(forms.values())[:MOST_COLUMNS]


def _doubts(recipe: dict[str, Any]) -> dict[str, Doubt]:
    """Return the columns of several kinds in which one kind prevails."""
    found = {}
    for each in recipe.get("inferred") or []:
        told = each.get("params", {})
        if told.get("usual") in ("number", "date"):
            is_whole = told["usual"] == "number" and "number" not in told["kinds"].split(", ")
            type_ = "integer" if is_whole else str(told["usual"])
            found[each["column"]] = Doubt(type_, told["row"], told["value"], told["odd_count"])
    return found


def _said(record: Record) -> Said:
    form, said = request.form, record.said
    names = form.getlist("column")
    kept = {field["name"]: field for field in said.fields}
    chosen_types = {key: value for key, value in said.types.items() if key not in names}
    for place, column in enumerate(names):
        kept[column] = {
            "name": column,
            "title": _texts(f"label-{place}"),
            "description": _texts(f"description-{place}"),
            "unit": _line(form.get(f"unit-{place}", "")),
            "categories": code_list_of(
                {lang: form.get(f"codes-{place}-{lang}", "") for lang in LANGUAGES}
            ),
        }
        if wanted := form.get(f"type-{place}", ""):
            chosen_types[column] = wanted
    fields = [
        {key: value for key, value in field.items() if value}
        for field in kept.values()
        if any(value for key, value in field.items() if key != "name")
    ]
    return msgspec.structs.replace(
        said,
        schema=form.get("schema") or NONE,
        parts=form.getlist("part"),
        types=chosen_types if form.get("schema", NONE) == NONE else {},
        fields=fields,
    )


def _problems(record: Record) -> list[Problem]:
    said, found = record.said, []
    if said.schema != NONE and said.schema not in schemas.everything():
        found.append(Problem("schema", gettext("Schema"), gettext("is not in the list.")))
    for wanted in said.types.values():
        if wanted not in TYPES:
            found.append(Problem("columns", gettext("Type"), gettext("is not in the list.")))
    if "has-parts" in request.form and not said.parts:
        found.append(Problem("parts", gettext("Tables"), gettext("Choose one at least.")))
    limits = {"title": MAX_LABEL, "description": MAX_DESCRIPTION}
    for field in said.fields:
        for key, most in limits.items():
            if any(len(text) > most for text in field.get(key, {}).values()):
                text = gettext("is too long: at most %(maximum)s characters.", maximum=most)
                found.append(Problem("columns", field["name"], text))
        if len(field.get("unit", "")) > MAX_UNIT:
            text = gettext("is too long: at most %(maximum)s characters.", maximum=MAX_UNIT)
            found.append(Problem("columns", field["name"], text))
        if is_too_long(field.get("categories", [])):
            text = gettext(
                "has too long a list of codes: at most %(count)s, of %(maximum)s characters each.",
                count=MAX_CODES,
                maximum=MAX_CODE,
            )
            found.append(Problem("columns", field["name"], text))
    return found


def _texts(stem: str) -> dict[str, str]:
    texts = {lang: _line(request.form.get(f"{stem}-{lang}", "")) for lang in LANGUAGES}
    return {lang: text for lang, text in texts.items() if text}


def _line(text: str) -> str:
    return " ".join(text.split())
