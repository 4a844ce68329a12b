"""The digital players: a list with facets, who can do something on which side, a page for each."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask_babel import gettext

from catalogue import players as source
from catalogue.errors import NotFound
from catalogue.player_search import (
    FACETS,
    SIDES,
    Choice,
    Found,
    Partner,
    choose,
    nearest,
    partners,
    who_can,
)
from catalogue.players import Player, Service
from catalogue.records import Side, Text
from portal.accounts.rights import caller
from portal.accounts.roles import Role
from portal.context import services
from portal.i18n import reader_language, words
from portal.maps.drawing import Drawing, drawing_of
from portal.maps.features import Feature
from portal.pages import labels, player_labels
from portal.pages.addresses import whole_number
from portal.pages.context import signed_in_name
from portal.pages.facets import Facet, facet_of
from portal.pages.paging import Paging

PAGE_SIZE = 100
MOST_PARTNERS = 6
_LONGEST_QUERY = 300

blueprint = Blueprint("players", __name__)


@blueprint.get("/players")
def show() -> str:
    """List the players that a choice leaves, with its facets."""
    store = services().store
    everyone = source.players(store)
    skills = source.competencies(store)
    choice = _choice()
    found = choose(everyone, choice, skills)
    number = whole_number("page", default=1)
    return render_template(
        "players.html",
        is_there=source.has_players(store),
        choice=choice,
        players=found.players[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        paging=Paging(number=number, size=PAGE_SIZE, total=len(found.players)),
        facets=_facets(choice, found, everyone, skills),
        able=_who_can(everyone, choice),
        nearest=_nearest(everyone, choice, found),
        services=_services_by_hub(everyone),
        sides=SIDES,
        skills=skills,
        skill_label=partial(_skill, skills),
        query=_query_of_data(),
        labels=player_labels,
        drawing=_drawing(everyone, found),
        is_steward=_is_steward(),
    )


@blueprint.get("/players/<player_id>")
def show_one(player_id: str) -> str:
    """Show one player with its services and its possible partners on the other sides."""
    store = services().store
    everyone = source.players(store)
    by_id = {player.id: player for player in everyone}
    player = by_id.get(player_id)
    if player is None:
        raise NotFound("player-unknown", player=player_id)
    skills = source.competencies(store)
    return render_template(
        "player.html",
        player=player,
        hub=by_id.get(player.hub or ""),
        members=[other for other in everyone if other.hub == player.id and other != player],
        before=_before(player),
        services=[each for each in source.services(store) if each.provider_id == player.id],
        partners=_by_side(partners(everyone, player)),
        skill_label=partial(_skill, skills),
        labels=player_labels,
    )


def _drawing(everyone: list[Player], found: Found) -> Drawing:
    places = source.located(services().store, everyone)
    rows = [(row, player) for row, player in enumerate(found.players, 1) if player.id in places]
    return drawing_of(
        [
            Feature(
                row=row,
                title=player.name,
                geometry={"type": "Point", "coordinates": places[player.id]},
            )
            for row, player in rows
        ]
    )


def _is_steward() -> bool:
    """Tell whether a steward reads; a reader without a session is not looked up."""
    if signed_in_name() is None:
        return False
    role = caller().role
    return role is not None and role.holds(Role.STEWARD)


def _choice() -> Choice:
    chosen = {facet: tuple(dict.fromkeys(request.args.getlist(facet))) for facet in FACETS}
    chosen = {facet: tuple(filter(None, values)) for facet, values in chosen.items()}
    return Choice(q=request.args.get("q", "").strip()[:_LONGEST_QUERY], **chosen)


def _query_of_data() -> str:
    """Return the query string of the twins: that of this page, without paging."""
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    kept = [pair for pair in pairs if pair[0] in ("q", *FACETS) and pair[1]]
    return urlencode([*kept, ("lang", reader_language())])


def _skill(skills: dict[str, Text], code: str) -> str:
    return words(skills.get(code, {})).text or code


def _facets(
    choice: Choice, found: Found, everyone: list[Player], skills: dict[str, Text]
) -> list[Facet]:
    names = {player.id: player.name for player in everyone}
    titles: dict[str, tuple[str, Callable[[str], str]]] = {
        "competency": (gettext("Competency"), partial(_skill, skills)),
        "side": (gettext("Side of the border"), labels.side),
        "role": (gettext("Role"), player_labels.role),
        "hub": (gettext("Hub"), lambda code: names.get(code, code)),
        "language": (gettext("Language of the place"), labels.language),
    }
    return [
        facet_of(name, title, found.facets[name], choice.chosen(name), label)
        for name, (title, label) in titles.items()
    ]


def _who_can(everyone: list[Player], choice: Choice) -> dict[str, dict[Side, list[Player]]]:
    return {code: who_can(everyone, code) for code in choice.competency}


def _nearest(everyone: list[Player], choice: Choice, found: Found) -> list[Partner]:
    """Return who comes near on a side where nobody has the competency that was asked for."""
    sides = [side for side in SIDES if side in choice.side]
    if found.players or len(choice.competency) != 1 or len(sides) != 1:
        return []
    return nearest(everyone, choice.competency[0], sides[0])[:MOST_PARTNERS]


def _services_by_hub(everyone: list[Player]) -> list[tuple[Player, dict[str, list[Service]]]]:
    """Return the services of each hub and its members by kind; the network's own come last."""
    by_id = {player.id: player for player in everyone}
    hubs = [by_id[hub] for hub in dict.fromkeys(p.hub for p in everyone) if hub in by_id]
    found: dict[str, dict[str, list[Service]]] = {hub.id: {} for hub in hubs}
    for service in source.services(services().store):
        provider = by_id.get(service.provider_id)
        if provider is None:
            continue
        hub = provider.hub if provider.hub in found else provider.id
        found.setdefault(hub, {}).setdefault(service.kind, []).append(service)
    ordered = sorted(found, key=lambda identifier: by_id[identifier] not in hubs)
    return [
        (by_id[identifier], {k: found[identifier][k] for k in _kinds(found[identifier])})
        for identifier in ordered
        if found[identifier]
    ]


def _kinds(found: dict[str, list[Service]]) -> list[str]:
    known = [kind for kind in player_labels.KINDS if kind in found]
    return [*known, *(kind for kind in found if kind not in known)]


def _before(player: Player) -> Player | None:
    """Return what the source said of a player whose facts an organisation has corrected."""
    if not player.is_corrected:
        return None
    return next((p for p in source.harvested(services().store) if p.id == player.id), None)


def _by_side(found: list[Partner]) -> dict[Side, list[Partner]]:
    sides = {side: [each for each in found if each.player.side == side] for side in SIDES}
    return {side: some[:MOST_PARTNERS] for side, some in sides.items() if some}
