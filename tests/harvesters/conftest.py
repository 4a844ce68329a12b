"""Fixtures of the harvesters' tests: a client for loopback, and one portal of each protocol."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalogue.fetch import Fetch
from tests.harvesters import gbfs_portal, portals

MAKERS: dict[str, Callable[..., Any]] = {
    "ckan": portals.ckan_portal,
    "opendatasoft": portals.ods_portal,
    "datapackage": portals.package_portal,
    "gbfs 2.3": gbfs_portal.gbfs_2_portal,
    "gbfs 3.0": gbfs_portal.gbfs_3_portal,
}


@pytest.fixture
def fetch() -> Iterator[Fetch]:
    with portals.fetch() as opened:
        yield opened


@pytest.fixture(params=sorted(MAKERS))
def make_portal(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Each protocol in turn: `with make_portal([…]) as portal`."""
    maker: Callable[..., Any] = MAKERS[request.param]
    return maker


@pytest.fixture(params=["ckan", "opendatasoft"])
def make_paged_portal(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Each protocol that has pages."""
    maker: Callable[..., Any] = MAKERS[request.param]
    return maker
