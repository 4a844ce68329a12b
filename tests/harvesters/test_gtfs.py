"""Timetables in GTFS: linked tables, typed as the reference says, and zips that lie."""

import io
import zipfile
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Publisher
from harvesters import HARVESTERS, Parsed, gtfs_tables
from tests.harvesters.files_portal import files_portal
from tests.harvesters.gtfs_portal import gtfs_portal, zipped
from tests.harvesters.portals import published

HARVESTER = HARVESTERS["gtfs"]


def harvest(content: bytes, fetch: Fetch, **changes: Any) -> Parsed:
    with files_portal({"/gtfs.zip": content}, "gtfs") as portal:
        source = portal.source(url=f"{portal.url}/gtfs.zip", **changes)
        (raw,) = HARVESTER.records(source, fetch)
        return HARVESTER.parse(raw, source)


def test_tables_are_typed_and_linked_as_far_as_the_feed_has_them() -> None:
    names = ("stops.txt", "trips.txt", "stop_times.txt")
    columns = ["trip_id", "stop_id", "departure_time", "stop_sequence", "shape_dist_traveled"]
    schema = gtfs_tables.schema("stop_times.txt", columns, names)
    assert [field["type"] for field in schema["fields"]] == [
        "string", "string", "string", "integer", "number",
    ]  # fmt: skip
    assert [key["reference"]["resource"] for key in schema["foreignKeys"]] == [
        "trips.txt", "stops.txt",
    ]  # fmt: skip
    assert "foreignKeys" not in gtfs_tables.schema("trips.txt", ["route_id"], names)


def test_days_told_as_exceptions_and_as_weeks_are_no_key() -> None:
    names = ("calendar.txt", "calendar_dates.txt", "trips.txt")
    assert "foreignKeys" not in gtfs_tables.schema("trips.txt", ["service_id"], names)
    weeks = ("calendar.txt", "trips.txt")
    assert "foreignKeys" in gtfs_tables.schema("trips.txt", ["service_id"], weeks)


def test_feed_without_feed_info_has_the_name_of_its_one_agency(fetch: Fetch) -> None:
    """Seen on Lille's feed in 2026: neither shapes nor feed_info."""
    content = zipped({"stops.txt": "stop_id\n1\n", "agency.txt": "agency_name\nIlévia\n"})
    dataset = harvest(content, fetch, languages=["fr"]).dataset
    assert dataset is not None
    assert dataset.title["fr"] == "Ilévia – Horaires théoriques (GTFS)"
    assert dataset.publisher == Publisher(id="ilevia", title={"und": "Ilévia"})


def test_members_in_a_folder_are_found(fetch: Fetch) -> None:
    dataset = harvest(zipped({"feed/stops.txt": "stop_id\n1\n", "feed/x.md5": "0"}), fetch).dataset
    assert dataset is not None
    assert list(dataset.distributions[0].member_schemas) == ["stops.txt"]


def test_of_a_bomb_only_the_head_is_read(fetch: Fetch) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stops.txt", "stop_id\n1\n")
        with archive.open("shapes.txt", "w") as member:
            member.write(b"shape_id\n")
            for _ in range(300):
                member.write(b"0" * (1 << 20))
    dataset = harvest(content.getvalue(), fetch).dataset
    assert dataset is not None
    assert dataset.distributions[0].member_schemas["shapes.txt"]["fields"][0]["name"] == "shape_id"


@pytest.mark.parametrize(
    "content",
    [b"nom;places\n", b"PK\x03\x04", zipped({"read.me": "x"}), zipped({}), b"PK" + b"\0" * 99],
)
def test_what_is_no_timetable_fails_the_run(content: bytes, fetch: Fetch) -> None:
    with pytest.raises(FetchError) as caught:
        harvest(content, fetch)
    assert caught.value.code == "unexpected-answer"


def test_archive_is_asked_for_once_a_run(fetch: Fetch) -> None:
    with gtfs_portal([published("a", "stop_id;stop_name\n1;Gare\n")]) as portal:
        source = portal.source()
        list(HARVESTER.records(source, fetch))
        list(HARVESTER.records(source, fetch))
        assert len(portal.requests) == 1
