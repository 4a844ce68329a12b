"""OGC API Features and WFS 2.0 as GeoServer and geOrchestra speak them: pages, keys, errors."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, Parsed
from harvesters.files import download
from tests.harvesters.files_portal import files_portal
from tests.harvesters.ogc_portal import ldproxy_portal, ogcapi_portal, wfs_11_portal, wfs_portal
from tests.harvesters.portals import Answer, Request, json_answer, published

REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared/real"))
TEN = "code;nom\n" + "".join(f"{n:02};N{n}\n" for n in range(10))


def harvest(portal: Any, fetch: Fetch, **changes: Any) -> list[Parsed]:
    source = portal.source(**changes)
    harvester = HARVESTERS[source.protocol]
    return [harvester.parse(raw, source) for raw in harvester.records(source, fetch)]


def table(portal: Any, fetch: Fetch, folder: Path) -> list[dict[str, str]]:
    """Return the rows of the portal's first layer as they are ingested."""
    dataset = harvest(portal, fetch)[0].dataset
    assert dataset is not None
    came = download(portal.source(), dataset.distributions[0], fetch, folder)
    assert came.path is not None
    found = json.loads(came.path.read_text("utf-8"))
    return [feature["properties"] for feature in found["features"]]


@pytest.mark.parametrize("maker", [ogcapi_portal, ldproxy_portal, wfs_portal, wfs_11_portal])
def test_all_pages_of_a_layer_come_and_no_feature_twice(
    maker: Any, fetch: Fetch, tmp_path: Path
) -> None:
    with maker([published("a", TEN)]) as portal:
        portal.most_rows = 4
        assert sorted(row["code"] for row in table(portal, fetch, tmp_path)) == [
            f"{n:02}" for n in range(10)
        ]


@pytest.mark.parametrize("maker", [ogcapi_portal, wfs_portal, wfs_11_portal])
def test_order_of_the_answer_does_not_change_the_file(
    maker: Any, fetch: Fetch, tmp_path: Path
) -> None:
    with maker([published("a", TEN)]) as portal:
        first = table(portal, fetch, tmp_path)
        assert table(portal, fetch, tmp_path) == first


def test_layer_without_a_key_is_read_sorted_by_a_column_that_is_one(
    fetch: Fetch, tmp_path: Path
) -> None:
    rows = "etat;numero\n" + "".join(f"LIBRE;{n}\n" for n in range(10))
    with wfs_portal([published("a", rows)]) as portal:
        portal.most_rows, portal.has_key = 4, False
        found = table(portal, fetch, tmp_path)
        assert sorted(int(row["numero"]) for row in found) == list(range(10))
        assert {r.get("SORTBY") for r in portal.requests if r.get("STARTINDEX") == "4"} == {
            "numero"
        }
        assert portal.requests[1].get("STARTINDEX") == ""  # refused by servers without a key


def test_layer_that_cannot_be_sorted_fails_with_the_words_of_the_server(
    fetch: Fetch, tmp_path: Path
) -> None:
    with wfs_portal([published("a", "etat\n" + "LIBRE\n" * 10)]) as portal:
        portal.most_rows, portal.has_key = 4, False
        with pytest.raises(FetchError) as caught:
            table(portal, fetch, tmp_path)
    assert "natural order" in caught.value.params["message"]


@pytest.mark.parametrize("maker", [ogcapi_portal, wfs_portal, wfs_11_portal])
def test_count_that_promises_more_than_comes_is_no_data(
    maker: Any, fetch: Fetch, tmp_path: Path
) -> None:
    with maker([published("a", TEN)]) as portal:
        portal.matched = 11
        with pytest.raises(FetchError) as caught:
            table(portal, fetch, tmp_path)
    assert caught.value.code == "records-missing"
    assert list(tmp_path.iterdir()) == []


def test_service_that_sends_one_page_for_ever_is_stopped(fetch: Fetch, tmp_path: Path) -> None:
    def endless(request: Request, answer: Answer) -> Answer:
        if not request.path.endswith("/items"):
            return answer
        number = int(request.get("page", "0")) + 1
        href = f"{portal.url}{request.path}?page={number}"
        feature = {"type": "Feature", "geometry": None, "properties": {"a": 1}}
        return json_answer({"features": [feature], "links": [{"rel": "next", "href": href}]})

    with ogcapi_portal([published("a")]) as portal:
        portal.mischief = endless
        with pytest.raises(FetchError) as caught:
            table(portal, fetch, tmp_path)
        assert len(portal.requests) < 5
    assert caught.value.code == "repeated-page"


def test_next_page_on_another_host_is_refused(fetch: Fetch, tmp_path: Path) -> None:
    def astray(request: Request, answer: Answer) -> Answer:
        return Answer(
            answer.body.replace(b'"href": "http://127.0.0.1', b'"href": "http://10.0.0.1')
        )

    with ogcapi_portal([published("a", TEN)]) as portal:
        portal.most_rows, portal.mischief = 4, astray
        with pytest.raises(FetchError) as caught:
            table(portal, fetch, tmp_path)
    assert caught.value.code == "unexpected-answer"


def test_page_for_people_is_answered_by_asking_in_another_way(fetch: Fetch) -> None:
    def html(request: Request, answer: Answer) -> Answer:
        page = Answer(b"<!DOCTYPE html><html></html>", 200, "text/html")
        return answer if request.get("f") == "json" else page

    with ogcapi_portal([published("a")]) as portal:
        portal.mischief = html
        assert len(harvest(portal, fetch)) == 1


