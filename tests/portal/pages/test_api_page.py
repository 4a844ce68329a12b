"""The page for developers: every operation told in three languages, every example true."""

import re
import string
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.api import localised
from portal.api.description.texts import Texts, texts_of
from portal.api.errors import PATHS
from portal.api.openapi import OPERATIONS, document
from tests.portal.pages.test_pages import LANGUAGES

TEXTS = ("tags", "operations", "notes", "parameters", "answers", "needs")
# What is no data: the pages and what belongs to them, or the popup of a map.
NO_MAP = "/en/datasets/stations-de-velos/map.geojson"
# What only some catalogues hold: players, meetings, kept queries and answers, harmonised tables.
NEED_WHAT_IS_KEPT = (
    "/players", "/forum", "/api/v1/queries/", "/api/v1/answers/", "/en/queries/",
    "/packs/", "/api/v1/packs/", "/en/datasets/bike-share-stations/",
)  # fmt: skip
ASIDE = (
    "assets.", "map_files.", "sitemap.", "dataset_map.row", "dataset_columns.show", "embed.",
    "check.as_",
)  # fmt: skip


def used(texts: Texts) -> dict[str, set[str]]:
    """Return the keys that the operations ask for, by kind of text."""
    statuses = {str(status) for one in OPERATIONS for status in (one.status, *one.others)}
    return {
        "tags": {one.tag for one in OPERATIONS},
        "operations": {one.id for one in OPERATIONS},
        "parameters": {texts.key_of(one.id, each) for one in OPERATIONS for each in one.parameters},
        "answers": statuses | {"default"},
        "needs": {one.needs for one in OPERATIONS if one.needs},
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_of_the_api_is_left_without_words(lang: str) -> None:
    texts = texts_of(lang)
    for kind, keys in used(texts).items():
        assert set(getattr(texts, kind)) == keys, kind
    assert set(texts.notes) <= {one.id for one in OPERATIONS}
    for kind in TEXTS:
        english, own = getattr(texts_of("en"), kind), getattr(texts, kind)
        assert set(own) == set(english)
        for key, text in own.items():
            assert text.strip() == text != "", key
            assert fields(text) == fields(english[key]), key
            if lang == "fr":
                assert not re.search(r" [:;!?»]|« |'", text), text


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_parameter_and_answer_is_described(lang: str) -> None:
    for methods in document(lang)["paths"].values():
        for one in methods.values():
            assert one["summary"].endswith(".")
            for told in (*one["parameters"], *one["responses"].values()):
                assert told["description"]
                assert "{" not in told["description"]


def spelled_out() -> set[tuple[str, str]]:
    """Return method and path of each operation, its formats one by one."""
    found = set()
    for one in OPERATIONS:
        endings = [""]
        for each in one.parameters:
            if (each["in"], each["name"]) == ("path", "format"):
                endings = each["schema"]["enum"]
        for ending in endings:
            found.add((one.method, re.sub(r"{\w+}", "{}", one.path.replace("{format}", ending))))
    return found


def test_every_route_of_data_is_described_and_nothing_else(sample_app: Flask) -> None:
    twins = tuple(f"{blueprint.name}_in_language." for blueprint in localised)
    routes = set()
    for rule in sample_app.url_map.iter_rules():
        last = rule.rule.rpartition("/")[2]
        is_data = rule.rule.startswith(PATHS) or "." in last.replace("..", "")
        if not is_data or rule.endpoint.startswith((*ASIDE, *twins)):
            continue
        endings = re.search(r"\.<any\(([\w, ]+)\):\w+>$", rule.rule)
        for ending in re.split(", ?", endings[1]) if endings else [""]:
            path = rule.rule[: endings.start()] + f".{ending}" if endings else rule.rule
            path = re.sub(r"<[^>]*>", "{}", path)
            routes |= {(m.lower(), path) for m in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    column = ("get", "/{}/datasets/{}/columns/{}.json")  # a name may hold any sign, slashes too
    assert spelled_out() - {column} == routes


@pytest.fixture
def page(pages: FlaskClient) -> str:
    return pages.get("/en/api?table=stations").text


def test_every_example_of_an_address_is_answered(pages: FlaskClient, page: str) -> None:
    codes = [unescape(code) for code in re.findall(r"<code>(curl .*?)</code>", page, re.DOTALL)]
    asked = [re.search(r"http://localhost(\S+?)'?$", code) for code in codes if " -" not in code]
    addresses = [found[1] for found in asked if found]
    assert len(addresses) > 25
    for address in addresses:
        answer = pages.get(address)
        expected = {"/api/v1/tokens": 401, NO_MAP: 404}.get(address, 200)
        if address.startswith(NEED_WHAT_IS_KEPT):
            expected = answer.status_code if answer.status_code in (200, 404) else 200
        assert answer.status_code == expected, (address, answer.text[:200])
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        head = pages.head(address)
        assert head.status_code == expected
        assert head.data == b""
        names = ["Content-Type", "Access-Control-Expose-Headers"]
        if not re.search(
            r"made_at|elapsed_ms", answer.text
        ):  # what tells the time is never the same
            names += ["Content-Length", "ETag"]
        for name in names:
            assert head.headers.get(name) == answer.headers.get(name), (address, name)
        answer.close()
        head.close()


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("tables_page_get?path.name=stations&conditions=docks__gte%3D20&limit=2&bbox=&lang=nl",
         "/api/v1/tables/stations/rows?docks__gte=20&limit=2&lang=nl"),
        ("download?path.file=stations@2.csv&excel=", "/data/stations@2.csv"),
        ("datasets_show_get?path.dataset_id=//evil.example/x",
         "/api/v1/datasets/%2F%2Fevil.example%2Fx"),
        ("results_get?path.lang=fr&path.format=csv&format=csv&side=FR&side=VLG",
         "/fr/datasets.csv?side=FR&side=VLG&format=csv"),
    ],
)  # fmt: skip
def test_a_form_leads_to_the_address_itself(pages: FlaskClient, asked: str, address: str) -> None:
    answer = pages.get(f"/nl/api/try/{asked}")
    assert (answer.status_code, answer.headers["Location"]) == (303, address)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("sql_post_post", 404),
        ("nothing", 404),
        ("tables_show_get", 400),
        ("tables_show_get?path.name=..", 400),
    ],
)
def test_what_no_form_asks_for_is_refused(pages: FlaskClient, asked: str, status: int) -> None:
    assert pages.get(f"/fr/api/try/{asked}").status_code == status


def test_a_table_that_is_not_there_is_said_with_its_near_names(pages: FlaskClient) -> None:
    answer = pages.get("/fr/api?table=staions")
    assert answer.status_code == 404
    assert "staions" in answer.text
    assert 'href="/fr/api?table=stations"' in answer.text


def test_dataset_page_leads_to_the_examples_of_its_table(pages: FlaskClient) -> None:
    text = pages.get("/nl/datasets/horaires-des-bus?table=arrets").text
    assert 'href="/nl/api?table=arrets"' in text
    shown: Any = pages.get("/nl/api?table=arrets").text
    assert "/data/arrets.parquet" in shown


def test_openapi_comes_in_the_language_asked_for(pages: FlaskClient) -> None:
    told = pages.get("/api/v1/openapi.json?lang=nl").get_json()
    assert told["paths"]["/api/v1/tables"]["get"]["summary"].startswith("De tabellen")
