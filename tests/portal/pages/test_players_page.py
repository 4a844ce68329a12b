"""The pages of players, forum and own themes, and their twins."""

import csv
import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalogue.search import SearchIndex
from catalogue.store import open_store
from portal.app import create_app
from portal.services import Services
from portal.settings import Settings

QUERIES = ("", "?competency=cybersecurity", "?side=VLG&role=company", "?q=Kortrijk&hub=hangar-k")


def listed(text: str) -> list[str]:
    cards = re.findall(r'<article class="card player-card".*?</article>', text, re.DOTALL)
    return [re.findall(r'href="/\w+/players/([^"?]+)"', card)[0] for card in cards]


@pytest.mark.parametrize("query", QUERIES)
def test_page_and_twins_show_the_same_players_in_the_same_order(
    network_pages: FlaskClient, query: str
) -> None:
    text = network_pages.get(f"/fr/players{query}").text
    found = listed(text)
    answer = network_pages.get(f"/players.json{query}").get_json()
    assert answer["count"] == len(found)
    assert [each["id"] for each in answer["results"]] == found
    rows = list(csv.DictReader(io.StringIO(network_pages.get(f"/players.csv{query}").text)))
    assert [row["id"] for row in rows] == found
    features = network_pages.get(f"/players.geojson{query}").get_json(force=True)["features"]
    assert [feature["id"] for feature in features] == found
    rows = re.findall(r'<article class="card player-card"[^>]* data-row="(\d+)"', text)
    assert [str(feature["properties"]["row"]) for feature in features] == rows
    # No point is known of Brunehaut.
    assert {each["id"] for each in features if not each["geometry"]} <= {"commune-de-brunehaut"}


def test_facets_of_the_twin_are_those_of_the_page(network_pages: FlaskClient) -> None:
    query = "?competency=software"
    facets = network_pages.get(f"/players.json{query}").get_json()["facets"]
    text = network_pages.get(f"/en/players{query}").text
    side = text.split("<h2>Side of the border</h2>")[1].split("</details>")[0]
    counts = re.findall(r'<span class="facet-count">(\d+)</span>', side)
    assert sorted(map(int, counts)) == sorted(facets["side"].values())


def test_a_competency_is_told_for_each_side(network_pages: FlaskClient) -> None:
    text = network_pages.get("/fr/players?competency=cybersecurity&side=VLG").text
    assert listed(text) == ["cyberlab-example"]
    able = text.split('class="able-sides"')[1].split("</section>")[0]
    assert "Campus Cyber Hauts-de-France" in able
    assert "Cyberlab (exemple)" in able
    assert able.count("On ne connaît encore personne.") == 1


def test_where_nobody_can_the_nearest_are_shown_and_called_so(network_pages: FlaskClient) -> None:
    text = network_pages.get("/en/players?competency=cloud_hosting&side=VLG").text
    assert "Nobody is known for this." in text
    nearest = text.split('id="nearest"')[1]
    assert "nobody says that they have it" in nearest
    assert "cyberlab-example" in listed(nearest)


def test_old_facts_say_so_and_link_to_their_source(network_pages: FlaskClient) -> None:
    text = network_pages.get("/nl/players/cyberlab-example").text
    assert 'href="https://example.org/cyberlab"' in text
    assert "mei 2016" in text
    assert ">oud</span>" in text


def test_a_player_has_partners_on_the_other_sides_only(network_pages: FlaskClient) -> None:
    answer = network_pages.get("/players/cyberlab-example.json").get_json()
    assert "campus-cyber-hdf" in [each["player"]["id"] for each in answer["partners"]]
    assert {each["player"]["side"] for each in answer["partners"]} == {"FR", "WAL"}


def test_services_stand_with_their_hub(network_pages: FlaskClient) -> None:
    text = network_pages.get("/en/players").text
    hub = text.split('id="services-hangar-k"')[1].split("</details>")[0]
    for kind in ("Incubation", "Coaching", "Training", "Prototyping", "Funding"):
        assert f"<dt>{kind}</dt>" in hub
    assert "/en/players/flanders-game-hub" in hub