@pytest.mark.parametrize(
    ("maker", "query"), [(ogcapi_portal, "?collection=b"), (wfs_portal, "?typeNames=b")]
)
def test_source_names_the_layers_that_it_wants(maker: Any, query: str, fetch: Fetch) -> None:
    with maker([published("a"), published("b")]) as portal:
        found = harvest(portal, fetch, url=portal.source().url + query)
    assert [p.dataset.remote_id for p in found if p.dataset] == ["b"]


def test_error_of_a_wfs_with_status_200_is_no_data(fetch: Fetch, tmp_path: Path) -> None:
    with wfs_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: (
            portal.error("Out of memory", 200) if request.get("REQUEST") == "GetFeature" else answer
        )
        with pytest.raises(FetchError) as caught:
            table(portal, fetch, tmp_path)
    assert (caught.value.code, "Out of memory" in str(caught.value)) == ("portal-error", True)


def test_capabilities_with_an_entity_are_refused(fetch: Fetch) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aa">]><WFS_Capabilities>&a;</WFS_Capabilities>'
    with wfs_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: Answer(bomb, 200, "application/xml")
        with pytest.raises(FetchError) as caught:
            harvest(portal, fetch)
    assert caught.value.code == "unsafe-xml"


def test_collection_of_records_is_no_dataset(fetch: Fetch) -> None:
    with ogcapi_portal([published("a", changes={"itemType": "record"})]) as portal:
        (parsed,) = harvest(portal, fetch)
    assert [issue.code for issue in parsed.issues] == ["not-a-dataset"]


def test_ldproxy_that_shows_a_page_is_asked_in_its_own_spelling(
    fetch: Fetch, tmp_path: Path
) -> None:
    with ldproxy_portal([published("a", TEN)]) as portal:
        portal.is_html_by_default = True
        assert len(table(portal, fetch, tmp_path)) == 10
        assert {r.get("f") for r in portal.requests} == {"", "json", "application/geo+json"}


def test_server_that_refuses_a_newer_version_is_asked_in_its_own(
    fetch: Fetch, tmp_path: Path
) -> None:
    with wfs_11_portal([published("a", TEN)]) as portal:
        portal.is_polite = False
        assert len(table(portal, fetch, tmp_path)) == 10
        assert [r.get("VERSION") for r in portal.requests][:3] == ["2.0.0", "1.1.0", "1.1.0"]


def test_count_that_ends_where_the_server_stops_giving_is_not_believed(
    fetch: Fetch, tmp_path: Path
) -> None:
    """MapServer 8.0 with `wfs_maxfeatures`: it also counts no further, but on the last page."""

    def tell_late(request: Request, answer: Answer) -> Answer:
        is_last = request.get("STARTINDEX") == "8"
        return Answer(answer.body.replace(b'"type"', b'"numberMatched": 10, "type"', is_last))

    with wfs_11_portal([published("a", TEN)]) as portal:
        portal.most_rows = portal.matched = 4
        portal.mischief = tell_late
        assert len(table(portal, fetch, tmp_path)) == 10


def test_server_without_pages_is_believed_where_it_counts_what_came(
    fetch: Fetch, tmp_path: Path
) -> None:
    with wfs_11_portal([published("a", TEN)]) as portal:
        portal.mischief = lambda request, answer: (
            portal.error("Unknown parameter STARTINDEX") if request.get("STARTINDEX") else answer
        )
        assert len(table(portal, fetch, tmp_path)) == 10


def test_link_to_xml_is_no_page_of_a_layer(fetch: Fetch) -> None:
    link = '<MetadataURL href="https://a.be/mapserv?request=GetMetadata&amp;layer=a"/>'
    with wfs_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: Answer(
            answer.body.replace(b"</FeatureType>", f"{link}</FeatureType>".encode()),
            200, "application/xml",
        )  # fmt: skip
        (parsed,) = harvest(portal, fetch)
    assert parsed.dataset is not None
    assert (parsed.dataset.landing_page, parsed.dataset.origin is None) == (None, False)


def test_server_without_geojson_is_a_link_and_no_table(fetch: Fetch) -> None:
    with wfs_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: Answer(
            answer.body.replace(b"<ows:Value>application/json</ows:Value>", b""),
            200, "application/xml",
        )  # fmt: skip
        (parsed,) = harvest(portal, fetch)
    assert parsed.dataset is not None
    assert parsed.dataset.distributions[0].table is None


@pytest.mark.parametrize(
    "name", ["geo2france_wfs/capabilities-geo2france-2-0-0.xml",
             "owslib_be_fixtures/wfs_dov_getcapabilities_200.xml"],
)  # fmt: skip
def test_real_capabilities_are_read_without_an_unexplained_key(name: str, fetch: Fetch) -> None:
    if not (REAL / name).is_file():
        pytest.skip(f"the real reply {name} is not here")
    with files_portal({"/wfs": (REAL / name).read_bytes()}, "wfs") as portal:
        found = harvest(portal, fetch, url=f"{portal.url}/wfs")
    assert found
    assert [issue for parsed in found for issue in parsed.issues] == []
    assert all(parsed.dataset for parsed in found)


def test_real_collections_and_items_are_read(fetch: Fetch, tmp_path: Path) -> None:
    folder = REAL / "ogcapi_fixtures"
    if not folder.is_dir():
        pytest.skip("the real replies of a data-api are not here")
    items = json.loads((folder / "items.json").read_text("utf-8"))
    items["numberMatched"] = len(items["features"])  # the stored page is the first of two
    files: dict[str, Any] = {
        "/collections": (folder / "collections.json").read_bytes(),
        "/collections/aires-covoiturage/items": json.dumps(items),
    }
    with files_portal(files, "ogc-api") as portal:
        found = harvest(portal, fetch)
        assert [issue for parsed in found for issue in parsed.issues] == []
        assert len(table(portal, fetch, tmp_path)) == 10
