"""The last step: what would change, whom it concerns, and the one click that publishes."""

from typing import Any, NamedTuple

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from catalogue.changes import Changes, ColumnChange, Verdict, columns_between, is_breaking
from catalogue.errors import CatalogueError
from catalogue.store import submissions
from catalogue.store.submissions import Submission
from catalogue.views import ViewError
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.affected import Affected, affected_queries
from portal.comparisons import changes_of, side_of
from portal.context import services
from portal.errors import Refusal, fault_of
from portal.i18n import reader_language
from portal.pages.dataset.column_changes import ColumnLine, column_lines
from portal.pages.publish.describe import field_labels
from portal.pages.publish.frame import (
    blueprint,
    name,
    overtaken,
    shown,
    submission_of,
)
from portal.submitting import (
    Candidate,
    candidates,
    is_chosen,
    left_behind,
    missing,
    reading,
    release,
)

MAX_REASON = 500
_MAX_BODY_BYTES = 40_000


class Reviewed(NamedTuple):
    """A table with what its publication would change."""

    candidate: Candidate
    columns: list[ColumnLine]
    changes: Changes | None
    affected: list[Affected]
    is_same: bool


@blueprint.get("/publish/<submission_id>/review")
@require(role=Role.STEWARD)
def review(submission_id: str) -> str:
    """Show what would be published beside what is in force."""
    return _page(submission_of(submission_id))


@blueprint.post("/publish/<submission_id>/review")
@require(role=Role.STEWARD)
def publish(submission_id: str) -> Response | tuple[str, int]:
    """Publish, and show the dataset."""
    request.max_content_length = _MAX_BODY_BYTES
    submission = submission_of(submission_id)
    if told := overtaken(submission):
        return _page(submission, notice=told), 409
    reason = " ".join(request.form.get("reason", "").split())[:MAX_REASON]
    try:
        if _is_unchosen(submission):
            raise Refusal(400, "submission-parts")
        found = candidates(services().store, submission)
        _check_consent(found, reason)
        done = release(services().store, submission, by=name(), reason=reason)
    except (Refusal, CatalogueError) as error:
        fault = fault_of(error, reader_language())
        return _page(submission_of(submission_id), notice=fault.message), fault.status
    return redirect(url_for("dataset.show", dataset_id=done.dataset_id), 303)


@blueprint.post("/publish/<submission_id>/discard")
@require(role=Role.STEWARD)
def discard(submission_id: str) -> Response:
    """Let a file on its way go."""
    request.max_content_length = _MAX_BODY_BYTES
    submissions.discard(services().store, submission_of(submission_id))
    return redirect(url_for("publish.show"), 303)


def _check_consent(found: list[Candidate], reason: str) -> None:
    """Raise Refusal where something stands in the way that the steward has not settled."""
    if any(one.version is None for one in found):
        raise Refusal(400, "submission-has-errors", count=sum(one.error_count for one in found))
    if any(one.flags for one in found) and not reason:
        raise Refusal(400, "reason-missing", maximum=MAX_REASON)
    if any(one.verdict is Verdict.MAJOR for one in found) and "breaks" not in request.form:
        raise Refusal(400, "submission-breaks")


def _page(submission: Submission, **values: Any) -> str:
    fault, reviewed, left = None, [], []
    try:
        found = candidates(services().store, submission)
        reviewed = [_reviewed(one) for one in found]
        left = left_behind(services().store, submission, found)
    except (Refusal, CatalogueError) as error:
        fault = fault_of(error, reader_language()).message
    lacking, is_unchosen = missing(submission.record.said), _is_unchosen(submission)
    is_whole = bool(reviewed) and all(one.candidate.version for one in reviewed)
    return shown(
        "publish_review.html",
        submission,
        "review",
        reviewed=reviewed,
        left_behind=left,
        fault=fault,
        lacking=[(field, field_labels()[field]) for field in lacking],
        flags=sorted({flag for one in reviewed for flag in one.candidate.flags}),
        is_major=any(one.candidate.verdict is Verdict.MAJOR for one in reviewed),
        is_same=bool(reviewed) and all(one.is_same for one in reviewed),
        is_unchosen=is_unchosen,
        is_ready=is_whole and not lacking and not is_unchosen,
        own_id=caller().user_id,
        max_reason=MAX_REASON,
        **values,
    )


def _is_unchosen(submission: Submission) -> bool:
    """Tell whether a new dataset would get every table of the file for want of a choice."""
    record = submission.record
    if record.said.parts or record.dataset_id:
        return False
    try:
        return not is_chosen(record, reading(record)[1])
    except (Refusal, CatalogueError):  # what stands in the way is said of its tables
        return False


def _reviewed(one: Candidate) -> Reviewed:
    old, new = one.current, one.version
    if old is None or new is None:
        return Reviewed(one, [], None, [], is_same=False)
    columns = columns_between(old, new)
    is_same = old.logical_sha256 == new.logical_sha256
    try:
        changes = None if is_same else changes_of(side_of(old), side_of(new))
    except ViewError:
        changes = None
    breaking = _breaking(columns)
    affected = affected_queries(services().store, old.table, breaking) if breaking else []
    return Reviewed(one, column_lines(columns), changes, affected, is_same)


def _breaking(columns: list[ColumnChange]) -> list[str]:
    return list(dict.fromkeys(each.column for each in columns if is_breaking(each)))
