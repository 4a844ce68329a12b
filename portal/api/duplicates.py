"""Datasets that came through several portals, as data."""

import msgspec
from flask import Blueprint, Response

from catalogue.store import likeness
from catalogue.store.likeness import Likeness
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import services

MAX_PAIRS = 1_000

blueprint = Blueprint("api_duplicates", __name__, url_prefix="/api/v1")
install(blueprint)


class Duplicates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pairs of datasets: those that wait for a steward, and those recognised or decided."""

    waiting: list[Likeness]
    recognised: list[Likeness]


@blueprint.get("/duplicates")
def listed() -> Response:
    """List the newest pairs of each kind."""
    limit = Parameters("limit").number("limit", 200, minimum=1, maximum=MAX_PAIRS)
    store = services().store
    return json_answer(
        Duplicates(
            waiting=likeness.listed(store, is_waiting=True, limit=limit),
            recognised=likeness.listed(store, is_waiting=False, limit=limit),
        )
    )
