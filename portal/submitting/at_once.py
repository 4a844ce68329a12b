"""Publishes a file in one call, for programs; what cannot be published waits where a person mends
it.
"""

from typing import IO

import msgspec

from catalogue.changes import Verdict
from catalogue.store import Store, submissions
from catalogue.store.submissions import Said, Submission
from portal.errors import Refusal
from portal.publishing import Published
from portal.submitting.candidates import Candidate, candidates
from portal.submitting.intake import start, take_another
from portal.submitting.release import missing, release


class AtOnce(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a file: published, or what stands in the way of it."""

    submission: Submission
    candidates: list[Candidate]
    published: Published | None
    obstacle: Refusal | None

    @property
    def error_count(self) -> int:
        """Count the errors of its tables."""
        return sum(one.error_count for one in self.candidates)


def publish_at_once(
    store: Store,
    stream: IO[bytes],
    filename: str,
    *,
    user_id: int,
    by: str,
    said: Said | None = None,
    dataset_id: str | None = None,
    may_break: bool = False,
    is_trial: bool = False,
) -> AtOnce:
    """Take a file in and publish it, as a new dataset or as the next version of one.

    Nothing is published of a file with errors, with columns that look like personal data, or whose
    change would break programs unless it `may_break`; it waits as a submission then. `is_trial`
    publishes nothing and keeps nothing. Raises what `start` and `candidates` raise.
    """
    waiting = None if is_trial else _waiting(store, user_id, dataset_id)
    if waiting is None:
        waiting = start(
            store,
            stream,
            filename,
            user_id=user_id,
            by=by,
            dataset_id=dataset_id,
            is_automatic=True,
        )
    else:
        waiting = take_another(store, waiting, stream, filename, by=by, is_automatic=True)
    if said is not None:
        record = msgspec.structs.replace(waiting.record, said=said)
        waiting = submissions.save(store, waiting, record)
    try:
        found = candidates(store, waiting)
    except BaseException:
        submissions.discard(store, waiting)
        raise
    obstacle = _obstacle(waiting, found, may_break=may_break)
    if is_trial:
        submissions.discard(store, waiting)
    done = None if is_trial or obstacle else release(store, waiting, by=by)
    return AtOnce(submission=waiting, candidates=found, published=done, obstacle=obstacle)


def _waiting(store: Store, user_id: int, dataset_id: str | None) -> Submission | None:
    """Return what a program of this user sent for the same dataset before, and nobody has worked on
    since: its file is replaced.
    """
    if dataset_id is None:
        return None
    return next(
        (
            one
            for one in submissions.opened(store)
            if one.user_id == user_id
            and one.record.is_automatic
            and one.record.dataset_id == dataset_id
        ),
        None,
    )


def _obstacle(submission: Submission, found: list[Candidate], *, may_break: bool) -> Refusal | None:
    errors = sum(one.error_count for one in found)
    flags = sorted({flag for one in found for flag in one.flags})
    if lacking := missing(submission.record.said):
        return Refusal(422, "submission-incomplete", fields=lacking)
    if any(one.version is None for one in found):
        return Refusal(422, "submission-has-errors", count=errors)
    if flags:
        return Refusal(422, "submission-personal", columns=flags)
    if not may_break and any(one.verdict is Verdict.MAJOR for one in found):
        return Refusal(409, "submission-breaks-api")
    return None
