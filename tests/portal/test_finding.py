"""What a search finds beside datasets: municipalities, columns, and values of small tables."""

import csv
import io
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.finding import KINDS, Group, of_kind
from portal.services import Services


def found(services: Services, kind: str, words: str, lang: str = "fr") -> Group:
    return of_kind(services, kind, words, lang, limit=50)


def titles(group: Group) -> list[str]:
    return [next(iter(thing.title.values())) for thing in group.things]


@pytest.mark.parametrize(
    ("words", "code"),
    [("Rijsel", "59350"), ("59350", "59350"), ("courtrai", "34022"),
     ("fietsen in Kortrijk", "34022"),
     ("Doornik", "57081"), ("kortrik", "34022"), ("Tourn", "57081")],
)  # fmt: skip
def test_a_municipality_is_found_by_any_name_or_code(
    network_services: Services, words: str, code: str
) -> None:
    assert code in [thing.detail for thing in found(network_services, "place", words).things]


def test_a_municipality_leads_to_what_covers_it(
    network_services: Services, network_pages: FlaskClient
) -> None:
    thing = found(network_services, "place", "Rijsel", "nl").things[0]
    assert thing.more
    assert "stations-de-velos" in network_pages.get(thing.more).text


@pytest.mark.parametrize("words", ["", "  ", "de la", "!", "\0", "%s", 'a:b "x', "é" * 900])
def test_words_that_say_nothing_find_nothing_and_are_no_fault(
    network_services: Services, words: str
) -> None:
    for kind in KINDS:
        assert found(network_services, kind, words).count == 0, kind


@pytest.mark.parametrize("words", ["insee", "Code INSEE", "INSEE-code"])
def test_a_column_is_found_by_name_and_label(
    network_services: Services, network_pages: FlaskClient, words: str
) -> None:
    group = found(network_services, "column", words)
    assert "insee" in titles(group)
    assert network_pages.get(group.things[0].address).status_code == 200


@pytest.mark.parametrize("words", ["inzee", "insse", "code inssee"])
def test_a_column_is_found_by_a_mistyped_name(network_services: Services, words: str) -> None:
    assert "insee" in titles(found(network_services, "column", words))


def test_a_mistyped_word_finds_nothing_beside_the_right_one(network_services: Services) -> None:
    right = found(network_services, "column", "docks")
    assert right.count
    assert titles(found(network_services, "column", "dockz")) == titles(right)
    assert found(network_services, "column", "dkz").count == 0


def test_a_value_leads_to_the_rows_that_hold_it(
    network_services: Services, network_pages: FlaskClient
) -> None:
    group = found(network_services, "value", "alert javas")
    assert titles(group) == ["javascript:alert(1)"]
    address = group.things[0].address
    assert "table=arrets" in address  # the second table of its dataset
    text = network_pages.get(address).text
    assert "/rows/2" in text
    assert "/rows/1" not in text


def test_what_is_found_stands_above_the_datasets_with_links_that_work(
    network_pages: FlaskClient,
) -> None:
    for words in ("insee", "Lille", "javascript"):
        text = network_pages.get("/nl/datasets", query_string={"q": words}).text
        assert "Ook gevonden" in text
        part = text.split('class="also"')[1].split("</section>")[0]
        for address in re.findall(r'<a [^>]*href="([^"]+)"', part):
            assert network_pages.get(unescape(address)).status_code == 200, address
    assert "Ook gevonden" not in network_pages.get("/nl/datasets?q=insee&side=FR").text
    assert "Ook gevonden" not in network_pages.get("/nl/datasets").text


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_a_kind_is_a_page_with_twins(network_pages: FlaskClient, kind: str) -> None:
    words = {"column": "insee", "value": "javascript", "meeting": "forum"}.get(kind, "Lille")
    asked = {"q": words, "kind": kind}
    page = network_pages.get("/en/datasets", query_string=asked)
    assert page.status_code == 200
    told = network_pages.get("/en/datasets.json", query_string=asked).json
    assert told
    rows = list(
        csv.DictReader(io.StringIO(network_pages.get("/en/datasets.csv", query_string=asked).text))
    )
    assert len(rows) == len(told["things"]) == page.text.count('class="thing"') > 0
    assert network_pages.get("/en/datasets.atom", query_string=asked).status_code == 400


def test_json_of_a_search_holds_what_stands_beside(network_pages: FlaskClient) -> None:
    told = network_pages.get("/en/datasets.json?q=insee").json
    assert told
    assert "column" in [group["kind"] for group in told["beside"]]


@pytest.mark.parametrize(
    ("words", "lang"),
    [("cybersécurité", "fr"), ("cyberbeveiliging", "nl"), ("cybersecurity", "en"),
     ("cyberbeveiliging", "fr"), ("cybersecurity Kortrijk", "nl"), ("Courtrai cyber", "fr")],
)  # fmt: skip
def test_a_player_is_found_by_competency_and_town_in_any_language(
    network_services: Services, words: str, lang: str
) -> None:
    assert "Cyberlab (exemple)" in titles(found(network_services, "player", words, lang))


@pytest.mark.parametrize("words", ["hub", "pôle", "incubateur", "incubator"])
def test_a_player_is_found_by_its_role_in_any_language(
    network_services: Services, words: str
) -> None:
    assert found(network_services, "player", words).count


def test_players_and_editions_lead_to_their_pages(
    network_services: Services, network_pages: FlaskClient
) -> None:
    for kind, words in (("player", "cyber"), ("meeting", "forum")):
        group = found(network_services, kind, words, "nl")
        assert group.things
        for thing in group.things:
            path, _, mark = thing.address.partition("#")
            page = network_pages.get(path)
            assert page.status_code == 200
            assert not mark or f'id="{mark}"' in page.text
