"""Every page in every language: there, whole, in the right language, and safe."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import click
import msgspec
import pytest
from flask.testing import FlaskClient

from portal.app import create_app
from portal.cli import main
from portal.services import Services

LANGUAGES = ("fr", "nl", "en")
PATHS = (
    "/",
    "/datasets",
    "/datasets?q=fiets&side=FR&sort=title",
    "/datasets?q=zzzzzzzz",
    "/datasets?q=insee",
    "/datasets?q=lucht&side=WAL",
    "/requests",
    "/requests?side=FR&sort=newest",
    "/requests/new?topic=bancs&side=FR",
    "/requests/thanks",
    "/datasets?q=lille&kind=place",
    "/datasets?q=zzzz&kind=value",
    "/datasets/stations-de-velos",
    "/datasets/stations-de-velos?page=3&sort=docks&desc=1",
    "/datasets/stations-de-velos?page=999",
    "/datasets/luchtkwaliteit-in-kortrijk",
    "/datasets/parcs-jardins-b",
    "/datasets/forum",
    "/datasets/stations-de-velos?docks__gte=20&insee__contains=1&on=docks",
    "/datasets/stations-de-velos/columns",
    "/datasets/stations-de-velos/chart",
    "/datasets/stations-de-velos/chart?type=line&x=opened&y=price&measure=mean&group=is_open",
    "/datasets/stations-de-velos/columns/docks",
    "/datasets/stations-de-velos/columns/insee",
    "/datasets/stations-de-velos/columns/opened",
    "/datasets/stations-de-velos/columns/place",
    "/datasets/stations-de-velos/versions",
    "/datasets/stations-de-velos/versions?from=1&to=2",
    "/datasets/stations-de-velos/versions?from=2&to=2",
    "/datasets/stations-de-velos/rows/7",
    "/datasets/stations-de-velos/rows/7?version=1",
    "/datasets/stations-de-velos/quality",
    "/datasets/stations-de-velos/questions",
    "/datasets/stations-de-velos/questions/new?kind=error&row=7",
    "/datasets/parcs-jardins-b/questions",
    "/datasets/stations-de-velos/quality?version=1",
    "/datasets/parcs-jardins-b/drafts/csv/report",
    "/schemas",
    "/check",
    "/schemas/charging-point",
    "/schemas/public-holiday",
    "/sources",
    "/duplicates",
    "/withdrawn",
    "/sources/test",
    "/sources/test/runs/1",
    "/sources/test/runs/1?outcome=failed",
    "/sources/test/runs/2",
    "/publishers",
    "/publishers?side=VLG&sort=newest",
    "/publishers?page=99",
    "/publishers/lille",
    "/publishers/lille?show=problems",
    "/publishers/tournai?show=missing&all=1",
    "/publishers/kortrijk?page=9",
    "/sql",
    "/sql?sql=SELECT+count(*)+AS+n+FROM+stations",
    "/sql?tables=zzzz",
    "/queries",
    "/packs",
    "/packs/bike-share",
    "/replay",
    "/api",
    "/api?table=arrets",
    "/publish",
    "/about",
    "/accessibility",
    "/contact",
    "/privacy",
    "/terms",
    "/sign-in",
)
# Pages made of the tables of the digital network.
NETWORK = (
    "/players",
    "/players?competency=cybersecurity&side=VLG",
    "/players?competency=fintech&side=WAL&q=zzzz",
    "/players?page=9",
    "/players/barco",
    "/players/hangar-k",
    "/forum",
    "/forum?year=2018",
    "/themes/mobility",
    "/themes/languages",
    "/player-corrections/new",
    "/player-corrections/new?player=barco",
    "/player-corrections/thanks",
)
# Data for search engines stands in an element of that name too, and runs nothing.
SCRIPT_WITHIN = r'<script(?![^>]*\bsrc=)(?! type="application/ld\+json">)'
_VOID = {"meta", "source", "link", "input", "br", "wbr", "hr", "img"}


class Page(HTMLParser):
    """Reads a page strictly enough to find tags left open, attributes, ids and its title."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.title = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID and not self._is_drawing(tag):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._is_drawing(tag):
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> within {self.open[-3:]} at {self.getpos()}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]

    @staticmethod
    def _is_drawing(tag: str) -> bool:
        return tag in {"path", "circle", "rect", "use"}


@pytest.fixture
def shown(path: str, request: pytest.FixtureRequest) -> FlaskClient:
    """A client of the catalogue that has what the page is made of."""
    client: FlaskClient = request.getfixturevalue("network_pages" if path in NETWORK else "pages")
    return client


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", [*PATHS, *NETWORK])
def test_page_is_whole_and_in_its_language(shown: FlaskClient, path: str, lang: str) -> None:
    response = shown.get(f"/{lang}{path}")
    assert response.status_code == 200
    page = Page(response.text)
    assert page.faults == []
    assert page.open == []
    assert page.attributes[0] == ("html", "lang", lang)
    assert page.title.strip()
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert response.text.count("<h1") == 1
    assert "Undefined" not in response.text
    hreflang = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', response.text)
    assert [tag for tag, _ in hreflang] == ["fr", "nl", "en", "x-default"]