def test_forum_tells_date_place_themes_organisers_and_source(network_pages: FlaskClient) -> None:
    text = network_pages.get("/fr/forum").text
    edition = text.split('id="forum-2017"')[1].split("</article>")[0]
    for piece in ("14 mars 2017", "EuraTechnologies, Lille", "e-government", "/players/euratech"):
        assert piece in edition
    assert (
        network_pages.get("/forum.json?year=2018").get_json()["editions"][0]["id"] == "forum-2018"
    )
    assert len(network_pages.get("/forum.csv").text.splitlines()) == 29


def test_a_theme_stands_on_three_sides_with_what_is_missing(network_pages: FlaskClient) -> None:
    text = network_pages.get("/nl/themes/mobility").text
    assert text.count("<h3>Wat ontbreekt</h3>") == 3
    assert "/nl/datasets/stations-de-velos" in text.split('id="side-VLG"')[0]
    answer = network_pages.get("/themes/mobility.json").get_json()
    assert answer["sides"]["FR"]["count"] == 1
    assert answer["sides"]["WAL"]["datasets"] == []
    assert "Timetables of TEC" in [each["title"] for each in answer["sides"]["WAL"]["sources"]]
    kinds = {
        row["kind"]
        for row in csv.DictReader(io.StringIO(network_pages.get("/themes/mobility.csv").text))
    }
    assert kinds == {"dataset", "source", "missing"}


@pytest.mark.parametrize(
    "path", ["/fr/players/none", "/fr/themes/none", "/players/none.json", "/themes/none.csv"]
)
def test_what_is_not_there_is_a_404(network_pages: FlaskClient, path: str) -> None:
    response = network_pages.get(path)
    assert response.status_code == 404
    assert response.is_json == ("." in path)


def test_twins_can_be_read_from_other_sites_and_refuse_what_they_do_not_know(
    network_pages: FlaskClient,
) -> None:
    assert network_pages.get("/players.json").headers["Access-Control-Allow-Origin"] == "*"
    refused = network_pages.get("/players.json?sied=VLG")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (400, "parameter-unknown")


@pytest.mark.parametrize(
    "path", ["players", "players/barco", "forum", "themes/mobility", "players.geojson"]
)
def test_a_twin_stands_beside_its_page_in_the_language_of_the_address(
    network_pages: FlaskClient, path: str
) -> None:
    twin = path if "." in path else f"{path}.json"
    plain, beside = network_pages.get(f"/{twin}?lang=nl"), network_pages.get(f"/nl/{twin}")
    assert beside.data == plain.data
    assert beside.headers["Content-Language"] == "nl"
    assert beside.headers["Access-Control-Allow-Origin"] == "*"
    refused = network_pages.get(f"/fr/{twin}?sied=VLG").get_json()["error"]
    assert "sied" in refused["message"]


def test_addresses_without_a_language_lead_on(network_pages: FlaskClient) -> None:
    headers = {"Accept-Language": "nl"}
    for path in ("/players?side=FR", "/players/barco", "/forum", "/themes/energy"):
        assert network_pages.get(path, headers=headers).headers["Location"] == f"/nl{path}"


def test_an_installation_without_the_tables_says_so(
    tmp_path: Path, sample_services: Services
) -> None:
    store = open_store(tmp_path)
    search = SearchIndex()
    bare = Services(Settings(data=tmp_path), store, search, sample_services.sandbox)
    client = create_app(bare).test_client()
    assert "does not have the table of digital players" in client.get("/en/players").text
    assert "does not have the table of forum editions" in client.get("/en/forum").text
    assert client.get("/en/themes/energy").status_code == 200
    assert client.get("/players.json").status_code == 404
    assert client.get("/forum.csv").status_code == 404
    search.close()
    store.close()
