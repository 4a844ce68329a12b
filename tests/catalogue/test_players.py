"""The players of the store: read, chosen, counted, brought together across the border."""

import itertools

import pyarrow as pa
import pytest

from catalogue import meetings, own_themes, players
from catalogue.player_search import (
    FACETS,
    SIDES,
    Choice,
    choose,
    near,
    nearest,
    partners,
    who_can,
)
from catalogue.players import Player
from catalogue.records import Side
from catalogue.store import Store, datasets, versions
from tests.factories import dataset
from tests.portal.pages.network import CYBERLAB, publish_network, publish_table

LABELS = {"cybersecurity": {"fr": "Cybersécurité", "nl": "Cyberbeveiliging", "en": "Cybersecurity"}}


def player(number: int, **changes: object) -> Player:
    values: dict[str, object] = {
        "id": f"p{number}",
        "name": f"Player {number}",
        "role": "company",
        "municipality_code": "59350",
        "country": "FR",
        "source_url": "https://example.org",
        "source_date": "2024",
        "side": Side.FRANCE,
        "language": "fr",
    }
    return Player(**{**values, **changes})  # type: ignore[arg-type]  # of a test


EVERYONE = [
    player(
        number,
        side=side,
        language=language,
        role=role,
        hub=hub,
        competencies=skills,
    )
    for number, ((side, language), role, hub, skills) in enumerate(
        itertools.product(
            [(Side.FRANCE, "fr"), (Side.FLANDERS, "nl"), (None, None)],
            ["company", "hub"],
            [None, "p1"],
            [(), ("software",), ("software", "cybersecurity")],
        )
    )
]
CHOICES = [
    Choice(),
    Choice(side=("FR",)),
    Choice(side=("FR", "VLG"), competency=("cybersecurity",)),
    Choice(role=("hub",), hub=("p1",), language=("nl",)),
    Choice(competency=("software", "cybersecurity"), side=("WAL",)),
    Choice(q="player 1", competency=("software",)),
]


@pytest.mark.parametrize("choice", CHOICES)
def test_counts_of_facets_are_what_choosing_them_gives(choice: Choice) -> None:
    """Every count equals the length of the list that the facet's link leads to."""
    found = choose(EVERYONE, choice, LABELS)
    values = {"software", "cybersecurity", "FR", "VLG", "WAL", "company", "hub", "p1", "fr", "nl"}
    for facet in FACETS:
        for value in values:
            alone = {name: choice.chosen(name) for name in FACETS} | {facet: (value,)}
            wanted = len(choose(EVERYONE, Choice(q=choice.q, **alone), LABELS).players)
            assert found.facets[facet].get(value, 0) == wanted, (facet, value)


@pytest.mark.parametrize("words", ["cyberbeveiliging", "Cybersécu", "CYBERSECURITE", "player cyb"])
def test_words_of_any_language_find_a_competency(words: str) -> None:
    found = choose(EVERYONE, Choice(q=words), LABELS).players
    assert found
    assert all("cybersecurity" in each.competencies for each in found)


def test_who_can_names_every_side_and_where_nobody_can() -> None:
    able = who_can(EVERYONE, "cybersecurity")
    assert list(able) == list(SIDES)
    assert len(able[Side.FLANDERS]) == 4
    assert able[Side.WALLONIA] == []


def test_the_nearest_have_a_competency_of_the_same_family_and_not_the_one_asked() -> None:
    assert "software" in near("cybersecurity")
    found = nearest(EVERYONE, "cybersecurity", Side.FLANDERS)
    assert {partner.shared for partner in found} == {("software",)}
    assert all(partner.player.side is Side.FLANDERS for partner in found)


def test_partners_are_across_the_border_most_in_common_first() -> None:
    own = player(1, competencies=("software", "cybersecurity"))
    found = partners(EVERYONE, own)
    assert {partner.player.side for partner in found} == {Side.FLANDERS}
    assert [len(partner.shared) for partner in found] == [2, 2, 2, 2, 1, 1, 1, 1]


def test_a_store_without_the_tables_has_no_players_and_says_so(store: Store) -> None:
    assert not players.has_players(store)
    assert players.players(store) == []
    assert players.services(store) == []
    assert meetings.editions(store) == []
    assert own_themes.known_sources(store, own_themes.own_themes()["mobility"]) == []


def test_the_published_tables_are_read_whole(store: Store) -> None:
    publish_network(store)
    found = {each.id: each for each in players.players(store)}
    assert len(found) == 63
    assert found["barco"].side is Side.FLANDERS
    assert found["barco"].competencies == ("games_image", "iot_electronics", "software")
    assert found["leiedal"].place["fr"] == "Courtrai"
    assert found[CYBERLAB["id"]].language == "nl"
    assert len(players.services(store)) == 45
    assert len(players.competencies(store)) == 26
    places = players.located(store, players.players(store))
    assert set(found) - set(places) == {"commune-de-brunehaut"}
    assert len(set(places.values())) == len(places)
    lille = [places[each.id] for each in found.values() if each.municipality_code == "59350"]
    assert all(place == pytest.approx((3.05512, 50.63391), abs=0.015) for place in lille)
    assert [edition.year for edition in meetings.editions(store)] == [2018, 2017]
    assert len(meetings.events(store)) == 26


def test_a_table_of_the_name_that_follows_another_schema_is_not_taken(store: Store) -> None:
    publish_network(store, leave_out=frozenset({"players"}))
    dataset_id, _ = datasets.save(store, dataset(remote_id="else"))
    name = versions.table_for(
        store,
        versions.Slot(dataset_id=dataset_id, distribution_id="x"),
        proposed_name="players",
        title={},
        schema_name=None,
        types={},
    )
    assert name == "players"
    assert not players.has_players(store)


def test_a_new_version_is_seen_at_once(store: Store) -> None:
    publish_network(store)
    assert len(players.players(store)) == 63
    (known,) = datasets.of_source(store, "test")
    publish_table(store, known.id, "players", pa.Table.from_pylist([CYBERLAB]))
    assert [each.id for each in players.players(store)] == [CYBERLAB["id"]]


def test_every_own_theme_is_told_in_three_languages() -> None:
    found = own_themes.own_themes()
    assert list(found) == [
        "mobility", "air-quality", "blue-park", "energy", "employment", "languages",
    ]  # fmt: skip
    for theme in found.values():
        assert all(theme.title[tag] for tag in ("fr", "nl", "en"))
        assert bool(theme.said) == any("q" in each for each in theme.datasets)
