"""The digital players as data: what the pages of players show, as JSON, CSV and GeoJSON."""

from typing import Any

import msgspec
from flask import Blueprint, Response

from catalogue import players as source
from catalogue.errors import NotFound
from catalogue.languages import nearest
from catalogue.player_search import FACETS, Choice, Partner, choose, partners, who_can
from catalogue.players import Player, Service
from catalogue.records import Text
from catalogue.store import Store
from portal.api.answers import json_answer
from portal.api.csv_answers import csv_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import language, services

COLUMNS = (
    "id", "name", "name_alt", "role", "hub", "municipality_code", "municipality", "country", "side",
    "language", "competencies", "website", "source_url", "source_date", "note", "is_corrected",
)  # fmt: skip

blueprint = Blueprint("api_players", __name__)
install(blueprint)


class PlayerList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Players by name; `who_can` names for each competency asked the ids on every side.

    A facet that is chosen from is counted as if it were not.
    """

    count: int
    results: list[Player]
    facets: dict[str, dict[str, int]]
    competencies: dict[str, Text]
    who_can: dict[str, dict[str, list[str]]]


class PlayerDetail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A player, its services, and who on the other sides has competencies in common with it."""

    player: Player
    services: list[Service]
    partners: list[Partner]


@blueprint.get("/players.json")
def listed() -> Response:
    """List players; facets narrow, several values of one facet are alternatives."""
    choice = _choice()
    everyone = source.players(_there())
    labels = source.competencies(services().store)
    found = choose(everyone, choice, labels)
    able = {code: who_can(everyone, code) for code in choice.competency}
    return json_answer(
        PlayerList(
            count=len(found.players),
            results=found.players,
            facets=found.facets,
            competencies=labels,
            who_can={
                code: {side.value: [player.id for player in some] for side, some in sides.items()}
                for code, sides in able.items()
            },
        )
    )


@blueprint.get("/players.csv")
def listed_as_csv() -> Response:
    """List players as CSV."""
    return csv_answer(COLUMNS, (_row(player) for player in _chosen()), "players")


@blueprint.get("/players.geojson")
def listed_as_geojson() -> Response:
    """List players as GeoJSON, in the order of the list: each near the point of its municipality,
    for no table says more; without a geometry where the municipality has none.
    """
    store = _there()
    places = source.located(store, source.players(store))
    features = [
        _feature(row, player, places.get(player.id)) for row, player in enumerate(_chosen(), 1)
    ]
    response = json_answer({"type": "FeatureCollection", "features": features})
    response.mimetype = "application/geo+json"
    return response


@blueprint.get("/players/<player_id>.json")
def show(player_id: str) -> Response:
    """Read one player."""
    Parameters()
    player = _player(player_id)
    return json_answer(
        PlayerDetail(
            player=player,
            services=[
                service
                for service in source.services(services().store)
                if service.provider_id == player.id
            ],
            partners=partners(source.players(services().store), player),
        )
    )


@blueprint.get("/players/<player_id>.csv")
def show_as_csv(player_id: str) -> Response:
    """Read one player as CSV."""
    Parameters()
    return csv_answer(COLUMNS, [_row(_player(player_id))], player_id)


def _choice() -> Choice:
    parameters = Parameters("q", *FACETS)
    chosen = {facet: parameters.many(facet) for facet in FACETS}
    return Choice(q=parameters.text("q", max_length=300), **chosen)


def _there() -> Store:
    """Return the store. Raises NotFound where it has no table of players."""
    store = services().store
    if not source.has_players(store):
        raise NotFound("table-unknown", table=source.PLAYERS)
    return store


def _chosen() -> list[Player]:
    choice = _choice()
    store = _there()
    return choose(source.players(store), choice, source.competencies(store)).players


def _player(player_id: str) -> Player:
    for player in source.players(_there()):
        if player.id == player_id:
            return player
    raise NotFound("player-unknown", player=player_id)


def _row(player: Player) -> list[object]:
    place, _ = nearest(player.place, language())
    return [
        player.id, player.name, player.other_names, player.role, player.hub,
        player.municipality_code, place, player.country, player.side, player.language,
        player.competencies, player.website, player.source_url, player.source_date, player.note,
        str(player.is_corrected).lower(),
    ]  # fmt: skip


def _feature(row: int, player: Player, point: tuple[float, float] | None) -> dict[str, Any]:
    """Return a player on a map: `row`, `title` and `address` are what our own maps read."""
    place, _ = nearest(player.place, language())
    return {
        "type": "Feature",
        "id": player.id,
        "geometry": None if point is None else {"type": "Point", "coordinates": point},
        "properties": {
            "row": row,
            "title": player.name,
            "address": f"/{language()}/players/{player.id}",
            "id": player.id,
            "role": player.role,
            "side": player.side,
            "municipality": place,
            "municipality_code": player.municipality_code,
            "competencies": player.competencies,
            "precision": "municipality",
        },
    }
