"""The digital players of the territory, their competencies and the services of the hubs: the
published tables as typed records.

The tables are found by their names, which stay for ever, and must follow their schemas. Rows of
CORRECTIONS, which stewards have accepted from the organisations themselves, stand for rows of
PLAYERS of the same id.
"""

import math
from collections import Counter
from collections.abc import Iterable

import msgspec

from catalogue.folding import words
from catalogue.published import Row, rows, several, text
from catalogue.records import LANGUAGES, Side, Text
from catalogue.store import Store
from catalogue.territory import places, side_of

PLAYERS = "players"
CORRECTIONS = "player_corrections"
SCHEMA = "digital-player"

ROLES = (
    "hub",
    "incubator",
    "company",
    "research",
    "education",
    "cluster",
    "coworking",
    "fablab",
    "agency",
    "public_body",
    "transport_operator",
)
# The language of the administration; no table says which others an organisation speaks.
_SPOKEN = {Side.FRANCE: "fr", Side.WALLONIA: "fr", Side.FLANDERS: "nl"}
# About 220 m, and the turn by which the seeds of a sunflower lie.
_APART_DEGREES = 0.002
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


class Player(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation, never a person. `hub` is the id of the player that is its hub.

    `source_date` is a date, a month, a year, or `accessed 2026` where the source bears none.
    `is_corrected` says that the facts are the organisation's own, accepted by a steward.
    """

    id: str
    name: str
    role: str
    municipality_code: str
    country: str
    source_url: str
    source_date: str
    other_names: tuple[str, ...] = ()
    hub: str | None = None
    competencies: tuple[str, ...] = ()
    website: str | None = None
    note: str | None = None
    side: Side | None = None
    language: str | None = None
    place: Text = {}
    is_corrected: bool = False


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a player offers to companies and projects."""

    id: str
    provider_id: str
    kind: str
    title: Text
    source_url: str
    source_date: str
    languages: tuple[str, ...] = ()


def has_players(store: Store) -> bool:
    """Tell whether this installation has the table of players."""
    return rows(store, PLAYERS, SCHEMA) is not None


def players(store: Store) -> list[Player]:
    """Return the players as they are known now, by name; none where there is no such table."""
    found = {player.id: player for player in harvested(store)}
    for row in rows(store, CORRECTIONS, SCHEMA) or ():
        corrected = _player(row, is_corrected=True)
        found[corrected.id] = corrected
    return sorted(found.values(), key=lambda player: (words(player.name), player.id))


def harvested(store: Store) -> list[Player]:
    """Return the players as their source gives them, without corrections."""
    return [_player(row) for row in rows(store, PLAYERS, SCHEMA) or ()]


def competencies(store: Store) -> dict[str, Text]:
    """Return the competencies by code, in the order of their list."""
    return {
        text(row, "code"): _labels(row) for row in rows(store, "competencies", "competency") or ()
    }


def services(store: Store) -> list[Service]:
    """Return the services of the hubs, in the order of their list."""
    return [_service(row) for row in rows(store, "hub_services", "hub-service") or ()]


def located(store: Store, everyone: Iterable[Player]) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude by id of the players whose municipality has a point.

    No table says more than the municipality. Those of one stand around its point, on a spiral that
    keeps each apart from its neighbours, and always in the same place.
    """
    points = _points(store)
    counts: Counter[str] = Counter()
    found = {}
    for player in everyone:
        if (point := points.get(player.municipality_code)) is None:
            continue
        number = counts[player.municipality_code]
        counts[player.municipality_code] += 1
        away, turn = _APART_DEGREES * math.sqrt(number), number * _GOLDEN_ANGLE
        longitude = point[0] + away * math.cos(turn) / math.cos(math.radians(point[1]))
        found[player.id] = (round(longitude, 5), round(point[1] + away * math.sin(turn), 5))
    return found


def _points(store: Store) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of the municipalities by code."""
    return {
        text(row, "code"): (float(row["longitude"]), float(row["latitude"]))
        for row in rows(store, "municipalities", "municipality") or ()
        if row.get("longitude") is not None and row.get("latitude") is not None
    }


def _player(row: Row, *, is_corrected: bool = False) -> Player:
    code = text(row, "municipality_code")
    side = side_of(code)
    place = places().get(code)
    return Player(
        id=text(row, "id"),
        name=text(row, "name"),
        role=text(row, "role"),
        municipality_code=code,
        country=text(row, "country"),
        source_url=text(row, "source_url"),
        source_date=text(row, "source_date"),
        other_names=several(row, "name_alt"),
        hub=text(row, "hub") or None,
        competencies=several(row, "competencies"),
        website=text(row, "website") or None,
        note=text(row, "note") or None,
        side=side,
        language=_SPOKEN.get(side) if side else None,
        place=place.title if place else {"und": code},
        is_corrected=is_corrected,
    )


def _service(row: Row) -> Service:
    return Service(
        id=text(row, "id"),
        provider_id=text(row, "provider_id"),
        kind=text(row, "kind"),
        title=_labels(row),
        source_url=text(row, "source_url"),
        source_date=text(row, "source_date"),
        languages=several(row, "languages"),
    )


def _labels(row: Row) -> Text:
    return {tag: label for tag in LANGUAGES if (label := text(row, f"label_{tag}"))}
