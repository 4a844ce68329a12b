"""Series played: at any moment, at any pace, with faults, and twice the same."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sandbox.replay import (
    SIMULATED,
    About,
    Answer,
    Play,
    ReplayError,
    Series,
    answer,
    open_series,
    read_play,
    simulate,
)
from sandbox.replay.series import Writer

ROOT = "http://here/replay/day"
START_S = 1_000_000.0


@pytest.fixture(scope="module", params=sorted(SIMULATED))
def day(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Series:
    folder: Path = tmp_path_factory.mktemp("replay") / str(request.param)
    simulate(folder, SIMULATED[request.param], every_s=900)
    return open_series(folder)


@pytest.fixture
def counted(tmp_path: Path) -> Series:
    """A series of ten minutes whose one file says the minute."""
    writer = Writer(tmp_path / "counted")
    for minute in range(10):
        body = None if minute == 5 else str(minute).encode()
        writer.add(60 * minute, "minute.json", body, "timeout" if body is None else None)
    about = About(id="counted", source_url="x", started_s=START_S, duration_s=600)
    writer.close(about)
    return open_series(tmp_path / "counted")


def play(**options: str) -> Play:
    return read_play(options.items())


def at(series: Series, now_s: float = START_S, file: str = "minute.json", **o: str) -> Answer:
    return answer(series, play(**o), file, now_s, ROOT)


@pytest.mark.parametrize(
    ("options", "passed_s", "minute"),
    [
        ({"at": "0"}, 9999, b"0"),
        ({"at": "179.9"}, 0, b"2"),
        ({"at": "00:03"}, 0, b"3"),
        ({"at": "660"}, 0, b"1"),
        ({"at": "660", "loop": "0"}, 0, b"9"),
        ({}, 0, b"0"),
        ({}, 185, b"3"),
        ({}, 785, b"3"),
        ({"loop": "0"}, 785, b"9"),
        ({"loop": "0"}, -60, b"0"),
        ({"speed": "60"}, 7, b"7"),
        ({"from": "240"}, 0, b"4"),
        ({"start": "1000100", "from": "120"}, 160, b"3"),
        ({"start": "1970-01-12T13:46:40Z"}, 61, b"1"),
        ({"start": "1970-01-12T14:46:40+01:00"}, 61, b"1"),
    ],
)
def test_a_moment_is_found_by_option_or_clock(
    counted: Series, options: dict[str, str], passed_s: float, minute: bytes
) -> None:
    assert at(counted, START_S + passed_s, **options).body == minute


def test_a_failure_of_the_feed_is_played_too(counted: Series) -> None:
    failed = at(counted, at="310")
    assert (failed.status, failed.fault) == (503, "recorded")
    assert at(counted, at="360").body == b"6"


def test_a_stale_answer_is_older_and_a_truncated_one_breaks_off(day: Series) -> None:
    fresh = at(day, file="station_status.json", at="12:00")
    stale = at(day, file="station_status.json", at="12:00", stale="1")
    before = at(day, file="station_status.json", at="11:45")
    assert (stale.status, stale.fault, stale.body) == (200, "stale", before.body)
    cut = at(day, file="station_status.json", at="12:00", truncated="1")
    assert 0 < len(cut.body) < len(fresh.body)
    assert fresh.body.startswith(cut.body)
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut.body)


def test_two_replays_are_identical_and_another_seed_or_try_is_another(counted: Series) -> None:
    faults = {"errors": "0.3", "limited": "0.2", "stale": "0.2", "delay": "100"}

    def played(**more: str) -> list[Answer]:
        return [at(counted, at=str(second), **faults, **more) for second in range(240)]

    first = played(seed="1")
    assert first == played(seed="1")
    assert first != played(seed="2")
    assert first != played(seed="1", **{"try": "2"})
    shares = Counter(each.status for each in first)
    assert 30 < shares[429] < 70
    assert 35 < shares[500] + shares[502] + shares[503] < 85
    assert {each.retry_after_s for each in first if each.status == 429} == {30}
    assert all(0 <= each.delay_s <= 0.1 for each in first)
    assert len({each.delay_s for each in first}) > 100


def test_faults_of_a_loop_differ_from_round_to_round(counted: Series) -> None:
    rounds = [
        [at(counted, at=str(turn * 600 + s), errors="0.5").status for s in range(0, 240, 4)]
        for turn in range(2)
    ]
    assert rounds[0] != rounds[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", "-1"),
        ("at", "25:00"),
        ("at", "nan"),
        ("at", "1e99"),
        ("start", "yesterday"),
        ("start", "9999-12-31T23:59:59.999999Z9"),
        ("speed", "0"),
        ("speed", "inf"),
        ("loop", "yes"),
        ("errors", "1.5"),
        ("delay", "60000"),
        ("times", "soon"),
        ("seed", "x" * 100),
        ("colour", "red"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(name: str, value: str) -> None:
    with pytest.raises(ReplayError) as raised:
        play(**{name: value})
    assert raised.value.code in ("replay-option-unfit", "replay-option-unknown")


def test_the_list_of_feeds_leads_into_the_replay(day: Series) -> None:
    found = json.loads(at(day, file="gbfs.json").body)
    feeds = found["data"]["feeds"] if found["version"] == "3.0" else found["data"]["fr"]["feeds"]
    addresses = {feed["name"]: feed["url"] for feed in feeds}
    assert set(addresses) == {
        "station_information",
        "station_status",
        "system_information",
        "vehicle_types",
    }
    assert all(url == f"{ROOT}/{name}.json" for name, url in addresses.items())


def test_moments_in_a_body_are_moved_where_asked(day: Series) -> None:
    def moments(**options: str) -> set[Any]:
        body = json.loads(at(day, now_s=1.8e9, file="station_status.json", **options).body)
        return {body["last_updated"], *(s["last_reported"] for s in body["data"]["stations"])}

    is_third = day.about.gbfs == "3.0"
    recorded = moments(at="08:00")
    noon = 1772362800  # 2026-03-01T12:00:00+01:00
    moved = moments(at="08:00", times="2026-03-01T12:00:00+01:00")
    now = moments(start="1799996400", times="now")
    assert recorded == {"2026-01-15T07:00:00+00:00" if is_third else 1768460400}
    assert moved == {"2026-03-01T11:00:00+00:00" if is_third else noon}
    assert now == {"2027-01-15T08:00:00+00:00" if is_third else 1_800_000_000}


def test_the_simulated_day_is_said_to_be_simulated(day: Series) -> None:
    assert day.about.is_simulated
    system = json.loads(at(day, file="system_information.json").body)["data"]
    assert "simul" in json.dumps(system["name"])
    assert "simulated" in system["system_id"]
    assert "simulated" in json.dumps(system["attribution_organization_name"])


def test_the_simulated_day_holds_together(day: Series) -> None:
    information = json.loads(at(day, file="station_information.json").body)["data"]["stations"]
    docks = {station["station_id"]: station["capacity"] for station in information}
    assert len(docks) == 266
    counted = "num_vehicles_available" if day.about.gbfs == "3.0" else "num_bikes_available"
    totals = []
    for hour in range(24):
        body = at(day, file="station_status.json", at=str(hour * 3600)).body
        stations = json.loads(body)["data"]["stations"]
        for station in stations:
            free = station["num_docks_available"]
            assert station[counted] >= 0
            assert free >= 0
            assert station[counted] + free == docks[station["station_id"]]
        totals.append(sum(station[counted] for station in stations))
    assert max(totals) - min(totals) > 100  # some ride
    assert max(totals) <= totals[0]


def test_the_same_seed_makes_the_same_day(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        simulate(tmp_path / name, "3.0", seed, 3600)
    lines = [(tmp_path / name / "timeline.ndjson").read_bytes() for name in "abc"]
    assert lines[0] == lines[1] != lines[2]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("series.json", "{"),
        ("series.json", '{"id": "x"}'),
        ("timeline.ndjson", ""),
        ("timeline.ndjson", '{"at_s": 0, "file": "a", "sha256": "../../../etc/passwd"}'),
        ("timeline.ndjson", "\x00"),
    ],
)
def test_a_series_that_is_broken_is_told(
    counted: Series, tmp_path: Path, file: str, content: str
) -> None:
    folder = tmp_path / "counted"
    (folder / file).write_text(content)
    (folder / "series.json").touch()
    with pytest.raises(ReplayError, match="replay-broken"):
        open_series(folder)
    with pytest.raises(ReplayError, match="replay-unknown"):
        open_series(tmp_path / "none")
