"""SensorThings: pages that are counted, observations that grow, whatever a result is."""

import csv
from pathlib import Path
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, Parsed
from harvesters.files import download
from tests.harvesters.portals import Answer, published
from tests.harvesters.sensorthings_portal import sensorthings_portal

HOURS = [f"2026-03-01T{hour:02}:00:00Z" for hour in range(24)]


def harvest(portal: Any, fetch: Fetch) -> Parsed:
    source = portal.source()
    harvester = HARVESTERS[source.protocol]
    (parsed,) = [harvester.parse(raw, source) for raw in harvester.records(source, fetch)]
    return parsed


def table(portal: Any, fetch: Fetch, folder: Path, name: str, held: Path | None = None) -> Path:
    dataset = harvest(portal, fetch).dataset
    assert dataset is not None
    wanted = next(d for d in dataset.distributions if d.remote_id == name)
    came = download(portal.source(), wanted, fetch, folder, held=held)
    assert came.path is not None
    return came.path


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_pages_with_relative_links_are_followed_to_the_count(fetch: Fetch, tmp_path: Path) -> None:
    many = "nom\n" + "".join(f"N{n}\n" for n in range(250))
    with sensorthings_portal([published("a", many)]) as portal:
        assert len(rows(table(portal, fetch, tmp_path, "things"))) == 250
        assert len(rows(table(portal, fetch, tmp_path, "datastreams"))) == 250


def test_observations_grow_over_pages_and_only_what_is_new_is_asked_for(
    fetch: Fetch, tmp_path: Path
) -> None:
    with sensorthings_portal([published("a", "nom\nGare\nPort\n")]) as portal:
        portal.most_rows = 5
        portal.values = {0: dict.fromkeys(HOURS[:12], 1.5), 1: {HOURS[0]: 2}}
        held = table(portal, fetch, tmp_path, "observations")
        assert len(rows(held)) == 13
        portal.values = {0: {HOURS[11]: 9, HOURS[12]: 10}, 1: {HOURS[0]: 2}}
        portal.requests.clear()
        found = rows(table(portal, fetch, tmp_path, "observations", held))
    assert [row["value"] for row in found if row["series_id"] == "0"] == [
        *["1.5"] * 11, "9", "10",
    ]  # fmt: skip
    assert {p for p in portal.paths() if p.endswith("Observations")} == {
        "/FROST-Server/v1.1/Datastreams(0)/Observations"
    }


def test_result_that_is_no_number_is_kept_as_text(fetch: Fetch, tmp_path: Path) -> None:
    with sensorthings_portal([published("a", "nom\nGare\n")]) as portal:
        portal.kind = "OM_Observation"
        portal.values = {0: {HOURS[0]: "ouvert", HOURS[1]: {"state": 2}, HOURS[2]: None}}
        dataset = harvest(portal, fetch).dataset
        found = rows(table(portal, fetch, tmp_path, "observations"))
    assert dataset is not None
    schema = dataset.distributions[-1].table_schema
    assert schema is not None
    assert [f["type"] for f in schema["fields"] if f["name"] == "value"] == ["string"]
    assert [row["value"] for row in found] == ["ouvert", '{"state":2}', ""]


def test_datastream_that_tells_no_time_is_asked_up_to_now(fetch: Fetch, tmp_path: Path) -> None:
    with sensorthings_portal([published("a", "nom\nGare\n")]) as portal:
        portal.tells_time = False
        portal.values = {0: {}}
        assert rows(table(portal, fetch, tmp_path, "observations")) == []
        assert portal.paths()[-1].endswith("Observations")


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [(b'"@iot.count": 2', b'"@iot.count": 3', "records-missing"),
     (b'"value": [', b'"@iot.nextLink": "http://10.0.0.1/x", "value": [', "unexpected-answer"),
     (b'"value": [', b'"@iot.nextLink": "?a=1", "value": [', "repeated-page")],
)  # fmt: skip
def test_set_that_lies_or_leads_astray_fails_the_run(
    fetch: Fetch, before: bytes, after: bytes, code: str
) -> None:
    with sensorthings_portal([published("a", "nom\nGare\nPort\n")]) as portal:
        kept: list[Answer] = []

        def lie(request: Any, answer: Answer) -> Answer:
            if not request.path.endswith("Things"):
                return answer
            kept.append(Answer(answer.body.replace(before, after)))
            return kept[0]

        portal.mischief = lie
        with pytest.raises(FetchError) as caught:
            harvest(portal, fetch)
    assert caught.value.code == code
