"""The Sensor Web API: stations as they are, measurements that grow and are corrected."""

import csv
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
from tests.harvesters.portals import Answer, published
from tests.harvesters.sensor_web_portal import sensor_web_portal

REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared/real"))
HOURS = [f"2026-03-01T{hour:02}:00:00Z" for hour in range(24)]


def harvest(portal: Any, fetch: Fetch, **changes: Any) -> Parsed:
    source = portal.source(**changes)
    harvester = HARVESTERS[source.protocol]
    (parsed,) = [harvester.parse(raw, source) for raw in harvester.records(source, fetch)]
    return parsed


def grow(portal: Any, fetch: Fetch, folder: Path, held: Path | None) -> Path:
    """Run once, and return the file of the measurements."""
    dataset = harvest(portal, fetch).dataset
    assert dataset is not None
    measured = next(d for d in dataset.distributions if d.remote_id == "measurements")
    came = download(portal.source(), measured, fetch, folder, held=held)
    assert came.path is not None
    return came.path


def cells(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return [(row["moment"][11:13], row["value"]) for row in csv.DictReader(opened)]


def test_measurements_grow_and_a_corrected_value_replaces_the_first(
    fetch: Fetch, tmp_path: Path
) -> None:
    with sensor_web_portal([published("air", "nom\nGare\n")]) as portal:
        portal.values = {"10744": {HOURS[0]: 18.5, HOURS[1]: 18.0}}
        first = grow(portal, fetch, tmp_path, None)
        portal.values = {"10744": {HOURS[1]: 17.5, HOURS[2]: "NaN", HOURS[3]: 20}}
        second = grow(portal, fetch, tmp_path, first)
    assert cells(first) == [("00", "18.5"), ("01", "18")]
    assert cells(second) == [("00", "18.5"), ("01", "17.5"), ("02", ""), ("03", "20")]


def test_only_series_with_something_new_are_asked_for(fetch: Fetch, tmp_path: Path) -> None:
    with sensor_web_portal([published("air", "nom\nGare\nPort\n")]) as portal:
        portal.values = {"10744": {HOURS[0]: 1}, "10745": {HOURS[0]: 2}}
        held = grow(portal, fetch, tmp_path, None)
        portal.values["10745"][HOURS[1]] = 3
        portal.requests.clear()
        grown = grow(portal, fetch, tmp_path, held)
        asked = [path for path in portal.paths() if path.endswith("getData")]
    assert asked == ["/sos/api/v1/timeseries/10745/getData"]
    assert cells(grown) == [("00", "1"), ("00", "2"), ("01", "3")]


def test_long_silence_is_asked_for_in_pieces_and_loses_nothing(
    fetch: Fetch, tmp_path: Path
) -> None:
    """The portal refuses more than a year at once."""
    with sensor_web_portal([published("air", "nom\nGare\n")]) as portal:
        portal.values = {"10744": {"2024-01-01T00:00:00Z": 1}}
        held = grow(portal, fetch, tmp_path, None)
        portal.values["10744"] |= {"2025-02-01T00:00:00Z": 2, HOURS[5]: 3}
        assert [value for _, value in cells(grow(portal, fetch, tmp_path, held))] == ["1", "2", "3"]


@pytest.mark.parametrize("is_keyed", [True, False])
def test_values_are_read_with_and_without_their_id(
    fetch: Fetch, tmp_path: Path, is_keyed: bool
) -> None:
    with sensor_web_portal([published("air", "nom\nGare\n")]) as portal:
        portal.is_keyed = is_keyed
        assert cells(grow(portal, fetch, tmp_path, None)) == [("08", "18.5")]


def test_service_that_tells_no_last_value_is_asked_up_to_now(fetch: Fetch, tmp_path: Path) -> None:
    with sensor_web_portal([published("air", "nom\nGare\n")]) as portal:
        portal.tells_last, portal.values = False, {"10744": {}}
        assert cells(grow(portal, fetch, tmp_path, None)) == []
        assert portal.paths()[-1].endswith("getData")


def test_answer_without_values_leaves_the_held_file_as_it_is(fetch: Fetch, tmp_path: Path) -> None:
    with sensor_web_portal([published("air", "nom\nGare\n")]) as portal:
        held = grow(portal, fetch, tmp_path, None)
        before = held.read_bytes()
        portal.values = {"10744": {HOURS[9]: 4}}
        portal.mischief = lambda request, answer: (
            Answer(b'{"reason": "Internal"}') if "getData" in request.path else answer
        )
        with pytest.raises(FetchError) as caught:
            grow(portal, fetch, tmp_path, held)
    assert caught.value.code == "unexpected-answer"
    assert held.read_bytes() == before
    assert list(tmp_path.iterdir()) == [held]


def test_source_says_which_stations_it_wants(fetch: Fetch) -> None:
    near = '{"center":{"type":"Point","coordinates":[3.2,50.7]},"radius":40}'
    with sensor_web_portal([published("air")]) as portal:
        harvest(portal, fetch, url=f"{portal.source().url}?near={near}&phenomenon=8")
        assert portal.requests[-1].get("near") == near
        assert portal.requests[-1].get("phenomenon") == "8"


def test_real_stations_and_values_are_read(fetch: Fetch, tmp_path: Path) -> None:
    """Recorded from IRCELINE in April 2019; its list of series was not."""
    folder = REAL / "irceline_sos_api"
    if not folder.is_dir():
        pytest.skip("the real replies of IRCELINE are not here")
    stations = json.loads((folder / "upstream-stations.json").read_text("utf-8"))
    values = json.loads((folder / "upstream-timeseries.json").read_text("utf-8"))
    listed = [
        {"id": key, "uom": "µg/m³", "lastValue": {"timestamp": v["values"][-1]["timestamp"]}}
        for key, v in values.items()
    ]
    files: dict[str, Any] = {
        "/services": json.dumps([{"id": "1", "label": "IRCEL - CELINE: timeseries-api"}]),
        "/stations": json.dumps(stations),
        "/timeseries": json.dumps(listed),
        **{f"/timeseries/{key}/getData": json.dumps({key: v}) for key, v in values.items()},
    }
    with files_portal(files, "sensor-web") as portal:
        parsed = harvest(portal, fetch)
        dataset = parsed.dataset
        assert dataset is not None
        assert parsed.issues == []
        came = download(portal.source(), dataset.distributions[0], fetch, tmp_path)
        measured = grow(portal, fetch, tmp_path, None)
    assert came.path is not None
    with came.path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["station_code"]: row["name"] for row in rows} == {
        "42R803": "Antwerpen (Park Spoor Noord)", "47E013": "Vorst",
    }  # fmt: skip
    assert len(cells(measured)) == sum(len(v["values"]) for v in values.values())


def test_columns_have_words_for_readers_of_each_language(fetch: Fetch) -> None:
    with sensor_web_portal([published("air")]) as portal:
        dataset = harvest(portal, fetch).dataset
    assert dataset is not None
    for distribution in dataset.distributions:
        told = {field["name"]: field["title"] for field in distribution.fields}
        schema = distribution.table_schema or {}
        own = {"code", "nom"}  # of the server
        assert set(told) == {field["name"] for field in schema["fields"]} - own
        assert all(set(title) == {"fr", "nl", "en"} for title in told.values())
