"""Which protocol answers at an address."""

from collections.abc import Callable
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, sources
from harvesters.detect import detect
from tests.harvesters import portals
from tests.harvesters.portals import Answer, Request, published


def test_protocol_is_found_and_its_address_makes_a_source(
    make_portal: Callable[..., Any], fetch: Fetch
) -> None:
    with make_portal([published("a"), published("b")]) as portal:
        url = portal.source().url if portal.protocol == "datapackage" else portal.url
        found = detect(url, fetch)
        assert (found.protocol, found.is_harvested) == (portal.protocol, True)
        assert found.count == (1 if portal.protocol == "datapackage" else 2)
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
