"""Which protocol answers at an address."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, sources
from harvesters.detect import Detection, detect
from harvesters.suggestion import toml
from tests.harvesters import portals
from tests.harvesters.portals import Answer, Request, json_answer, published


def test_protocol_is_found_and_its_address_makes_a_source(
    make_portal: Callable[..., Any], fetch: Fetch
) -> None:
    with make_portal([published("a"), published("b")]) as portal:
        url = portal.source().url if portal.is_one_dataset or portal.is_deep else portal.url
        found = detect(url, fetch)
        assert (found.protocol, found.is_harvested) == (portal.protocol, True)
        assert found.count == (1 if portal.is_one_dataset else 2)
        body = {"id": "new", "protocol": found.protocol, "url": found.url}
        source = sources.check({**body, "trusted_network": True})
        assert len(list(HARVESTERS[source.protocol].records(source, fetch))) == found.count


@pytest.mark.parametrize(
    ("path", "filters"),
    [("/explore/?sort=modified", ""), ("/api/explore/v2.1/catalog", ""),
     ("/explore/?refine=publisher:TEC&sort=modified", "?refine=publisher%3ATEC")],
)  # fmt: skip
def test_address_of_a_page_is_enough(fetch: Fetch, path: str, filters: str) -> None:
    with portals.ods_portal([published("a")]) as portal:
        found = detect(portal.url + path, fetch)
        assert (found.protocol, found.url) == ("opendatasoft", portal.url + filters)


@pytest.mark.parametrize("path", ["/fr/", "/nl/dataset/velos", "/dataset/velos", "/fr/datasets/"])
def test_page_of_a_dataset_in_a_language_leads_to_the_portal(fetch: Fetch, path: str) -> None:
    with portals.ckan_portal([published("a")]) as portal:
        found = detect(portal.url + path, fetch)
        assert (found.protocol, found.url) == ("ckan", portal.url)


def test_portal_without_search_is_found_by_its_list(fetch: Fetch) -> None:
    def no_search(request: Request, answer: Answer) -> Answer:
        return Answer(b"<html>", 404, "text/html") if "search" in request.path else answer

    with portals.ckan_portal([published("a"), published("b")]) as portal:
        portal.mischief = no_search
        assert detect(portal.url, fetch).protocol == "ckan"
        source = portal.source()
        assert len(list(HARVESTERS["ckan"].records(source, fetch))) == 2


def test_nothing_known_is_told_with_every_reason(fetch: Fetch) -> None:
    with portals.ckan_portal([]) as portal:
        portal.mischief = portals.html_page
        found = detect(portal.url, fetch)
    assert found.protocol is None
    assert {issue.params["reason"] for issue in found.tried} == {"html-instead-of-data"}


def test_address_that_may_not_be_reached_is_refused() -> None:
    with portals.fetch(trusted_network=False) as fetch, pytest.raises(FetchError) as caught:
        detect("http://127.0.0.1:1/", fetch)
    assert caught.value.code == "address-refused"


@pytest.mark.parametrize("title", ['Vélos "libres" \\ Lille', "= true", "\x7f\n[x]"])
def test_lines_to_add_are_read_back_as_the_source_that_was_found(
    make_portal: Callable[..., Any], fetch: Fetch, title: str
) -> None:
    with make_portal([published("a", title=title)]) as portal:
        url = portal.source().url if portal.is_one_dataset or portal.is_deep else portal.url
        found = detect(url, fetch)
    (body,) = tomllib.loads(toml(found))["sources"]
    source = sources.check({**body, "trusted_network": True})
    assert (source.protocol, source.url) == (portal.protocol, found.url)
    assert source.expect.min <= 1 <= (source.expect.max or 1)


@pytest.mark.parametrize(
    ("url", "source_id"),
    [("https://opendata.fluvius.be", "fluvius"), ("https://www.data.gouv.fr", "gouv"),
     ("https://data.lillemetropole.fr/x", "lillemetropole"),
     ("http://127.0.0.1:80", "source-127-0-0")],
)  # fmt: skip
def test_id_is_made_of_what_is_particular_to_a_host(url: str, source_id: str) -> None:
    lines = toml(Detection(url=url, protocol="ckan", is_harvested=True))
    assert f'id = "{source_id}"' in lines


@pytest.mark.parametrize("is_html", [False, True])
def test_what_a_platform_answers_to_other_questions_does_not_mislead(
    make_portal: Callable[..., Any], fetch: Fetch, is_html: bool
) -> None:
    """The portal of Lille answered 404 in JSON that names it, its old host a page with 200, for
    whatever was asked (2026).
    """
    moved = json_answer({"georchestraStylesheet": "", "logoUrl": "/public/logo-mel.jpg"}, 404)
    page = Answer(b"<!DOCTYPE html><html><body>Portail</body></html>", 200, "text/html")
    with make_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: (
            (page if is_html else moved) if answer.status >= 400 else answer
        )
        url = portal.source().url if portal.is_one_dataset or portal.is_deep else portal.url
        found = detect(url, fetch)
    assert found.protocol == portal.protocol
    assert {issue.params["reason"] for issue in found.tried} <= {
        "html-instead-of-data" if is_html else "http-status", "unexpected-answer",
    }  # fmt: skip


def test_platform_that_answers_404_in_json_is_passed_by(fetch: Fetch) -> None:
    """Seen on the portal of Lille in 2026: JSON that names the platform, with status 404."""
    moved = json_answer({"georchestraStylesheet": "", "logoUrl": "/public/logo-mel.jpg"}, 404)
    with portals.ckan_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: (
            answer if request.path.startswith("/api/3/") else moved
        )
        found = detect(portal.url, fetch)
    assert found.protocol == "ckan"
    assert {i.params["reason"] for i in found.tried} == {"http-status"}
