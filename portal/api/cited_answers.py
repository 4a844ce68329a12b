"""Answers that are cited: kept, read, given again and computed again."""

import time
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from catalogue.store import queries
from catalogue.store.queries import CitedAnswer
from portal import cited_answers as cited
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role, Scope
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.sql import FORM, SqlRequest, form_of, run
from portal.context import services
from portal.errors import Refusal
from portal.queries import with_defaults

MAX_BODY_BYTES = 2_000_000

blueprint = Blueprint("api_answers", __name__, url_prefix="/api/v1/answers")
install(blueprint)


class AnswerRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to cite: a statement or the id of a kept query, with its parameters."""

    sql: str | None = None
    query: str | None = None
    params: dict[str, Any] = {}


class AnswerDetail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cited answer with the moment when it was kept."""

    id: str
    created_at: str
    answer: CitedAnswer


@blueprint.post("")
@require(role=Role.VIEWER, scope=Scope.SQL)
def cite() -> Response:
    """Run a query and keep for good what its answer is made of."""
    Parameters()
    request.max_content_length = MAX_BODY_BYTES
    if request.mimetype != "application/json":
        raise Refusal(415, "body-not-json", media_type=request.mimetype or "–")
    try:
        asked = msgspec.json.decode(request.get_data(cache=False), type=AnswerRequest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(400, "body-unreadable", reason=str(error)) from error
    if (asked.sql is None) == (asked.query is None):
        raise Refusal(400, "parameter-missing", name="sql | query")
    here = services()
    if asked.query is None:
        answer_id = cited.cite(
            here, asked.sql or "", params=asked.params, texts={}, pins={}, asking=caller()
        )
    else:
        query = queries.get(here.store, asked.query)
        given = dict.fromkeys(asked.params, "")
        defaults = {k: v for k, v in with_defaults(query, given).items() if k not in given}
        answer_id = cited.cite(
            here,
            query.text.sql,
            params=asked.params,
            texts=defaults,
            pins=query.pins,
            asking=caller(),
            query=(query.id, query.n),
        )
    return json_answer(_detail(answer_id), status=201)


@blueprint.get("/<answer_id>")
def show(answer_id: str) -> Response:
    """Read what a cited answer is made of."""
    Parameters()
    return json_answer(_detail(answer_id))


@blueprint.get("/<answer_id>/rows")
def rows(answer_id: str) -> Response:
    """Give the rows of a cited answer, computed again on the versions that it was made of."""
    arrived_at = time.monotonic()
    form = form_of(Parameters(*FORM))
    answer, _ = queries.answer(services().store, answer_id)
    missing = cited.missing_of(services(), answer)
    if missing:
        names = ", ".join(f"{each.table}@{each.version}" for each in missing)
        raise Refusal(410, "answer-inputs-gone", names=names)
    asked = SqlRequest(sql=answer.sql, params=answer.params)
    response, _ = run(asked, form, arrived_at, answer.texts, answer.pins)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Authorization", "Cookie"))
    return response


@blueprint.get("/<answer_id>/check")
def check(answer_id: str) -> Response:
    """Compute a cited answer again and say whether it is the same."""
    Parameters()
    answer, _ = queries.answer(services().store, answer_id)
    return json_answer(cited.check(services(), answer, caller()))


def _detail(answer_id: str) -> AnswerDetail:
    answer, created_at = queries.answer(services().store, answer_id)
    return AnswerDetail(id=answer_id, created_at=created_at, answer=answer)
