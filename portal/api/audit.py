"""Who did what, for admins: all of it, as CSV and lines of JSON."""

from collections.abc import Iterator

import msgspec
from flask import Blueprint, Response

from catalogue.store import audit
from catalogue.store.audit import Line
from portal.accounts.rights import require
from portal.accounts.roles import Role, Scope
from portal.api.csv_answers import csv_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import services

COLUMNS = ("id", "at", "actor", "action", "subject", "details")

blueprint = Blueprint("api_audit", __name__, url_prefix="/api/v1")
install(blueprint)


@blueprint.get("/audit.csv")
@require(role=Role.ADMIN, scope=Scope.ADMIN)
def as_csv() -> Response:
    """Give every deed as CSV, the oldest first."""
    rows = (
        [line.id, line.at, line.actor, line.action, line.subject, _json(line)] for line in _every()
    )
    response = csv_answer(COLUMNS, rows, "audit")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/audit.ndjson")
@require(role=Role.ADMIN, scope=Scope.ADMIN)
def as_ndjson() -> Response:
    """Give every deed as lines of JSON, the oldest first."""
    body = b"".join(msgspec.json.encode(line) + b"\n" for line in _every())
    response = Response(body, mimetype="application/x-ndjson")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _every() -> Iterator[Line]:
    parameters = Parameters("actor", "deed", "subject")
    return audit.every(
        services().store,
        actor=parameters.text("actor"),
        action=parameters.text("deed"),
        subject=parameters.text("subject"),
    )


def _json(line: Line) -> str:
    return msgspec.json.encode(line.details).decode()
