"""How to publish; for stewards the form that takes a file in, and the files on their way."""

from typing import IO

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalogue.errors import CatalogueError
from catalogue.records import Entry
from catalogue.store import datasets, submissions
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.checking import checks
from portal.context import services
from portal.errors import Refusal, fault_of
from portal.i18n import reader_language
from portal.pages.context import may_publish
from portal.submitting import MAX_BYTES, start

_FORM_BYTES = 100_000

blueprint = Blueprint("publish", __name__)


@blueprint.get("/publish")
def show() -> str:
    """Say how to publish, and give stewards the form."""
    return _page()


@blueprint.post("/publish")
@require(role=Role.STEWARD)
def send() -> Response | tuple[str, int]:
    """Take a file in, or that of a check; go on to its columns."""
    request.max_content_length = MAX_BYTES + _FORM_BYTES
    try:
        made = _taken_in()
    except (Refusal, CatalogueError) as error:
        fault = fault_of(error, reader_language())
        return _page(fault.message), fault.status
    return redirect(url_for("publish_steps.columns", submission_id=made), 303)


def _taken_in() -> str:
    token, upload = request.form.get("check"), request.files.get("file")
    if token:
        filename = checks().get(token).filename
        with checks().open_file(token) as stream:
            return _started(stream, filename)
    if upload is None or not upload.filename:
        raise Refusal(400, "check-nothing")
    return _started(upload.stream, upload.filename)


def _started(stream: IO[bytes], filename: str) -> str:
    asking = caller()
    made = start(
        services().store,
        stream,
        filename,
        user_id=asking.user_id or 0,
        by=asking.name or "",
        dataset_id=request.form.get("dataset") or None,
    )
    return made.id


def _page(problem: str | None = None) -> str:
    is_steward = may_publish()
    return render_template(
        "publish.html",
        contact_url=services().settings.contact_url,
        is_steward=is_steward,
        problem=problem,
        dataset=_updated() if is_steward else None,
        token=request.values.get("check", "") if is_steward else "",
        opened=submissions.opened(services().store) if is_steward else [],
        megabytes=MAX_BYTES // 1_000_000,
    )


def _updated() -> Entry | None:
    dataset_id = request.values.get("dataset")
    return datasets.get(services().store, dataset_id) if dataset_id else None
