"""Tables of one's own, for SQL: a file in, a table that its sender alone sees, for a week."""

import msgspec
from flask import Blueprint, Response

from catalogue.records import Column
from catalogue.store.own_tables import OwnTable
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role, Scope
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.sent_files import sent_file
from portal.own_tables import KEPT_DAYS, MAX_BYTES, own

MAX_NAME = 60

blueprint = Blueprint("api_own_tables", __name__, url_prefix="/api/v1/own-tables")
install(blueprint)


class OwnTableDetail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of one's own under the name that SQL knows it by; `bytes` is what it takes of one's
    room.
    """

    name: str
    filename: str
    rows: int
    bytes: int
    sha256: str
    columns: list[Column]
    created_at: str
    expires_at: str


class OwnTableList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One's own tables by name; together they may have `max_bytes`, and each lasts `days`."""

    count: int
    max_bytes: int
    days: int
    results: list[OwnTableDetail]


@blueprint.get("")
@require(role=Role.VIEWER, scope=Scope.SQL)
def listing() -> Response:
    """List one's own tables."""
    Parameters()
    return json_answer(_list(own().of(caller().user_id)))


@blueprint.put("/<own_name>")
@require(role=Role.VIEWER, scope=Scope.SQL)
def keep(own_name: str) -> Response:
    """Keep a file as a table of one's own, or as several where it holds several."""
    named = Parameters("filename").text("filename", max_length=200)
    stream, filename = sent_file(named, most_bytes=MAX_BYTES)
    made = own().take_in(user_id(), stream, filename, name=own_name[:MAX_NAME])
    return json_answer(_list(made), status=201)


@blueprint.delete("/<own_name>")
@require(role=Role.VIEWER, scope=Scope.SQL)
def remove(own_name: str) -> Response:
    """Remove a table of one's own."""
    own().remove(user_id(), own_name)
    return Response(status=204)


def user_id() -> int:
    """Return who sends the request; `require` lets nobody else through."""
    found = caller().user_id
    assert found is not None  # noqa: S101  # as said
    return found


def _list(tables: list[OwnTable]) -> OwnTableList:
    return OwnTableList(
        count=len(tables),
        max_bytes=MAX_BYTES,
        days=KEPT_DAYS,
        results=[_detail(table) for table in tables],
    )


def _detail(table: OwnTable) -> OwnTableDetail:
    record = table.record
    return OwnTableDetail(
        name=table.name,
        filename=record.filename,
        rows=record.row_count,
        bytes=table.size_bytes,
        sha256=record.sha256,
        columns=record.columns,
        created_at=table.created_at,
        expires_at=table.expires_at,
    )
