"""The second step: what is wrong in the file, mended in place or in another file."""

import re
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

import tablecheck
from catalogue.errors import CatalogueError
from catalogue.store.submissions import Submission
from portal.accounts.rights import require
from portal.accounts.roles import Role
from portal.checking import CheckedTable, checks
from portal.context import services
from portal.errors import Refusal, fault_of
from portal.i18n import number, reader_language
from portal.pages.addresses import whole_number
from portal.pages.bad_rows import bad_rows, counted
from portal.pages.publish.frame import (
    allow_form,
    blueprint,
    name,
    overtaken,
    shown,
    submission_of,
)
from portal.pages.rule_counts import picked_rule, rule_counts
from portal.submitting import MAX_BYTES, chosen_tables, mend, reading, take_another

FINDINGS_A_PAGE = 50
MAX_CELL, MAX_REASON = 10_000, 500
_FORM_BYTES = 100_000
_CELL = re.compile(r"cell-([0-9]{1,9})-([0-9]{1,5})")


@blueprint.get("/publish/<submission_id>/check")
@require(role=Role.STEWARD)
def check(submission_id: str) -> str:
    """Show what is wrong in one of the chosen tables."""
    return _page(submission_of(submission_id))


@blueprint.post("/publish/<submission_id>/check")
@require(role=Role.STEWARD)
def mend_cells(submission_id: str) -> Response | tuple[str, int]:
    """Write the file anew with the hints, cells and rows chosen, and check it again."""
    allow_form()
    submission = submission_of(submission_id)
    if told := overtaken(submission):
        return _page(submission, notice=told), 409
    store, table_number = services().store, whole_number("table", default=0, least=0, most=100_000)
    try:
        table = _table(submission, table_number)[1]
        _, done = mend(
            store,
            submission,
            table_number,
            hints=_hints(table),
            edits=_edits(table),
            dropped=[int(row) for row in request.form.getlist("drop") if row.isdecimal()],
            reason=" ".join(request.form.get("reason", "").split())[:MAX_REASON],
            by=name(),
        )
    except (Refusal, CatalogueError) as error:
        fault = fault_of(error, reader_language())
        return _page(submission_of(submission_id), notice=fault.message), fault.status
    return redirect(
        url_for(
            "publish_steps.check",
            submission_id=submission.id,
            table=table_number or None,
            cells=done.cells_changed,
            rows=done.rows_dropped,
            left=done.cells_left or None,
        ),
        303,
    )


@blueprint.post("/publish/<submission_id>/file")
@require(role=Role.STEWARD)
def replace_file(submission_id: str) -> Response | tuple[str, int]:
    """Take in another file in place of the first."""
    request.max_content_length = MAX_BYTES + _FORM_BYTES
    submission = submission_of(submission_id)
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise Refusal(400, "check-nothing")
        take_another(services().store, submission, upload.stream, upload.filename, by=name())
    except (Refusal, CatalogueError) as error:
        fault = fault_of(error, reader_language())
        return _page(submission_of(submission_id), notice=fault.message), fault.status
    return redirect(url_for("publish_steps.check", submission_id=submission.id), 303)


def _page(submission: Submission, **values: Any) -> str:
    token, checked = reading(submission.record)
    chosen = chosen_tables(submission.record, checked)
    table_number, table = _table(submission, whole_number("table", default=chosen[0][0], least=0))
    column, code = request.args.get("column"), request.args.get("code")
    start = whole_number("start", default=0, least=0)
    found = checks().found(
        token, table_number, column=column, code=code, start=start, count=FINDINGS_A_PAGE
    )
    return shown(
        "publish_check.html",
        submission,
        "check",
        chosen_tables=chosen,
        number=table_number,
        table=table,
        report=table.report,
        counts=rule_counts(table),
        hints=list(enumerate(table.report.column_hints)),
        can_correct=table.recipe["format"] in tablecheck.CORRECTABLE,
        rows=bad_rows(found.findings, table.report.labels),
        total=found.total,
        counted=counted(table, column, code, found.total),
        start=start,
        step=FINDINGS_A_PAGE,
        asked={"column": column, "code": code},
        picked=picked_rule(table, column, code),
        is_valid=all(each.report.valid for _, each in chosen),
        done=_done(),
        max_cell=MAX_CELL,
        max_reason=MAX_REASON,
        megabytes=MAX_BYTES // 1_000_000,
        **values,
    )


def _done() -> list[str]:
    """Return what the mending before this page did, in sentences."""
    cells, rows = (
        whole_number("cells", default=0, least=0),
        whole_number("rows", default=0, least=0),
    )
    left = whole_number("left", default=0, least=0)
    told = []
    if cells:
        told.append(
            ngettext(
                "%(count)s cell was written anew.",
                "%(count)s cells were written anew.",
                cells,
                count=number(cells),
            )
        )
    if rows:
        told.append(
            ngettext(
                "%(count)s row was left out.",
                "%(count)s rows were left out.",
                rows,
                count=number(rows),
            )
        )
    if left:
        told.append(
            gettext("%(count)s could not be written: mend them in the file.", count=number(left))
        )
    return [str(sentence) for sentence in told]


def _table(submission: Submission, wanted: int) -> tuple[int, CheckedTable]:
    _, checked = reading(submission.record)
    chosen = dict(chosen_tables(submission.record, checked))
    if wanted not in chosen:
        raise Refusal(404, "check-table-unknown", value=str(wanted), count=len(checked.tables))
    return wanted, chosen[wanted]


def _hints(table: CheckedTable) -> list[Any]:
    picked = set(request.form.getlist("hint"))
    return [
        hint
        for place, hint in enumerate(table.report.column_hints)
        if hint.mends and str(place) in picked
    ]


def _edits(table: CheckedTable) -> list[tablecheck.CellEdit]:
    """Return the cells that hold something else than what stood in the form."""
    fields = [str(field.get("name")) for field in table.schema.get("fields", [])]
    labels = fields if len(fields) == len(table.report.labels) else list(table.report.labels)
    edits = []
    for key, text in request.form.items():
        found = _CELL.fullmatch(key)
        if found is None or text == request.form.get(f"was-{found[1]}-{found[2]}"):
            continue
        row, field_number = int(found[1]), int(found[2])
        if not 1 <= field_number <= len(labels) or len(text) > MAX_CELL:
            raise Refusal(400, "submission-cell", name=key, maximum=MAX_CELL)
        column = labels[field_number - 1]
        edits.append(
            tablecheck.CellEdit(row=row, column=column, field_number=field_number, text=text)
        )
    return edits
