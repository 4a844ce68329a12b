"""The editions of the forum and the other meetings as data."""

import msgspec
from flask import Blueprint, Response

from catalogue import meetings
from catalogue.errors import NotFound
from catalogue.languages import nearest
from catalogue.meetings import Meeting
from portal.api.answers import json_answer
from portal.api.csv_answers import csv_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import language, services

COLUMNS = (
    "kind", "id", "year", "start_date", "end_date", "date_text", "title", "place",
    "municipality_code", "municipality", "side", "themes", "organisers", "source_url",
    "source_date",
)  # fmt: skip

blueprint = Blueprint("api_forum", __name__)
install(blueprint)


class Forum(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The editions that are known and the other meetings, newest first."""

    editions: list[Meeting]
    events: list[Meeting]


@blueprint.get("/forum.json")
def show() -> Response:
    """Read the editions of the forum and the other meetings; `year` leaves those of one."""
    return json_answer(_forum())


@blueprint.get("/forum.csv")
def show_as_csv() -> Response:
    """Read the editions and the other meetings as CSV."""
    forum = _forum()
    kinds = (("edition", forum.editions), ("event", forum.events))
    rows = (_row(kind, meeting) for kind, some in kinds for meeting in some)
    return csv_answer(COLUMNS, rows, "forum")


def _forum() -> Forum:
    year = Parameters("year").number("year", 0, maximum=9999)
    store = services().store
    if not meetings.has_editions(store):
        raise NotFound("table-unknown", table=meetings.EDITIONS)
    return Forum(
        editions=meetings.of_year(meetings.editions(store), year),
        events=meetings.of_year(meetings.events(store), year),
    )


def _row(kind: str, meeting: Meeting) -> list[object]:
    place, _ = nearest(meeting.municipality, language())
    return [
        kind, meeting.id, meeting.year, meeting.start, meeting.end, meeting.date_text,
        meeting.title, meeting.place, meeting.municipality_code, place, meeting.side,
        meeting.themes, meeting.organisers, meeting.source_url, meeting.source_date,
    ]  # fmt: skip
