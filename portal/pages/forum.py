"""The yearly forum: its editions as far as they are known, and the other meetings."""

from flask import Blueprint, render_template

from catalogue import meetings, players
from catalogue.folding import words
from catalogue.meetings import Meeting
from portal.context import services
from portal.pages import player_labels
from portal.pages.addresses import whole_number

blueprint = Blueprint("forum", __name__)


@blueprint.get("/forum")
def show() -> str:
    """Show the editions and the meetings, those of one year where `?year=` says so."""
    store = services().store
    editions, events = meetings.editions(store), meetings.events(store)
    years = {meeting.year for meeting in (*editions, *events) if meeting.year}
    year = whole_number("year", default=0, most=9999)
    return render_template(
        "forum.html",
        is_there=meetings.has_editions(store),
        editions=meetings.of_year(editions, year),
        events=meetings.of_year(events, year),
        years=sorted(years, reverse=True),
        year=year,
        known=_known((*editions, *events)),
        labels=player_labels,
    )


def _known(found: tuple[Meeting, ...]) -> dict[str, str]:
    """Return the ids of the organisers that are players, by the name that the table gives."""
    ids: dict[str, str] = {}
    for player in players.players(services().store):
        for name in (player.name, *player.other_names):
            ids.setdefault(_plain(name), player.id)
            ids.setdefault(_plain(name.partition("(")[0]), player.id)
    named = {organiser for meeting in found for organiser in meeting.organisers}
    return {name: ids[_plain(name)] for name in named if _plain(name) in ids}


def _plain(name: str) -> str:
    return " ".join(words(name))