@pytest.mark.parametrize("path", [*PATHS, *NETWORK])
def test_page_keeps_the_strict_policy(shown: FlaskClient, path: str) -> None:
    response = shown.get(f"/fr{path}")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = Page(response.text)
    assert page.values("style") == []
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert not re.search(SCRIPT_WITHIN, response.text)
    assert "<style" not in response.text
    foreign = [
        value
        for tag, name, value in page.attributes
        if tag in ("script", "img", "use") and name in ("src", "href") and "//" in value
    ]
    assert foreign == []


@pytest.mark.parametrize("path", [*PATHS, *NETWORK])
def test_data_of_a_page_is_there_as_json(shown: FlaskClient, path: str) -> None:
    text = shown.get(f"/nl{path}").text
    for twin in re.findall(r'type="application/json" href="([^"]+)"', text):
        response = shown.get(twin.replace("&amp;", "&"))
        assert response.status_code == 200, twin
        assert response.is_json


def test_language_menu_stays_on_the_page_with_its_query(pages: FlaskClient) -> None:
    text = pages.get("/fr/datasets?q=v%C3%A9lo&side=FR").text
    assert 'href="/nl/datasets?q=v%C3%A9lo&amp;side=FR"' in text


def test_texts_are_translated(pages: FlaskClient) -> None:
    titles = {pages.get(f"/{lang}/publish").text.split("<h1")[1][:80] for lang in LANGUAGES}
    assert len(titles) == 3


def test_numbers_follow_the_language(pages: FlaskClient) -> None:
    path = "datasets/stations-de-velos?page=3"
    assert "249\u202f000" in pages.get(f"/fr/{path}").text
    assert "249.000" in pages.get(f"/nl/{path}").text
    assert "249,000" in pages.get(f"/en/{path}").text


def test_unknown_page_is_a_404_in_the_readers_language(pages: FlaskClient) -> None:
    response = pages.get("/nl/nergens")
    assert response.status_code == 404
    assert '<html lang="nl">' in response.text
    response = pages.get("/nergens", headers={"Accept-Language": "nl-BE,fr;q=0.5"})
    assert response.status_code == 404
    assert '<html lang="nl">' in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/fr/datasets/none",
        "/fr/datasets/stations-de-velos?table=none",
        "/fr/datasets/forum/quality",
        "/fr/datasets/stations-de-velos/quality?table=none",
        "/fr/datasets/stations-de-velos/quality?version=9",
        "/fr/datasets/stations-de-velos/rows/999",
        "/fr/datasets/stations-de-velos/versions?from=1&to=9",
        "/fr/datasets/stations-de-velos/columns/none",
        "/fr/sources/none",
        "/fr/publishers/none",
        "/datasets/none/citation.bib",
        "/sitemap-9.xml",
        "/fr/sources/test/runs/99",
        "/de/",
    ],
)
def test_what_is_not_there_is_a_404_page(pages: FlaskClient, path: str) -> None:
    response = pages.get(path)
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "Content-Security-Policy" in response.headers


def test_slash_too_many_is_forgiven_and_leads_to_no_other_site(pages: FlaskClient) -> None:
    assert pages.get("/fr/datasets/").headers["Location"].endswith("/fr/datasets")
    for path in ("//example.org/", "//example.org/fr/", "/fr//example.org/"):
        response = pages.get("/", environ_overrides={"PATH_INFO": path})
        host = urlsplit(response.headers.get("Location", "")).netloc
        assert host in ("", "localhost")


def test_commands_shown_are_commands_that_exist(pages: FlaskClient) -> None:
    shown = re.findall(r"<code>eurometropolis ([^<]+)</code>", pages.get("/en/publish").text)
    assert len(shown) == 5
    for command in shown:
        words = command.split()
        found = main.get_command(click.Context(main), words[0])
        if isinstance(found, click.Group):
            found = found.get_command(click.Context(found), words[1])
        assert found is not None, command


def test_contact_of_the_settings_stands_where_help_is_offered(
    sample_services: Services, pages: FlaskClient
) -> None:
    assert "repository" in pages.get("/en/accessibility").text
    own = sample_services
    settings = msgspec.structs.replace(own.settings, contact_url="https://example.org/contact")
    told = create_app(Services(settings, own.store, own.search, own.sandbox, own.sources))
    for path in ("/en/", "/en/publish", "/en/accessibility"):
        assert 'href="https://example.org/contact"' in told.test_client().get(path).text, path


@pytest.mark.parametrize("path", [*PATHS, *NETWORK])
def test_no_two_regions_share_a_name(shown: FlaskClient, path: str) -> None:
    text = shown.get(f"/fr{path}").text
    regions = re.findall(r"<(?:section|div)[^>]*aria-label(?:ledby)?=\"([^\"]+)\"", text)
    assert len(regions) == len(set(regions))
