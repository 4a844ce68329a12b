"""What pages and API ask of a check: a file of the current request, and its report as data."""

import io
from typing import Any

import msgspec
from flask import request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge

import tablecheck
from catalogue import schemas
from portal.accounts.caller import address_of
from portal.checking import MAX_BYTES, checks
from portal.errors import Refusal
from portal.known_schemas import NONE
from portal.public_forms import Gate

MB = 1_000_000
MAX_PASTED_BYTES = 1 * MB
_FORM_BYTES = 100_000
_PASTED_NAME = "pasted.csv"
_UNNAMED = "file"

GATE = Gate(most=60, least_s=0)


def allow_upload() -> None:
    """Let the current request carry a file."""
    request.max_content_length = MAX_BYTES + MAX_PASTED_BYTES + _FORM_BYTES
    request.max_form_memory_size = MAX_PASTED_BYTES


def form_sent() -> ImmutableMultiDict[str, str]:
    """Return the fields of the form of the current request. Raises Refusal 413."""
    try:
        return request.form
    except RequestEntityTooLarge as error:
        if (request.content_length or 0) > (request.max_content_length or 0):
            raise Refusal(413, "check-too-large", megabytes=MAX_BYTES // MB) from error
        raise Refusal(413, "check-text-too-large", megabytes=MAX_PASTED_BYTES // MB) from error


def take_in(schema: str | None) -> str:
    """Check the file of the current request, or the text pasted; return the name of its report."""
    pasted = form_sent().get("pasted", "")
    schema = known_schema(schema)
    upload = request.files.get("file")
    GATE.count(address_of(request))
    if upload is not None and upload.filename:
        return checks().check(upload.stream, _shown_name(upload.filename), schema)
    if not pasted.strip():
        raise Refusal(400, "check-nothing")
    return checks().check(io.BytesIO(pasted.encode()), _PASTED_NAME, schema)


def _shown_name(sent: str) -> str:
    """Return the last part of a name that has letters, without what turns text around."""
    parts = (part.strip(" .") for part in reversed(sent.replace("\\", "/").split("/")))
    name = next((part for part in parts if part), _UNNAMED)
    return "".join(letter for letter in name if letter.isprintable())[-200:] or _UNNAMED


def known_schema(asked: str | None) -> str | None:
    """Return a schema that may be asked for; None lets the table tell. Raises Refusal 400."""
    allowed = [*schemas.everything(), NONE]
    if asked and asked not in allowed:
        raise Refusal(400, "parameter-choice", name="schema", value=asked, allowed=allowed)
    return asked or None


def report_of(token: str, number: int, lang: str, *, count: int | None = None) -> dict[str, Any]:
    """Return the report of a table in words of a language, with `count` findings at most.

    Raises Refusal 503 where too many ask for theirs.
    """
    table = checks().get(token).tables[number]
    with checks().telling.turn():
        found = checks().found(token, number, count=count)
        findings = [
            {
                **msgspec.to_builtins(each),
                "message": tablecheck.message(each, lang),
                "hint": tablecheck.hint(each, lang),
            }
            for each in found.findings
        ]
    report: dict[str, Any] = table.report.to_dict()
    report["findings"] = findings
    report["column_hints"] = [
        {**msgspec.to_builtins(hint), "message": tablecheck.message(hint, lang)}
        for hint in table.report.column_hints
    ]
    return {
        "name": table.name,
        "valid": table.report.valid,
        "schema_name": table.schema_name,
        "match": msgspec.to_builtins(table.match),
        "schema": table.schema,
        "recipe": table.recipe,
        "listed_error_count": min(table.listed_error_count, len(findings)),
        "personal_data": [
            {**msgspec.to_builtins(each), "message": tablecheck.message(each.finding(), lang)}
            for each in table.suspicions
        ],
        **report,
    }
