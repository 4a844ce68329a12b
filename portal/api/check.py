"""The check of a file: sent whole, its report comes back; nothing is published."""

from typing import Any

import msgspec
from flask import Blueprint, Response

from portal.accounts.rights import public_write
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.checking import checks
from portal.checking.asking import allow_upload, report_of, take_in
from portal.context import language

MAX_LISTED = 1_000

blueprint = Blueprint("api_check", __name__, url_prefix="/api/v1/check")
install(blueprint)


class CheckAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The verdict on a file; `report` is the page of it, which lasts an hour.

    Each table lists its first findings, 1,000 at most; its counts are of the whole file.
    """

    valid: bool
    report: str
    tables: list[dict[str, Any]]


@blueprint.post("")
@public_write("reads a file and gives its report; senders are counted", is_cross_origin=True)
def post() -> Response:
    """Check a file: the part `file` of a form; `schema` names one of the platform."""
    parameters = Parameters("schema")
    allow_upload()
    token = take_in(parameters.text("schema") or None)
    lang = language()
    tables = checks().get(token).tables
    answer = json_answer(
        CheckAnswer(
            valid=all(table.report.valid for table in tables),
            report=f"/{lang}/check/{token}",
            tables=[report_of(token, n, lang, count=MAX_LISTED) for n in range(len(tables))],
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
