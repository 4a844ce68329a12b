"""The search page: facets, chips, what was understood, an empty result that helps."""

import re

import pytest
from flask.testing import FlaskClient


def ids(text: str) -> list[str]:
    return re.findall(r'class="card-title"><a href="/../datasets/([^"]+)"', text)


@pytest.mark.parametrize(("lang", "words"), [("fr", "vélo"), ("nl", "fietsen"), ("en", "bicycle")])
def test_each_language_finds_the_bikes(pages: FlaskClient, lang: str, words: str) -> None:
    assert "stations-de-velos" in ids(
        pages.get(f"/{lang}/datasets", query_string={"q": words}).text
    )


def test_facet_narrows_and_its_link_takes_it_away(pages: FlaskClient) -> None:
    text = pages.get("/fr/datasets?side=VLG&q=lucht").text
    assert ids(text) == ["luchtkwaliteit-in-kortrijk"]
    assert 'href="/fr/datasets?q=lucht"' in text
    assert "Flandre" in text


def test_facets_can_be_added_up(pages: FlaskClient) -> None:
    one = ids(pages.get("/fr/datasets?side=VLG").text)
    both = ids(pages.get("/fr/datasets?side=VLG&side=FR").text)
    assert one == ["luchtkwaliteit-in-kortrijk"]
    assert {"luchtkwaliteit-in-kortrijk", "stations-de-velos"} <= set(both)


def test_json_twin_finds_the_same(pages: FlaskClient) -> None:
    text = pages.get("/nl/datasets?q=fiets&side=FR").text
    twin = re.search(r'type="application/json" href="([^"]+)"', text)
    assert twin
    answer = pages.get(twin[1].replace("&amp;", "&")).json
    assert answer
    assert [each["id"] for each in answer["results"]] == ids(text)


def test_nothing_found_offers_a_way_on(pages: FlaskClient) -> None:
    text = pages.get("/en/datasets?q=zzzzzzzz&side=FR").text
    assert "Nothing found." in text
    assert "without filters" in text


@pytest.mark.parametrize(
    "query", ['a:b "x', "%00", "+-&&||!(){}[]^~*?:\\/", "é" * 5000, "' OR 1=1"]
)
def test_any_text_can_be_searched(pages: FlaskClient, query: str) -> None:
    response = pages.get("/fr/datasets", query_string={"q": query, "page": "-3", "sort": "zz"})
    assert response.status_code == 200


def test_home_shows_counts_and_what_is_missing(pages: FlaskClient) -> None:
    text = pages.get("/fr/").text
    assert "Ce qui manque" in text or "ce qui manque" in text
    assert 'href="/fr/datasets?theme=TRAN&amp;side=FR"' in text
    assert 'class="missing"' in text


def test_page_beyond_the_last_says_so_and_leads_back(pages: FlaskClient) -> None:
    text = pages.get("/fr/datasets?q=stations&page=99").text
    assert "Cette page n’existe pas." in text
    assert 'href="/fr/datasets?q=stations">Vers la première page' in text
    assert "Aucun résultat" not in text


def test_count_is_a_heading_and_announced(pages: FlaskClient) -> None:
    text = pages.get("/fr/datasets").text
    assert '<div role="status"><h2 id="count"' in text


def test_french_signs_keep_their_space(pages: FlaskClient) -> None:
    assert "Côté de la frontière\u00a0: France" in pages.get("/fr/datasets?side=FR").text
    text = pages.get("/fr/datasets?q=statoins").text
    assert re.search("Vouliez-vous dire <a [^>]+><b>[^<]+</b></a>\u202f\\?", text)


@pytest.mark.parametrize(
    ("lang", "said"),
    [("fr", "encore en compte 3 jeux"), ("nl", "nog 3 datasets"), ("en", "taking in 3")],
)
def test_a_search_says_what_it_does_not_know_yet(
    pages: FlaskClient, monkeypatch: pytest.MonkeyPatch, lang: str, said: str
) -> None:
    monkeypatch.setattr("portal.pages.search.behind", lambda *_: 3)
    assert said in pages.get(f"/{lang}/datasets?q=xyzzy").text
    monkeypatch.undo()
    assert said not in pages.get(f"/{lang}/datasets?q=xyzzyx").text
