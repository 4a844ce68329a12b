"""What other sites may frame: a table, a chart or a map, and no other page; nobody is signed in
there.
"""

import html
import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.framing import BLUEPRINT
from tests.portal.pages.test_pages import LANGUAGES, Page

TABLE = "/tables/stations?docks__gte=20&sort=docks&desc=1"
CHART = "/charts/stations?type=bar&x=year&y=price&measure=mean&price__gte=50"
EMBEDS = (
    TABLE,
    CHART,
    "/tables/stations",
    "/tables/stations?page=99",
    "/tables/stations?docks__gt=9999999",
    "/charts/stations?look=dark",
    "/charts/lucht",
    "/tables/arrets?look=light",
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", EMBEDS)
def test_embed_is_whole_and_in_its_language(pages: FlaskClient, path: str, lang: str) -> None:
    response = pages.get(f"/embed/{lang}{path}")
    assert response.status_code == 200
    page = Page(response.text)
    assert (page.faults, page.open, page.values("style")) == ([], [], [])
    assert page.attributes[0] == ("html", "lang", lang)
    assert response.text.count("<h1") == 1
    assert "<script" not in response.text
    assert "Undefined" not in response.text
    assert f'href="/{lang}/datasets/' in response.text  # the way back


def test_embed_names_publisher_and_licence(pages: FlaskClient) -> None:
    text = pages.get("/embed/nl/tables/lucht").text
    for part in ("Luchtkwaliteit in Kortrijk", "Stad Kortrijk", "licenses/by/4.0"):
        assert part in text


def test_embed_shows_what_the_tab_shows(pages: FlaskClient) -> None:
    first = re.compile(r"<tbody>\s*<tr>(.*?)</tr>", re.DOTALL)
    cell = re.compile(r"<td class=\"cell-[^>]*>(.*?)</td>")
    framed = first.search(pages.get(f"/embed/en{TABLE}").text)
    query = TABLE.partition("?")[2]
    tab = first.search(pages.get(f"/en/datasets/stations-de-velos?{query}").text)
    assert framed
    assert tab
    assert cell.findall(framed[1])[:3] == cell.findall(tab[1])[:3] == ["00249", "249,000", "2009"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("tab", "embed"),
    [
        ("/datasets/stations-de-velos?docks__gte=20&page=2&on=docks", "/tables/stations"),
        ("/datasets/stations-de-velos/chart?x=year&docks__gte=20", "/charts/stations"),
        ("/datasets/horaires-des-bus?table=arrets", "/tables/arrets"),
    ],
)
def test_tab_gives_the_code_that_embeds_it(
    pages: FlaskClient, tab: str, embed: str, lang: str
) -> None:
    text = pages.get(f"/{lang}{tab}").text
    code = re.search(r"<code>(&lt;iframe .*?)</code>", text)
    assert code
    source = re.search(r'src="([^"]+)"', html.unescape(code[1]))
    assert source
    address = urlsplit(html.unescape(source[1]))
    assert address.path == f"/embed/{lang}{embed}"
    assert "page=" not in address.query
    assert ("docks__gte=20" in address.query) == ("docks__gte" in tab)
    assert pages.get(f"{address.path}?{address.query}").status_code == 200


def addresses(rule: Rule) -> list[str]:
    """Return an address of a route that is there, where the sample has one, and one that is not."""
    known = {"dataset_id": "stations-de-velos", "table": "stations", "name": "stations"}
    known |= {"lang": "fr", "source_id": "test", "run_id": "1", "number": "1", "extension": "svg"}
    fill = re.compile(r"<(?:[^<>]*:)?(\w+)>")
    found = fill.sub(lambda match: known.get(match[1], "1"), rule.rule)
    return [found, fill.sub(lambda match: "fr" if match[1] == "lang" else "999", rule.rule)]


def test_no_other_page_may_be_framed(sample_app: Flask) -> None:
    client = sample_app.test_client()
    walked = 0
    for rule in sample_app.url_map.iter_rules():
        for path in addresses(rule):
            response = client.open(path, method="GET", buffered=True)
            is_framed = rule.endpoint.startswith(f"{BLUEPRINT}.")
            stated = "frame-ancestors *" if is_framed else "frame-ancestors 'none'"
            policy = response.headers["Content-Security-Policy"]
            assert policy.endswith(stated), (path, response.status_code)
            assert "X-Frame-Options" not in response.headers
            walked += response.status_code == 200
    assert walked > 25
    for path in ("/nowhere", "/embed/fr/nowhere", "/embed/de/tables/stations", "/embed/"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tables/none", 404),
        ("/charts/none", 404),
        ("/tables/stations?nowhere__gte=2", 400),
        ("/charts/stations?x=nowhere", 400),
        ("/maps/stations", 404),
    ],
)
def test_what_cannot_be_shown_is_said_in_the_frame(
    pages: FlaskClient, path: str, status: int
) -> None:
    response = pages.get(f"/embed/fr{path}")
    assert response.status_code == status
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "site-header" not in response.text
    assert "notice-bad" in response.text


def test_no_cookie_is_read_or_set_in_a_frame(pages: FlaskClient) -> None:
    plain = pages.get(f"/embed/nl{TABLE}")
    for name in ("session", "lang"):
        pages.set_cookie(name, "fr")
    known = pages.get(f"/embed/nl{TABLE}")
    assert known.data == plain.data
    assert known.headers.get("ETag") == plain.headers.get("ETag")
    assert "Set-Cookie" not in known.headers
