"""GBFS as real systems give it: both generations, and what they put in the place of values."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Publisher
from harvesters import HARVESTERS, Parsed
from harvesters.files import download
from tests.harvesters.files_portal import files_portal
from tests.harvesters.gbfs_portal import gbfs_2_portal, gbfs_3_portal
from tests.harvesters.portals import published

REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared/real"))
HARVESTER = HARVESTERS["gbfs"]


def harvest(portal: Any, fetch: Fetch, **changes: Any) -> Parsed:
    source = portal.source(**changes)
    (raw,) = HARVESTER.records(source, fetch)
    return HARVESTER.parse(raw, source)


def tables(portal: Any, fetch: Fetch, folder: Path) -> dict[str, str]:
    dataset = harvest(portal, fetch).dataset
    assert dataset is not None
    found = {}
    for distribution in dataset.distributions:
        came = download(portal.source(), distribution, fetch, folder)
        assert came.path is not None
        found[distribution.remote_id] = came.path.read_text("utf-8")
    return found


def test_stations_and_their_state_are_two_tables(fetch: Fetch, tmp_path: Path) -> None:
    with gbfs_2_portal([published("v", "station_id;name;lat;lon\n07;Gare;50.63;3.07\n")]) as portal:
        portal.status = [
            {"station_id": "07", "num_bikes_available": 4, "is_renting": True,
             "last_reported": 1791299410},
        ]  # fmt: skip
        assert tables(portal, fetch, tmp_path) == {
            "stations": "station_id,name,lat,lon\n07,Gare,50.63,3.07\n",
            "station_status": "station_id,num_bikes_available,is_renting,last_reported\n"
            "07,4,true,2026-10-06T15:10:10Z\n",
        }


def test_text_in_two_languages_is_two_columns(fetch: Fetch, tmp_path: Path) -> None:
    names = [{"text": "Gare", "language": "fr-BE"}, {"text": "Station", "language": "nl"}]
    types = [{"vehicle_type_id": "b", "form_factor": "bicycle", "name": names}]
    with gbfs_3_portal([published("v")]) as portal:
        portal.vehicle_types = types
        found = tables(portal, fetch, tmp_path)["vehicle_types"]
    assert found == "vehicle_type_id,name_fr,name_nl,form_factor\nb,Gare,Station,bicycle\n"


def test_vehicle_cannot_be_followed_by_its_id(fetch: Fetch, tmp_path: Path) -> None:
    bikes = [{"bike_id": "secret", "lat": 50.1, "lon": 3.2, "is_disabled": False}]
    for maker in (gbfs_2_portal, gbfs_3_portal):
        with maker([published("v")]) as portal:
            portal.vehicles = bikes
            found = tables(portal, fetch, tmp_path)["vehicles"]
        assert found == "lat,lon,is_disabled\n50.1,3.2,false\n"


def test_stations_in_another_order_make_the_same_file(fetch: Fetch, tmp_path: Path) -> None:
    with gbfs_2_portal([published("v", "station_id;name\n1;A\n2;B\n")]) as portal:
        first = tables(portal, fetch, tmp_path)
        portal.datasets[0].csv = b"station_id;name\n2;B\n1;A\n"
        assert tables(portal, fetch, tmp_path) == first


def test_key_that_came_new_between_two_requests_waits_for_the_next_run(
    fetch: Fetch, tmp_path: Path
) -> None:
    with gbfs_2_portal([published("v", "station_id;name\n1;A\n")]) as portal:
        dataset = harvest(portal, fetch).dataset
        assert dataset is not None
        portal.datasets[0].csv = b"station_id;name;new\n1;A;x\n"
        came = download(portal.source(), dataset.distributions[0], fetch, tmp_path)
    assert came.path is not None
    assert came.path.read_text() == "station_id,name\n1,A\n"


def test_kind_of_vehicle_is_a_keyword_and_the_source_knows_best_who_publishes(
    fetch: Fetch,
) -> None:
    known = Publisher(id="ilevia", title={"fr": "Ilévia"})
    with gbfs_2_portal([published("v")]) as portal:
        portal.vehicle_types = [{"vehicle_type_id": "c", "form_factor": "car"}]
        dataset = harvest(portal, fetch, publisher=known).dataset
    assert dataset is not None
    assert dataset.keywords["nl"] == ["deelauto’s"]
    assert dataset.publisher == known


@pytest.mark.parametrize("data", [{}, {"fr": 7}, {"fr": {"feeds": []}}, {"feeds": [{"name": "x"}]}])
def test_list_without_feeds_fails_the_run(fetch: Fetch, data: Any) -> None:
    answer = json.dumps({"data": data, "version": "2.3"})
    with files_portal({"/gbfs.json": answer}, "gbfs") as portal, pytest.raises(FetchError) as error:
        list(HARVESTER.records(portal.source(url=f"{portal.url}/gbfs.json"), fetch))
    assert error.value.code == "unexpected-answer"


@pytest.mark.parametrize("folder", ["vlille_gbfs_2026", "gbfs_v3_fixtures"])
def test_real_system_is_read_without_an_unexplained_key(
    fetch: Fetch, tmp_path: Path, folder: str
) -> None:
    if not (REAL / folder).is_dir():
        pytest.skip(f"the real replies of {folder} are not here")
    files: dict[str, Any] = {}
    for file in sorted((REAL / folder).glob("*.json")):
        body = json.loads(file.read_text("utf-8"))
        if file.stem == "gbfs":
            feeds = [{"name": f.stem, "url": f"{{base}}/{f.name}"}
                     for f in sorted((REAL / folder).glob("*.json"))]  # fmt: skip
            if folder == "vlille_gbfs_2026":
                feeds.append({"name": "system_information", "url": "{base}/system.json"})
            body["data"] = {"feeds": feeds} if "feeds" in body["data"] else {"en": {"feeds": feeds}}
        files[f"/{file.name}"] = json.dumps(body)
    # The stored copy of V'Lille's feeds lacks this one.
    files["/system.json"] = json.dumps({"data": {"system_id": "v", "name": "V'Lille"}})
    with files_portal(files, "gbfs") as portal:
        source = portal.source(url=f"{portal.url}/gbfs.json", licence="etalab-2.0")
        (raw,) = HARVESTER.records(source, fetch)
        parsed = HARVESTER.parse(raw, source)
        assert parsed.dataset is not None
        assert [issue for issue in parsed.issues if issue.code != "unknown-licence"] == []
        for distribution in parsed.dataset.distributions:
            assert download(source, distribution, fetch, tmp_path).size_bytes > 50
