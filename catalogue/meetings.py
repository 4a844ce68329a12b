"""The editions of the yearly forum and the other meetings of the network: the published tables as
typed records.
"""

import msgspec

from catalogue.published import Row, rows, several, text
from catalogue.records import Side, Text
from catalogue.store import Store
from catalogue.territory import places, side_of

SCHEMA = "event"
EDITIONS = "forum_editions"
EVENTS = "events"


class Meeting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An edition of the forum, or another event. `start` and `end` are days where the source states
    them; `date_text` is the date in the source's own form.
    """

    id: str
    title: str
    source_url: str
    source_date: str
    year: int | None = None
    start: str | None = None
    end: str | None = None
    date_text: str | None = None
    place: str | None = None
    municipality_code: str | None = None
    municipality: Text = {}
    side: Side | None = None
    themes: tuple[str, ...] = ()
    organisers: tuple[str, ...] = ()


def has_editions(store: Store) -> bool:
    """Tell whether this installation has the table of editions."""
    return rows(store, EDITIONS, SCHEMA) is not None


def editions(store: Store) -> list[Meeting]:
    """Return the editions of the forum that are known, newest first."""
    return _meetings(store, EDITIONS)


def events(store: Store) -> list[Meeting]:
    """Return the other meetings, newest first; those without a year last."""
    return _meetings(store, EVENTS)


def of_year(meetings: list[Meeting], year: int) -> list[Meeting]:
    """Return the meetings of a year; all of them for 0."""
    return [meeting for meeting in meetings if year in (0, meeting.year)]


def _meetings(store: Store, table: str) -> list[Meeting]:
    found = [_meeting(row) for row in rows(store, table, SCHEMA) or ()]
    return sorted(found, key=lambda each: (each.year or 0, each.start or ""), reverse=True)


def _meeting(row: Row) -> Meeting:
    code = text(row, "municipality_code")
    place = places().get(code)
    year = text(row, "year")
    return Meeting(
        id=text(row, "id"),
        title=text(row, "title"),
        source_url=text(row, "source_url"),
        source_date=text(row, "source_date"),
        year=int(year) if year.isdecimal() else None,
        start=text(row, "start_date") or None,
        end=text(row, "end_date") or None,
        date_text=text(row, "date_text") or None,
        place=text(row, "place") or None,
        municipality_code=code or None,
        municipality=place.title if place else {},
        side=side_of(code) if code else None,
        themes=several(row, "themes"),
        organisers=several(row, "organisers"),
    )
