"""What the steps of a file on its way share: who may, where one is, whose edition counts."""

from typing import Any, NamedTuple

import msgspec
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from catalogue.errors import Conflict
from catalogue.store import submissions
from catalogue.store.submissions import Record, Status, Submission
from portal.accounts.rights import caller
from portal.context import services
from portal.i18n import reader_language
from portal.messages import sentence
from portal.submitting import missing

MAX_FORM_BYTES = 4_000_000
MAX_FORM_PARTS = 20_000

blueprint = Blueprint("publish_steps", __name__)


class Step(NamedTuple):
    """A step, where it is, and whether it is done."""

    name: str
    label: str
    address: str
    is_here: bool
    is_done: bool


class Problem(NamedTuple):
    """What is wrong with a field: its name in the form, its label, a sentence."""

    field: str
    label: str
    text: str


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Let nothing of a file on its way be kept by a browser or found by a search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def submission_of(submission_id: str) -> Submission:
    """Return an open submission. Raises NotFound, Conflict where it has been published."""
    found = submissions.get(services().store, submission_id)
    if found.status is not Status.OPEN:
        raise Conflict("submission-published", dataset=found.record.dataset_id)
    return found


def allow_form() -> None:
    """Let the current request carry a long form."""
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    request.max_form_parts = MAX_FORM_PARTS


def overtaken(submission: Submission) -> str | None:
    """Return what to say where somebody else has saved since the form of this request was made."""
    if request.form.get("edition") == str(submission.edition):
        return None
    params = {"by": submission.record.changed_by, "at": submission.changed_at}
    return sentence("submission-changed", params, reader_language())


def saved(submission: Submission, record: Record) -> Submission:
    """Keep what was typed, in the caller's name."""
    own = msgspec.structs.replace(record, is_automatic=False)
    return submissions.save(services().store, submission, own)


def name() -> str:
    """Return the name of who sends the request."""
    return caller().name or ""


def shown(template: str, submission: Submission, here: str, **values: Any) -> str:
    """Render a step within its frame."""
    return render_template(
        template,
        submission=submission,
        record=submission.record,
        said=submission.record.said,
        steps=_steps(submission, here),
        **({"problems": [], "notice": None} | values),
    )


def _steps(submission: Submission, here: str) -> list[Step]:
    said = submission.record.said
    labels = {
        "columns": gettext("Columns"),
        "check": gettext("Check"),
        "describe": gettext("Describe"),
        "review": gettext("Publish"),
    }
    done = {"columns": said.schema is not None, "describe": not missing(said)}
    return [
        Step(
            name=step,
            label=label,
            address=url_for(f"publish_steps.{step}", submission_id=submission.id),
            is_here=step == here,
            is_done=done.get(step, False),
        )
        for step, label in labels.items()
    ]
