"""Mends a file on its way: hints followed, cells typed anew, rows left out with a reason."""

import io
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

import tablecheck
from catalogue.store import Store, submissions
from catalogue.store.database import now
from catalogue.store.submissions import Mending, Submission
from portal import audit
from portal.checking import checks
from portal.errors import Refusal
from portal.submitting.checks import reading
from tablecheck.report import ColumnHint


def mend(
    store: Store,
    submission: Submission,
    number: int,
    *,
    hints: list[ColumnHint],
    edits: Sequence[tablecheck.CellEdit],
    dropped: Collection[int],
    reason: str,
    by: str,
) -> tuple[Submission, tablecheck.Correction]:
    """Write the file anew with what was chosen for one of its tables; the received bytes stay.

    Raises Refusal for a kind of file that cannot be written or where nothing is chosen, Conflict
    where somebody else has saved meanwhile.
    """
    if not (hints or edits or dropped):
        raise Refusal(400, "check-fix-none")
    if dropped and not reason:
        raise Refusal(400, "reason-missing", maximum=500)
    before = submission.record
    token, checked = reading(before)
    table = checked.tables[number]
    if table.recipe["format"] not in tablecheck.CORRECTABLE:
        raise Refusal(400, "check-fix-kind", kind=table.recipe["format"])
    data, done = checks().corrected(token, table, hints, edits=edits, dropped=dropped)
    sha256 = store.objects.copy_raw(io.BytesIO(data))
    mending = Mending(
        at=now(),
        by=by,
        before_sha256=before.raw_sha256,
        filename=before.filename,
        cells=done.cells_changed,
        rows=done.rows_dropped,
        reason=reason,
    )
    record = msgspec.structs.replace(
        before,
        filename=str(Path(before.filename).with_suffix(f".{done.format}")),
        raw_sha256=sha256,
        size_bytes=len(data),
        mendings=[*before.mendings, mending][-submissions.MOST_MENDINGS :],
        changed_by=by,
        is_automatic=False,
    )
    audit.record(
        store,
        "file-mended",
        f"submission:{submission.id}",
        by=by,
        before=before.raw_sha256,
        after=sha256,
        cells=done.cells_changed,
        rows=done.rows_dropped,
    )
    return submissions.save(store, submission, record), done
