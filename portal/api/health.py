"""Tells whether the process can serve, for those who watch it."""

import msgspec
import sqlalchemy as sa
from flask import Blueprint, Response

from catalogue.store import datasets
from portal.api.errors import install
from portal.context import services
from portal.errors import Refusal
from portal.following import behind
from portal.version import version

blueprint = Blueprint("health", __name__)
install(blueprint)


class Health(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A process that serves; `search_sequence` trails `generation` by what is not in the search
    index yet, `search_pending` counts the datasets that this leaves out or shows as they were.
    """

    status: str
    version: str
    generation: int
    search_sequence: int
    search_pending: int


@blueprint.get("/healthz")
def show() -> Response:
    """Answer 200 where store and search index can be read, else 503 with the reason."""
    try:
        generation = datasets.generation(services().store)
        pending = behind(services().store, services().search)
    except sa.exc.SQLAlchemyError as error:
        raise Refusal(503, "store-unreadable", reason=type(error).__name__) from error
    health = Health(
        status="ok",
        version=version(),
        generation=generation,
        search_sequence=services().search.sequence(),
        search_pending=pending,
    )
    response = Response(msgspec.json.encode(health), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
