"""Publishing for programs: a file sent whole becomes a dataset, or the next version of one."""

from typing import IO

import msgspec
from flask import Blueprint, Response, url_for

from catalogue.changes import Verdict
from catalogue.licences import LICENCES, licence_id
from catalogue.store.submissions import Said
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role, Scope
from portal.api.answers import json_answer
from portal.api.errors import Fault, install
from portal.api.parameters import Parameters
from portal.api.sent_files import sent_file
from portal.context import language, services
from portal.errors import Refusal
from portal.known_schemas import NONE
from portal.messages import sentence
from portal.submitting import MAX_BYTES, AtOnce, Candidate, publish_at_once
from portal.withdrawing import MAX_REASON, put_back, withdraw

MAX_DESCRIPTION = 5_000
TRUE = ("0", "1")

blueprint = Blueprint("api_publishing", __name__, url_prefix="/api/v1/datasets")
install(blueprint)


class PublishedTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table as it is published, or would be; `table` and `version` are None until it is.

    `verdict` tells what a new version means for programs: patch, minor or major.
    """

    part: str
    table: str | None
    version: int | None
    row_count: int | None
    sha256: str | None
    is_new: bool
    verdict: Verdict | None
    error_count: int
    personal_data: list[str]


class PublishAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a file; where something stands in the way, `error` says what, and `mend_at` is
    the page on which it waits.
    """

    published: bool
    dataset: str | None
    tables: list[PublishedTable]
    error: Fault | None = None
    mend_at: str | None = None


@blueprint.post("")
@require(role=Role.STEWARD, scope=Scope.PUBLISH)
def add() -> Response:
    """Publish the part `file` of a form as a new dataset."""
    parameters = Parameters(
        "title", "description", "publisher", "licence", "schema", "theme", "trial"
    )
    lang = language()
    licence = parameters.text("licence")
    if licence and licence_id(licence) is None:
        raise Refusal(
            400, "parameter-choice", name="licence", value=licence, allowed=list(LICENCES)
        )
    texts = {
        name: parameters.text(name, max_length=MAX_DESCRIPTION) for name in ("title", "description")
    }
    said = Said(
        schema=parameters.text("schema") or NONE,
        title={lang: texts["title"]} if texts["title"] else {},
        description={lang: texts["description"]} if texts["description"] else {},
        publisher=parameters.text("publisher"),
        licence=licence_id(licence) if licence else None,
        themes=list(parameters.many("theme")),
    )
    return _answer(_publish(parameters, *sent_file("", most_bytes=MAX_BYTES), said=said))


@blueprint.put("/<dataset_id>/file")
@require(role=Role.STEWARD, scope=Scope.PUBLISH)
def publish(dataset_id: str) -> Response:
    """Publish a file as the next version of a dataset: the body, or the part `file` of a form."""
    parameters = Parameters("filename", "breaking", "trial")
    named = parameters.text("filename", max_length=200)
    stream, filename = sent_file(named, most_bytes=MAX_BYTES)
    return _answer(_publish(parameters, stream, filename, dataset_id=dataset_id))


@blueprint.delete("/<dataset_id>")
@require(role=Role.STEWARD, scope=Scope.PUBLISH)
def take_away(dataset_id: str) -> Response:
    """Withdraw a dataset from the public; nothing is lost."""
    reason = Parameters("reason").text("reason", max_length=MAX_REASON).strip()
    if not reason:
        raise Refusal(400, "reason-missing", maximum=MAX_REASON)
    withdraw(services().store, dataset_id, reason=reason, by=caller().name or "")
    return Response(status=204)


@blueprint.post("/<dataset_id>/back")
@require(role=Role.STEWARD, scope=Scope.PUBLISH)
def give_back(dataset_id: str) -> Response:
    """Put a withdrawn dataset back."""
    Parameters()
    put_back(services().store, dataset_id, by=caller().name or "")
    return Response(status=204)


def _publish(
    parameters: Parameters,
    stream: IO[bytes],
    filename: str,
    *,
    said: Said | None = None,
    dataset_id: str | None = None,
) -> AtOnce:
    asking = caller()
    may_break = dataset_id is not None and parameters.choice("breaking", TRUE) == "1"
    return publish_at_once(
        services().store,
        stream,
        filename,
        user_id=asking.user_id or 0,
        by=asking.name or "",
        said=said,
        dataset_id=dataset_id,
        may_break=may_break,
        is_trial=parameters.choice("trial", TRUE) == "1",
    )


def _answer(done: AtOnce) -> Response:
    obstacle, ingested = done.obstacle, done.published.ingested if done.published else None
    made = [*ingested.published, *ingested.unchanged] if ingested else []
    versions = {version.logical_sha256: version for version in made}
    tables = []
    for one in done.candidates:
        held = one.version
        version = versions.get(held.logical_sha256) if held else None
        tables.append(
            PublishedTable(
                part=one.name,
                table=version.table if version else one.current.table if one.current else None,
                version=version.n if version else None,
                row_count=held.row_count if held else None,
                sha256=version.sha256 if version else None,
                is_new=_is_new(one),
                verdict=one.verdict,
                error_count=one.error_count,
                personal_data=one.flags,
            )
        )
    dataset = done.published.dataset_id if done.published else done.submission.record.dataset_id
    body = PublishAnswer(published=done.published is not None, dataset=dataset, tables=tables)
    if obstacle is None:
        return json_answer(body)
    message = sentence(obstacle.code, obstacle.params, language())
    body = msgspec.structs.replace(
        body,
        error=Fault(code=obstacle.code, message=message),
        mend_at=url_for("publish_steps.check", submission_id=done.submission.id, lang=language()),
    )
    return json_answer(body, status=obstacle.status)


def _is_new(one: Candidate) -> bool:
    """Tell whether a version is made: the same rows make none."""
    if one.version is None:
        return False
    return one.current is None or one.current.logical_sha256 != one.version.logical_sha256
