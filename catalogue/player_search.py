"""Chooses among the players: by words, by facets, and who can do something on which side.

The players are a few hundred at most: everything is counted by looking at each.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import msgspec

from catalogue.folding import words
from catalogue.players import Player
from catalogue.records import Side, Text

FACETS = ("competency", "side", "role", "hub", "language")
SIDES = (Side.FRANCE, Side.FLANDERS, Side.WALLONIA)

# Competencies that a project looks for together; who has one is the nearest where nobody has the
# other. Set by hand: no table says it.
FAMILIES: tuple[frozenset[str], ...] = tuple(
    frozenset(family.split())
    for family in (
        "software data_ai cybersecurity cloud_hosting",
        "iot_electronics industry40_robotics prototyping_3d",
        "games_image design_creative edtech",
        "ecommerce_retail fintech",
        "agrifood_tech energy_cleantech health_tech",
        "textile_materials prototyping_3d",
        "mobility egov_smartcity open_data",
        "training edtech research",
        "incubation acceleration coworking funding business_support",
    )
)

_VALUES: dict[str, Callable[[Player], tuple[str | None, ...]]] = {
    "competency": lambda player: player.competencies,
    "side": lambda player: (player.side,),
    "role": lambda player: (player.role,),
    "hub": lambda player: (player.hub,),
    "language": lambda player: (player.language,),
}


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reader asks: `q` is plain words, all of them meant; several values of one facet are
    alternatives, facets narrow each other.
    """

    q: str = ""
    competency: tuple[str, ...] = ()
    side: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    hub: tuple[str, ...] = ()
    language: tuple[str, ...] = ()

    def chosen(self, facet: str) -> tuple[str, ...]:
        """Return the values chosen of one facet."""
        values: tuple[str, ...] = getattr(self, facet)
        return values


class Found(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The players that a choice leaves, and how many each value of each facet would.

    A facet that is itself chosen from is counted as if it were not.
    """

    players: list[Player]
    facets: dict[str, dict[str, int]]


class Partner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A player of another side: the competencies in common, and the others that it brings."""

    player: Player
    shared: tuple[str, ...]
    adds: tuple[str, ...]


def choose(players: Iterable[Player], choice: Choice, labels: Mapping[str, Text]) -> Found:
    """Return what a choice leaves, in the order given. `labels` are those of the competencies."""
    asked = words(choice.q)
    meant = [player for player in players if _says(player, asked, labels)]
    return Found(
        players=[player for player in meant if _is_chosen(player, choice)],
        facets={facet: _counts(meant, choice, facet) for facet in FACETS},
    )


def who_can(players: Iterable[Player], competency: str) -> dict[Side, list[Player]]:
    """Return those with a competency by side of the border; a side without any too."""
    able = [player for player in players if competency in player.competencies]
    return {side: [player for player in able if player.side == side] for side in SIDES}


def near(competency: str) -> frozenset[str]:
    """Return the competencies that are looked for together with one, without itself."""
    families = [family for family in FAMILIES if competency in family]
    return frozenset().union(*families) - {competency}


def nearest(players: Iterable[Player], competency: str, side: Side) -> list[Partner]:
    """Return those of a side who have what is near to a competency, most of it first."""
    wanted = near(competency)
    found = [
        Partner(
            player=player,
            shared=tuple(code for code in player.competencies if code in wanted),
            adds=tuple(code for code in player.competencies if code not in wanted),
        )
        for player in players
        if player.side == side and competency not in player.competencies
    ]
    kept = [partner for partner in found if partner.shared]
    return sorted(kept, key=lambda partner: -len(partner.shared))


def partners(players: Iterable[Player], player: Player) -> list[Partner]:
    """Return who on the other sides has competencies in common with a player, most in common first.

    Among equals comes first who brings most of what is near to the player's own.
    """
    own = frozenset(player.competencies)
    wanted = frozenset().union(*(near(code) for code in own)) - own
    found = [
        Partner(
            player=other,
            shared=tuple(code for code in player.competencies if code in other.competencies),
            adds=tuple(code for code in other.competencies if code not in own),
        )
        for other in players
        if other.side not in (None, player.side)
    ]
    kept = [partner for partner in found if partner.shared]
    return sorted(kept, key=lambda p: (-len(p.shared), -len(wanted.intersection(p.adds))))


def _says(player: Player, asked: list[str], labels: Mapping[str, Text]) -> bool:
    """Tell whether each word begins a word of what is known of a player, in any language."""
    if not asked:
        return True
    texts = [player.name, *player.other_names, player.note or "", player.role, player.hub or ""]
    texts += player.place.values()
    for code in player.competencies:
        texts += [code.replace("_", " "), *labels.get(code, {}).values()]
    held = set(words(" ".join(texts)))
    return all(any(word.startswith(begin) for word in held) for begin in asked)


def _is_chosen(player: Player, choice: Choice, *, without: str | None = None) -> bool:
    return all(
        facet == without
        or not (chosen := choice.chosen(facet))
        or any(value in chosen for value in _VALUES[facet](player))
        for facet in FACETS
    )


def _counts(players: Iterable[Player], choice: Choice, facet: str) -> dict[str, int]:
    left = (player for player in players if _is_chosen(player, choice, without=facet))
    counts = Counter(str(value) for player in left for value in _VALUES[facet](player) if value)
    return dict(counts.most_common())
