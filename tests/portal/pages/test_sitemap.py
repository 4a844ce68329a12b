"""Search engines find every page in each language, and are kept from what has no end."""

import xml.etree.ElementTree as ElementTree
from urllib.robotparser import RobotFileParser

import pytest
from flask.testing import FlaskClient

from portal.pages import sitemap

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def read(pages: FlaskClient, path: str) -> ElementTree.Element:
    response = pages.get(path)
    assert response.mimetype == "application/xml"
    return ElementTree.fromstring(response.data)  # noqa: S314  # our own


def addresses(tree: ElementTree.Element) -> list[str]:
    return [found.text or "" for found in tree.iter(f"{SPACE}loc")]


def test_every_page_is_listed_in_each_language_with_its_others(pages: FlaskClient) -> None:
    tree = read(pages, "/sitemap.xml")
    assert tree.tag == f"{SPACE}urlset"
    listed = addresses(tree)
    assert len(listed) == len(set(listed))
    assert "http://localhost/nl/datasets/stations-de-velos" in listed
    assert "http://localhost/fr/publishers/kortrijk" in listed
    for url in tree.iter(f"{SPACE}url"):
        others = {link.get("hreflang"): link.get("href") for link in url.iter(LINK)}
        assert set(others) == {"fr", "nl", "en"}
        assert url.findtext(f"{SPACE}loc") in others.values()
    for address in listed:
        assert pages.get(address.removeprefix("http://localhost")).status_code == 200, address


# Forms of those who sign in or have something to say.
FORMS = (
    "sign_in.",
    "account.",
    "player_corrections.",
    "data_requests.new",
    "dataset_questions.listing",
    "webhooks.listing",
    "mail_following.",
    "audit.listing",
    "data_requests.thanks",
    "queries.new",
    "own_tables.",
)


def test_no_fixed_page_is_forgotten(pages: FlaskClient) -> None:
    fixed = {
        rule.endpoint
        for rule in pages.application.url_map.iter_rules()
        if rule.arguments == {"lang"} and "GET" in (rule.methods or ()) and "." not in rule.rule
    }
    assert {each for each in fixed if not each.startswith(FORMS)} == set(sitemap._PAGES)


def test_dataset_that_nobody_may_find_is_not_listed(pages: FlaskClient) -> None:
    assert not [a for a in addresses(read(pages, "/sitemap.xml")) if "parcs-jardins-b" in a]


def test_long_list_is_an_index_of_parts_that_hold_all(
    pages: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = addresses(read(pages, "/sitemap.xml"))
    monkeypatch.setattr(sitemap, "_PAGES_A_FILE", 5)
    index = read(pages, "/sitemap.xml")
    assert index.tag == f"{SPACE}sitemapindex"
    parts = [read(pages, part.removeprefix("http://localhost")) for part in addresses(index)]
    assert all(len(addresses(part)) <= 15 for part in parts)
    assert [address for part in parts for address in addresses(part)] == whole
    assert pages.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert pages.get("/sitemap-0.xml").status_code == 404


def test_robots_are_shown_the_list_and_kept_from_endless_ones(pages: FlaskClient) -> None:
    text = pages.get("/robots.txt").text
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    assert rules.site_maps() == ["http://localhost/sitemap.xml"]
    assert rules.can_fetch("*", "/fr/datasets/stations-de-velos")
    assert not rules.can_fetch("*", "/data/stations.csv")
    assert "Disallow: /*/datasets?" in text
