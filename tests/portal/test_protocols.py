"""Every protocol, the whole way: from its portal on loopback to the page of a dataset."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from catalogue.fetch import FetchSettings
from catalogue.store import datasets, versions
from portal.app import create_app
from portal.harvesting import run_source
from portal.services import Services
from tests.harvesters.conftest import MAKERS
from tests.harvesters.gtfs_portal import gtfs_portal
from tests.harvesters.portals import published
from tests.harvesters.sensor_web_portal import sensor_web_portal
from tests.portal.pages.sample import services_of

QUICK = FetchSettings(min_interval_s=0, retry_count=0, read_timeout_s=5, page_deadline_s=10)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with services_of(tmp_path_factory.mktemp("protocols") / "data") as found:
        yield found


@pytest.mark.parametrize("protocol", sorted(MAKERS))
def test_dataset_of_each_protocol_has_its_table_and_its_page(
    services: Services, protocol: str, tmp_path: Path
) -> None:
    source_id = protocol.replace(" ", "-").replace(".", "-")
    rows = published("velos", "nom;places\nGare;12\nPort;8\n", title=f"Vélos par {protocol}")
    with MAKERS[protocol]([rows]) as portal:
        source = portal.source(id=source_id)
        first = run_source(services.store, source, fetch_settings=QUICK)
        again = run_source(services.store, source, fetch_settings=QUICK)
    assert (first.status, first.counts["added"], first.counts["failed"]) == ("done", 1, 0), first
    assert (again.status, again.counts["unchanged"]) == ("done", 1), again
    (known,) = datasets.of_source(services.store, source_id)
    entry = datasets.get(services.store, known.id)
    found = [versions.get(services.store, table.name) for table in entry.tables]
    (version,) = [v for v in found if {"nom", "places"} <= {c.name for c in v.columns}]
    assert (version.row_count, version.n) == (2, 1)
    page = create_app(services).test_client().get(f"/fr/datasets/{known.id}")
    assert page.status_code == 200
    assert f"Vélos par {protocol}" in page.text


def test_timetable_becomes_tables_that_are_linked_and_strays_are_told(services: Services) -> None:
    stops = published("bus", "stop_id;stop_name;stop_lat;stop_lon\n01;Gare;50.63;3.07\n")
    with gtfs_portal([stops]) as portal:
        portal.members = {
            "routes.txt": "route_id,route_type\n1,3\n",
            "trips.txt": "trip_id,route_id\n7,1\n",
            "stop_times.txt": "trip_id,stop_id,stop_sequence,departure_time\n"
            "7,01,1,24:10:00\n7,02,2,24:15:00\n",
        }
        source = portal.source(id="bus", title={"fr": "Bus"})
        first = run_source(services.store, source, fetch_settings=QUICK)
        count = len(portal.requests)
        run_source(services.store, source, fetch_settings=QUICK)
    assert first.counts["added"] == 1, first
    assert count == 1  # what was looked into is not asked for again
    (known,) = datasets.of_source(services.store, "bus")
    tables = {table.part: table for table in datasets.get(services.store, known.id).tables}
    assert set(tables) == {
        "stops.txt", "agency.txt", "feed_info.txt", "routes.txt", "trips.txt", "stop_times.txt",
    }  # fmt: skip
    version = versions.get(services.store, tables["stop_times.txt"].name)
    assert [column.type for column in version.columns] == [
        "VARCHAR",
        "VARCHAR",
        "BIGINT",
        "VARCHAR",
    ]
    (stray,) = [f for f in version.report["findings"] if f["code"] == "links-lead-nowhere"]
    assert (stray["column"], stray["params"]["count"], stray["params"]["example"]) == (
        "stop_id",
        1,
        "02",
    )
    pages = create_app(services).test_client()
    listed = pages.get(f"/en/datasets/{known.id}/columns?table={version.table}").text
    assert f"Refers to stop_id of {tables['stops.txt'].name}" in listed
    told = pages.get(f"/en/datasets/{known.id}/columns.json?table={version.table}").get_json()
    assert told["columns"][1]["refers_to"] == {
        "table": tables["stops.txt"].name,
        "column": "stop_id",
    }


def test_measurements_grow_from_run_to_run(services: Services) -> None:
    """The server forgets what lies back, as IRCELINE does beyond its window; the table does not."""
    with sensor_web_portal([published("air", "nom\nGare\n")]) as portal:
        source = portal.source(id="growing")
        portal.values = {"10744": {"2026-03-01T08:00:00Z": 18.5}}
        run_source(services.store, source, fetch_settings=QUICK)
        portal.values = {"10744": {"2026-03-01T09:00:00Z": 17.5}}
        second = run_source(services.store, source, fetch_settings=QUICK)
        third = run_source(services.store, source, fetch_settings=QUICK)
        elsewhere = msgspec.structs.replace(source, url=f"{source.url}?phenomenon=8")
        portal.values = {"10744": {"2026-03-01T10:00:00Z": 16.5}}
        run_source(services.store, elsewhere, fetch_settings=QUICK)
    assert (second.status, second.counts["changed"]) == ("done", 1), second
    assert (third.status, third.counts["unchanged"]) == ("done", 1), third
    (known,) = datasets.of_source(services.store, "growing")
    tables = {t.name: versions.get(services.store, t.name) for t in
              datasets.get(services.store, known.id).tables}  # fmt: skip
    version = tables["growing_measurements"]
    assert (version.n, version.row_count) == (3, 3)  # another filter forgets nothing
    assert next(column.type for column in version.columns).startswith("TIMESTAMP")
