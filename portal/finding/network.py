"""Finds digital players, by name, competency, role or town, and editions of the forum and other
meetings, in any of the three languages.

They are a few hundred: each is read once for as long as no data change, then looked at.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from catalogue import meetings, players
from catalogue.folding import words
from catalogue.languages import nearest
from catalogue.meetings import Meeting
from catalogue.players import Player
from catalogue.records import LANGUAGES, Side, Text
from catalogue.search.reading import Group as Asked
from catalogue.search.reading import read
from catalogue.search.thesaurus import Thesaurus
from catalogue.store import Store, datasets
from catalogue.territory import names
from portal.finding.things import Group, Thing, address_of
from portal.services import Services

# What each role is called, the first of each language to be shown.
ROLES: dict[str, dict[str, str]] = {
    "hub": {"fr": "pôle", "nl": "hub", "en": "hub"},
    "incubator": {"fr": "incubateur", "nl": "incubator", "en": "incubator"},
    "company": {"fr": "entreprise", "nl": "bedrijf", "en": "company"},
    "research": {"fr": "centre de recherche", "nl": "onderzoekscentrum", "en": "research centre"},
    "education": {"fr": "école", "nl": "onderwijsinstelling", "en": "school or university"},
    "cluster": {"fr": "cluster", "nl": "cluster", "en": "cluster"},
    "coworking": {"fr": "coworking", "nl": "coworking", "en": "coworking"},
    "fablab": {"fr": "fab lab", "nl": "fablab", "en": "fab lab"},
    "agency": {"fr": "agence", "nl": "agentschap", "en": "agency"},
    "public_body": {"fr": "organisme public", "nl": "overheid", "en": "public body"},
    "transport_operator": {
        "fr": "opérateur de transport", "nl": "vervoerder", "en": "transport operator",
    },
}  # fmt: skip
_MEETING: Text = {"fr": "forum événement édition", "nl": "forum evenement", "en": "forum event"}


class Known(msgspec.Struct, frozen=True):
    """A thing with what it is found by; `detail` is what it is, by language."""

    thing: Thing
    detail: Text
    place: Text
    name: frozenset[str]
    words: frozenset[str]
    concepts: frozenset[str]
    code: str | None


def find_players(services: Services, text: str, lang: str, limit: int, offset: int) -> Group:
    """Find players."""
    return _find(services, "player", _players, text, lang, limit, offset)


def find_meetings(services: Services, text: str, lang: str, limit: int, offset: int) -> Group:
    """Find editions of the forum and other meetings."""
    return _find(services, "meeting", _meetings, text, lang, limit, offset)


def _find(
    services: Services,
    kind: str,
    known: Callable[[Store, Thesaurus, int], tuple[Known, ...]],
    text: str,
    lang: str,
    limit: int,
    offset: int,
) -> Group:
    thesaurus = services.search.thesaurus
    everyone = known(services.store, thesaurus, datasets.data_generation(services.store))
    asked = read(text, thesaurus, lambda _word: True, lang)
    met = [one for one in everyone if asked and all(_meets(one, group) for group in asked)]
    typed = [word for group in asked for word in group.words]
    met.sort(key=lambda one: not _begin(one.name, typed))
    things = [
        msgspec.structs.replace(
            one.thing,
            address=f"/{lang}{one.thing.address}",
            detail=nearest(one.detail, lang)[0] or "",
            also_named=nearest(one.place, lang)[0] or "",
        )
        for one in met[offset : offset + limit]
    ]
    return Group(kind=kind, count=len(met), things=things)


def _meets(one: Known, group: Asked) -> bool:
    """Tell whether a thing is of a place or a concept that some words mean, or holds the words."""
    return (
        one.code in group.places
        or not one.concepts.isdisjoint(group.concepts)
        or _begin(one.words, group.words)
    )


def _begin(held: Iterable[str], asked: Iterable[str]) -> bool:
    """Tell whether each word, of two letters at least, begins one that is held."""
    return all(
        any(word == other or (len(word) > 1 and other.startswith(word)) for other in held)
        for word in asked
    )


@lru_cache(maxsize=4)
def _players(store: Store, thesaurus: Thesaurus, _generation: int) -> tuple[Known, ...]:
    labels = players.competencies(store)
    return tuple(_player(player, labels, thesaurus) for player in players.players(store))


@lru_cache(maxsize=4)
def _meetings(store: Store, thesaurus: Thesaurus, _generation: int) -> tuple[Known, ...]:
    found = (*meetings.editions(store), *meetings.events(store))
    return tuple(_meeting(meeting, thesaurus) for meeting in found)


def _player(player: Player, labels: dict[str, Text], thesaurus: Thesaurus) -> Known:
    role = ROLES.get(player.role, {"und": player.role})
    skills = [labels.get(code, {"und": code.replace("_", " ")}) for code in player.competencies]
    return _known(
        "player",
        player.name,
        f"/players/{player.id}",
        thesaurus,
        others=[*player.other_names, player.note or ""],
        meant=[role, *skills],
        detail=role,
        place=player.place,
        code=player.municipality_code,
        side=player.side,
    )


def _meeting(meeting: Meeting, thesaurus: Thesaurus) -> Known:
    when = str(meeting.year) if meeting.year else meeting.date_text or ""
    themes: list[Text] = [{"en": theme} for theme in meeting.themes]
    return _known(
        "meeting",
        meeting.title,
        f"/forum#{meeting.id}",
        thesaurus,
        others=[*meeting.organisers, when, meeting.place or ""],
        meant=[*themes, _MEETING],
        detail={"und": when},
        place=meeting.municipality or {"und": meeting.place or ""},
        code=meeting.municipality_code,
        side=meeting.side,
    )


def _known(
    kind: str,
    name: str,
    address: str,
    thesaurus: Thesaurus,
    *,
    others: list[str],
    meant: list[Text],
    detail: Text,
    place: Text,
    code: str | None,
    side: Side | None,
) -> Known:
    path, _, mark = address.partition("#")
    own = words(" ".join([name, *others[:-1]] if kind == "player" else [name]))
    towns = [each.text for each in names() if code is not None and each.code == code]
    texts = [*others, *place.values(), *towns, *(text for one in meant for text in one.values())]
    concepts = {
        concept
        for one in meant
        for tag, text in one.items()
        for language in ([tag] if tag in LANGUAGES else LANGUAGES)
        for concept in thesaurus.find(words(text), language)
    }
    return Known(
        thing=Thing(
            kind=kind,
            title={"und": name},
            address=address_of(path) + (f"#{mark}" if mark else ""),
            side=side,
        ),
        detail=detail,
        place=place,
        name=frozenset(own),
        words=frozenset([*own, *words(" ".join(texts))]),
        concepts=frozenset(concepts),
        code=code,
    )
