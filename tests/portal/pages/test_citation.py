"""A citation names producer, title, version, date and permanent address, and breaks no format."""

import json
import re
from html import unescape

import msgspec
import pytest
from flask.testing import FlaskClient

from catalogue.records import Publisher
from catalogue.store import datasets
from portal.pages.citations import as_bibtex, as_ris, as_text, citation_of
from portal.pages.licence_terms import demand_of, licence_terms
from portal.services import Services

BIKES = "/datasets/stations-de-velos/citation"
HOSTILE = "Evil {title} % \\input{/etc/passwd} & $x_1^2$ #~\nER  - \r\nTY  - BOOK\x00 </script>"


def test_text_says_what_the_licence_asks_in_the_readers_language(pages: FlaskClient) -> None:
    french = pages.get(f"{BIKES}.txt?lang=fr").text
    assert french.startswith("Ville de Lille. Stations de vélos [jeu de données]. Table stations")
    assert "version 2 du" in french
    assert "données du 1er janvier 2016" in french
    assert "Licence Ouverte 2.0 (https://" in french
    assert french.endswith(". http://localhost/datasets/stations-de-velos\n")
    dutch = pages.get(f"{BIKES}.txt", headers={"Accept-Language": "nl-BE"})
    assert dutch.text.startswith("Stad Rijsel. Fietsstations [dataset]. Tabel stations")
    assert dutch.headers["Content-Language"] == "nl"
    assert "Accept-Language" in dutch.headers["Vary"]


def test_page_shows_the_citation_of_its_table(pages: FlaskClient) -> None:
    page = pages.get("/en/datasets/horaires-des-bus?table=arrets").text
    assert "Table arrets, version 1 of" in page
    assert "/datasets/horaires-des-bus/citation.bib?lang=en&amp;table=arrets" in page


def test_older_version_is_cited_by_its_number(pages: FlaskClient) -> None:
    assert "version 1 of" in pages.get(f"{BIKES}.txt?lang=en&table=stations&version=1").text
    assert pages.get(f"{BIKES}.txt?table=stations&version=9").status_code == 404
    assert pages.get(f"{BIKES}.txt?table=none").status_code == 404


def test_dataset_of_several_tables_is_cited_without_a_version(pages: FlaskClient) -> None:
    text = pages.get("/datasets/horaires-des-bus/citation.txt?lang=en").text
    assert "version" not in text
    assert "data of" in text


def test_bibtex_is_an_entry_with_an_institution_as_author(pages: FlaskClient) -> None:
    response = pages.get(f"{BIKES}.bib?lang=fr")
    assert response.text.startswith("@misc{stations-de-velos-v2,\n")
    assert "  author = {{Ville de Lille}},\n" in response.text
    assert "  url = {http://localhost/datasets/stations-de-velos},\n" in response.text
    assert "  langid = {french},\n" in response.text
    assert "stations-de-velos.bib" in response.headers["Content-Disposition"]


@pytest.fixture
def hostile(sample_services: Services) -> object:
    entry = datasets.get(sample_services.store, "parcs-jardins-b")
    publisher = Publisher(id="evil", title={"und": HOSTILE})
    dataset = msgspec.structs.replace(entry.dataset, title={"und": HOSTILE}, publisher=publisher)
    return msgspec.structs.replace(entry, dataset=dataset)


def test_hostile_title_stays_within_its_field(pages: FlaskClient, hostile: object) -> None:
    with pages.application.test_request_context("/en/"):
        citation = citation_of(hostile)  # type: ignore[arg-type]
        bibtex, ris, text = as_bibtex(citation), as_ris(citation), as_text(citation)
    depth = 0
    for sign in bibtex.rstrip():
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"(?<!\\)[%&#$]", bibtex)
    assert "\\input" not in bibtex
    lines = ris.split("\r\n")
    assert [line for line in lines if not re.match(r"[A-Z][A-Z0-9]  - ", line)] == [""]
    assert sum(line.startswith(("TY", "ER")) for line in lines) == 2
    assert "\n" not in text
    assert "\x00" not in bibtex + ris + text


def test_every_licence_has_a_demand_of_its_own(pages: FlaskClient) -> None:
    with pages.application.test_request_context("/en/"):
        unknown = demand_of("some words of a publisher")
        assert all(terms.demand != unknown for terms in licence_terms())
        assert "ask the publisher" in demand_of(None)


def test_search_engines_are_told_what_the_page_says(pages: FlaskClient) -> None:
    page = pages.get("/nl/datasets/stations-de-velos").text
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    found = json.loads(text)
    assert unescape(text) == text
    assert found["@type"] == "Dataset"
    assert found["name"] == "Fietsstations"
    assert found["@id"] == "http://localhost/datasets/stations-de-velos"
    assert found["license"].startswith("https://")
    assert found["creator"]["name"] == "Stad Rijsel"
    assert [place["name"] for place in found["spatialCoverage"]] == ["Rijsel"]
    assert found["dateModified"] == "2016-01-01"
    for file in found["distribution"]:
        address = file["contentUrl"].removeprefix("http://localhost")
        assert pages.head(address, buffered=True).status_code == 200
