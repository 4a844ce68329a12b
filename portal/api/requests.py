"""What visitors ask for, as data: what the public list shows, as JSON and CSV."""

import msgspec
from flask import Blueprint, Response

from catalogue.records import Side
from catalogue.store import requests
from catalogue.store.requests import ORDERS, Request
from portal.api.answers import json_answer
from portal.api.csv_answers import csv_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import services

COLUMNS = (
    "id", "status", "topic", "details", "language", "side", "theme", "votes", "created_at",
    "dataset_id", "reason", "decided_at",
)  # fmt: skip

blueprint = Blueprint("api_requests", __name__)
install(blueprint)


class RequestList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The requests that stewards have let through."""

    count: int
    results: list[Request]


@blueprint.get("/requests.json")
def listed() -> Response:
    """List what was asked for."""
    found = _found()
    return json_answer(RequestList(count=len(found), results=found))


@blueprint.get("/requests.csv")
def listed_as_csv() -> Response:
    """List what was asked for as CSV."""
    rows = ([getattr(one, column) for column in COLUMNS] for one in _found())
    return csv_answer(COLUMNS, rows, "requests")


def _found() -> list[Request]:
    parameters = Parameters("side", "theme", "sort")
    return requests.public(
        services().store,
        side=parameters.choice("side", list(Side)),
        theme=parameters.text("theme", max_length=10) or None,
        order=parameters.choice("sort", ORDERS) or "votes",
    )
