"""The check of a file without an account: a form, then a report that lasts an hour."""

import csv
import io
import mimetypes
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirection

import tablecheck
from catalogue import schemas
from catalogue.errors import CatalogueError
from portal.accounts.caller import address_of
from portal.accounts.errors import AccountError
from portal.accounts.rights import public_write
from portal.checking import KEPT_S, MAX_BYTES, CheckedTable, checks
from portal.checking.asking import GATE, allow_upload, form_sent, known_schema, report_of, take_in
from portal.errors import Refusal
from portal.i18n import reader_language
from portal.known_schemas import NONE, in_words
from portal.messages import sentence
from portal.pages.bad_rows import bad_rows, counted
from portal.pages.recipes import inferences_of, recipe_facts
from portal.pages.rule_counts import picked_rule, rule_counts
from tablecheck.correcting import CORRECTABLE
from tablecheck.report import ColumnHint

FINDINGS_A_PAGE = 100
_FORM_BYTES = 100_000
_UNSAFE_IN_CSV = ("=", "+", "-", "@", "\t", "\r")

blueprint = Blueprint("check", __name__)


@blueprint.get("/check")
def form() -> str:
    """Show the form."""
    return _form(request.args.get("schema", ""))


@blueprint.post("/check")
@public_write("reads a file and gives its report; nothing of it is published, senders are counted")
def send() -> Redirection | tuple[str, int]:
    """Check a file, or show the form again with what is wrong."""
    allow_upload()
    chosen = ""
    try:
        chosen = form_sent().get("schema", "")
        token = take_in(chosen or None)
    except (Refusal, CatalogueError, AccountError) as error:
        status = getattr(error, "status", 400)
        return _form(chosen, sentence(error.code, error.params, reader_language())), status
    return redirect(url_for("check.show", token=token), 303)


@blueprint.post("/check/<token>")
@public_write("checks a file anew that its sender has just sent; senders are counted")
def again(token: str) -> Redirection:
    """Check the same file against another schema."""
    request.max_content_length = _FORM_BYTES
    schema = known_schema(request.form.get("schema"))
    checked = checks().get(token)
    GATE.count(address_of(request))
    with checks().open_file(token) as stream:
        made = checks().check(stream, checked.filename, schema)
    return redirect(url_for("check.show", token=made), 303)


@blueprint.get("/check/<token>")
def show(token: str) -> Response:
    """Show what a check found in one of the tables of the file."""
    checked = checks().get(token)
    number, table = _table(checked.tables)
    column, code = request.args.get("column"), request.args.get("code")
    start = _start()
    found = checks().found(
        token, number, column=column, code=code, start=start, count=FINDINGS_A_PAGE
    )
    page = render_template(
        "check_report.html",
        token=token,
        checked=checked,
        table=table,
        number=number,
        report=table.report,
        counts=rule_counts(table),
        hints=_hints(table),
        can_correct=table.recipe["format"] in CORRECTABLE,
        rows=bad_rows(found.findings, table.report.labels),
        total=found.total,
        counted=counted(table, column, code, found.total),
        start=start,
        step=FINDINGS_A_PAGE,
        suspicions=[each.finding() for each in table.suspicions],
        asked={"column": column, "code": code},
        picked=picked_rule(table, column, code),
        match=in_words(table.match, reader_language()) if table.match else None,
        facts=recipe_facts(table.recipe),
        inferences=[] if table.schema_name else inferences_of(table.recipe),
        minutes=round(KEPT_S / 60),
    )
    return _private(Response(page))


@blueprint.get("/check/<token>/report.json")
def as_json(token: str) -> Response:
    """Give the report of a table with every finding that is listed."""
    number, table = _table(checks().get(token).tables)
    answer = report_of(token, number, reader_language())
    return _file(msgspec.json.encode(answer), f"{_stem(table.name)}.json", "application/json")


@blueprint.get("/check/<token>/report.csv")
def as_csv(token: str) -> Response:
    """Give every finding that is listed as a table."""
    number, table = _table(checks().get(token).tables)
    with checks().telling.turn():
        text = "".join(_lines(token, number))
    return _file(b"\xef\xbb\xbf" + text.encode(), f"{_stem(table.name)}.csv", "text/csv")


def _lines(token: str, number: int) -> Iterator[str]:
    lang = reader_language()
    heads = ("row", "column", "code", "value", "message", "hint", "suggestion")
    yield _line(heads)
    for each in checks().found(token, number).findings:
        words = tablecheck.message(each, lang), tablecheck.hint(each, lang)
        yield _line((each.row, each.column, each.code, each.value, *words, each.suggestion))


def _line(cells: tuple[Any, ...]) -> str:
    """Write a line; what a spreadsheet would run as a formula is text."""
    texts = ["" if cell is None else str(cell) for cell in cells]
    safe = [f"'{text}" if text.startswith(_UNSAFE_IN_CSV) else text for text in texts]
    out = io.StringIO()
    csv.writer(out).writerow(safe)
    return out.getvalue()


@blueprint.get("/check/<token>/corrected")
def corrected(token: str) -> Response:
    """Give the file with the cells written anew that the chosen hints mend."""
    checked = checks().get(token)
    _, table = _table(checked.tables)
    if table.recipe["format"] not in CORRECTABLE:
        raise Refusal(400, "check-fix-kind", kind=table.recipe["format"])
    chosen = set(request.args.getlist("hint"))
    hints = [hint for number, hint in _hints(table) if hint.mends and str(number) in chosen]
    if not hints:
        raise Refusal(400, "check-fix-none")
    data, done = checks().corrected(token, table, hints)
    stem = checked.filename.rpartition(".")[0] or checked.filename
    name = f"{stem}-corrected.{done.format}"
    response = _file(data, name, mimetypes.guess_type(name)[0] or "application/octet-stream")
    response.headers["X-Cells-Changed"] = str(done.cells_changed)
    return response


def _form(chosen: str, problem: str | None = None) -> str:
    known = schemas.everything()
    return render_template(
        "check.html",
        problem=problem,
        schemas=sorted(known.values(), key=lambda one: one["labels"][reader_language()]),
        chosen=chosen,
        no_schema=NONE,
        megabytes=MAX_BYTES // 1_000_000,
        minutes=round(KEPT_S / 60),
    )


def _table(tables: tuple[CheckedTable, ...]) -> tuple[int, CheckedTable]:
    asked = request.args.get("table", "0")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else len(tables)
    if number >= len(tables):
        raise Refusal(404, "check-table-unknown", value=asked, count=len(tables))
    return number, tables[number]


def _start() -> int:
    asked = request.args.get("start", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0


def _hints(table: CheckedTable) -> list[tuple[int, ColumnHint]]:
    return list(enumerate(table.report.column_hints))


def _stem(name: str) -> str:
    return f"report-{name}" if name else "report"


def _file(data: bytes, name: str, media_type: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return _private(response)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
