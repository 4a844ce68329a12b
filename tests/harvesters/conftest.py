"""Fixtures of the harvesters' tests: a client for loopback, and one portal of each protocol."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalogue.fetch import Fetch
from tests.harvesters import (
    arcgis_portal,
    csw_portal,
    data_fair_portal,
    dcat_portal,
    dkan_portal,
    gbfs_portal,
    gtfs_portal,
    ogc_portal,
    portals,
    sensor_web_portal,
    sensorthings_portal,
    udata_portal,
)

MAKERS: dict[str, Callable[..., Any]] = {
    "ckan": portals.ckan_portal,
    "opendatasoft": portals.ods_portal,
    "datapackage": portals.package_portal,
    "udata 1": udata_portal.udata_1_portal,
    "udata 2": udata_portal.udata_2_portal,
    "transport-gouv": udata_portal.transport_portal,
    "dcat turtle": dcat_portal.turtle_portal,
    "dcat json-ld": dcat_portal.jsonld_portal,
    "dcat rdf-xml": dcat_portal.rdfxml_portal,
    "ogc-api": ogc_portal.ogcapi_portal,
    "ogc-api ldproxy": ogc_portal.ldproxy_portal,
    "wfs": ogc_portal.wfs_portal,
    "wfs 1.1": ogc_portal.wfs_11_portal,
    "arcgis": arcgis_portal.arcgis_portal,
    "file": arcgis_portal.file_portal,
    "sensor-web": sensor_web_portal.sensor_web_portal,
    "sensorthings": sensorthings_portal.sensorthings_portal,
    "ckan dkan": dkan_portal.dkan_portal,
    "data-fair": data_fair_portal.data_fair_portal,
    "data-fair lines": data_fair_portal.lines_portal,
    "csw": csw_portal.csw_portal,
    "gtfs": gtfs_portal.gtfs_portal,
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


PAGED = ["ckan", "data-fair", "opendatasoft", "udata 1", "dcat turtle", "dcat json-ld", "csw"]


@pytest.fixture(params=["ckan", "opendatasoft", "udata 1", "csw"])
def make_listing_portal(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Each protocol whose pages may list one record twice: a graph cannot."""
    maker: Callable[..., Any] = MAKERS[request.param]
    return maker


@pytest.fixture(params=PAGED)
def make_paged_portal(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Each protocol that has pages."""
    maker: Callable[..., Any] = MAKERS[request.param]
    return maker
