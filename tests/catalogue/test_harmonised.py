"""Harmonised tables: what a declaration says of sources becomes one table, and nothing is lost in
silence.
"""

import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue.errors import SettingsError
from catalogue.harmonised.declaration import Declaration, From, Rule, load, load_all
from catalogue.harmonised.making import Made, make
from catalogue.harmonised.records import Contribution, Input, LeftOut, Making, making_of
from catalogue.resources import folder

(STATIONS,) = load_all()
LILLE, KORTRIJK = (3.07, 50.63), (3.265, 50.827)


def given(rows: dict[str, Any], *, table: str = "a_stations", **changes: Any) -> Input:
    values = {"rule": 0, "version": 1, "facts": {"dataset.title": "A"}, **changes}
    return Input(table=table, rows=pa.table(rows), **values)


def stations(*points: tuple[float | None, float | None], **columns: list[Any]) -> dict[str, Any]:
    numbers = [str(number) for number in range(1, len(points) + 1)]
    rows = {
        "station_id": numbers, "name": [f"Station {number}" for number in numbers],
        "lon": pa.array([point[0] for point in points], pa.float64()),
        "lat": pa.array([point[1] for point in points], pa.float64()),
    }  # fmt: skip
    return {**rows, **columns}


def made(*inputs: Input, declared: Declaration = STATIONS, boundaries: Any = None) -> Made:
    return make(declared, inputs, boundaries or {})


def with_origin(name: str, origin: From) -> Declaration:
    rule = STATIONS.sources[0]
    changed = msgspec.structs.replace(rule, columns={**rule.columns, name: origin})
    return msgspec.structs.replace(STATIONS, sources=[changed])


def test_each_row_says_of_which_source_version_and_row_it_is() -> None:
    found = made(
        given(stations(LILLE, KORTRIJK), version=3),
        given(stations((3.4, 50.9), station_id=["b"]), table="b_stations"),
    ).table.to_pylist()
    assert [(r["_source"], r["_version"], r["_row"]) for r in found] == [
        ("a_stations", 3, 1), ("a_stations", 3, 2), ("b_stations", 1, 1),
    ]  # fmt: skip
    assert [field["name"] for field in STATIONS.fields()] == list(found[0])


def test_rows_that_do_not_fit_are_left_out_and_counted_by_reason() -> None:
    points = [LILLE, (None, 50.6), (0.0, 0.0), LILLE, LILLE, (50.63, 3.07)]
    rows = stations(*points, station_id=["1", "2", "3", None, "1", "6"])
    result = made(given(rows))
    (told,) = result.contributions
    assert (told.read, told.taken) == (6, 1)
    assert told.left_out == [
        LeftOut(column="station_id", why="required", rows=1),
        LeftOut(column="longitude", why="minimum", rows=1),
        LeftOut(column="longitude", why="maximum", rows=1),
        LeftOut(column="longitude", why="required", rows=1),
        LeftOut(column="station_id", why="unique", rows=1),
    ]
    assert sum(one.rows for one in told.left_out) == told.read - told.taken


def test_the_number_of_a_row_is_that_of_the_source_though_others_are_left_out() -> None:
    result = made(given(stations((None, None), LILLE)))
    assert result.table["_row"].to_pylist() == [2]


def test_an_optional_value_that_does_not_fit_is_emptied_and_counted() -> None:
    rows = stations(LILLE, LILLE, LILLE, LILLE, capacity=["12", "many", "-4", "7,0"])
    result = made(given(rows))
    assert result.table["capacity"].to_pylist() == [12, None, None, 7]
    (told,) = result.contributions
    assert told.emptied == [
        LeftOut(column="capacity", why="type", rows=1),
        LeftOut(column="capacity", why="minimum", rows=1),
    ]
    assert told.empty["capacity"] == 2


def test_a_column_that_the_source_lacks_is_told() -> None:
    (told,) = made(given(stations(LILLE))).contributions
    assert "capacity" in told.absent
    assert "name" not in told.absent


def test_a_source_without_a_required_column_gives_no_row() -> None:
    rows = stations(LILLE)
    del rows["lat"]
    (told,) = made(given(rows)).contributions
    assert told.taken == 0
    assert told.left_out == [LeftOut(column="latitude", why="required", rows=1)]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (From(column="n"), [4, None]),
        (From(column="n", factor=10), [40, None]),
        (From(sum=["n", "m"]), [7, 3]),
        (From(first=["n", "m"]), [4, 3]),
        (From(constant=9), [9, 9]),
        (From(column="pair", separator="/", part=1), [20, None]),
        (From(column="word", values={"few": "3", "none": "0"}), [3, None]),
    ],
)
def test_values_are_converted_as_declared(origin: From, expected: list[int | None]) -> None:
    rows = stations(LILLE, LILLE, n=["4", ""], m=[3, 3], pair=["10/20", "10"], word=["few", "some"])
    result = made(given(rows), declared=with_origin("capacity", origin))
    assert result.table["capacity"].to_pylist() == expected


def test_names_and_former_codes_of_municipalities_become_codes() -> None:
    rows = stations(*[LILLE] * 5, town=["LILLE", "Courtrai", "34022", "Nowhere", "Doornik"])
    origin = From(column="town", is_place=True)
    result = made(given(rows), declared=with_origin("municipality_code", origin))
    codes = result.table["municipality_code"].to_pylist()
    assert codes == ["59350", "34022", "34022", None, "57081"]
    assert result.table["side"].to_pylist() == ["FR", "VLG", "VLG", None, "WAL"]


def test_a_point_in_a_boundary_comes_before_what_the_source_says() -> None:
    shapes = {"59350": shapely.box(3.0, 50.6, 3.1, 50.7)}
    rows = stations(LILLE, KORTRIJK, (3.2, 50.7), code=["59009", "34022", None])
    declared = with_origin("municipality_code", From(column="code"))
    result = made(given(rows, side="FR"), declared=declared, boundaries=shapes)
    assert result.table["municipality_code"].to_pylist() == ["59350", "34022", None]
    assert result.table["municipality_code_from"].to_pylist() == ["boundary", "source", None]
    assert result.table["side"].to_pylist() == ["FR", "VLG", "FR"]
    (told,) = result.contributions
    assert (told.elsewhere, told.found_by) == (1, {"boundary": 1, "source": 1, "": 1})


def test_a_boundary_that_crosses_itself_holds_what_lies_within() -> None:
    bow_tie = shapely.Polygon([(3.0, 50.6), (3.2, 50.7), (3.2, 50.6), (3.0, 50.7)])
    result = made(given(stations((3.02, 50.65), (3.1, 50.69))), boundaries={"59350": bow_tie})
    assert result.table["municipality_code"].to_pylist() == ["59350", None]


def test_a_point_on_a_common_border_is_in_one_municipality() -> None:
    shapes = {
        "59350": shapely.box(3.0, 50.6, 3.07, 50.7),
        "59009": shapely.box(3.07, 50.6, 3.2, 51),
    }
    result = made(given(stations(LILLE)), boundaries=shapes)
    assert result.table["municipality_code"].to_pylist() == ["59350"]


def test_what_two_sources_give_is_there_once_and_names_the_other() -> None:
    near, far = (3.0702, 50.6301), (3.0705, 50.6305)  # 18 m and 66 m from LILLE
    facts = {"dataset.title": "V'Lille"}
    first = given(stations(LILLE, KORTRIJK, name=["Gare", "Markt"]), facts=facts)
    second = given(
        stations(near, far, station_id=["x", "y"]), table="b_stations", version=4,
        facts={"dataset.title": "VLILLE"},
    )  # fmt: skip
    result = made(first, second)
    assert [(r["_source"], r["_row"], r["_also_in"]) for r in result.table.to_pylist()] == [
        ("a_stations", 1, "b_stations@4#1"), ("a_stations", 2, None), ("b_stations", 2, None),
    ]  # fmt: skip
    assert [(one.taken, one.repeats) for one in result.contributions] == [(2, 0), (1, 1)]
    assert (result.merged, result.near) == (1, 0)


def test_what_is_near_and_of_another_system_stays_and_is_told() -> None:
    other = given(stations((3.0702, 50.6301)), table="b", facts={"dataset.title": "B"})
    result = made(given(stations(LILLE)), other)
    assert result.table["_near"].to_pylist() == [None, "a_stations@1#1"]
    assert result.table["_also_in"].to_pylist() == [None, None]
    assert (result.merged, result.near) == (0, 1)


def test_a_neighbour_of_another_system_hides_no_repeat() -> None:
    beside = given(stations((3.0701, 50.63)), table="other", facts={"dataset.title": "Other"})
    first = given(stations(LILLE, station_id=["7"]), table="b", facts={"dataset.title": "B"})
    again = given(stations((3.07005, 50.63)), table="c", facts={"dataset.title": "B"})
    result = made(beside, first, again)
    assert result.table["_source"].to_pylist() == ["other", "b"]
    assert result.table["_also_in"].to_pylist() == [None, "c@1#1"]
    assert result.table["_near"].to_pylist() == [None, "other@1#1"]


def test_where_two_sources_disagree_is_told() -> None:
    first = given(stations(LILLE, KORTRIJK, name=["Gare", "Markt"], capacity=[10, 20]))
    second = given(
        stations((3.0702, 50.6301), KORTRIJK, name=["GARE", "Grote Markt"], capacity=[12, None]),
        table="b_stations",
    )
    result = made(first, second)
    assert (result.merged, result.differing) == (2, {"name": 1, "capacity": 1})
    name, capacity = result.differences
    assert (name.left.value, name.right.value) == ("Markt", "Grote Markt")
    assert (capacity.left.value, capacity.right.value, capacity.label) == ("10", "12", "Gare")
    assert 15 < capacity.metres < 20
    assert (capacity.right.table, capacity.right.row) == ("b_stations", 1)


def test_the_same_id_of_one_system_is_the_same_station_wherever_it_lies() -> None:
    second = given(stations((3.1, 50.7)), table="b_stations")
    other = given(stations((3.2, 50.8)), table="c_stations", facts={"dataset.title": "Another"})
    result = made(given(stations(LILLE)), second, other)
    assert result.table["_source"].to_pylist() == ["a_stations", "c_stations"]


def test_a_row_repeats_one_of_another_source_only_and_one_row_of_it_alone() -> None:
    close = [(3.07, 50.63), (3.07005, 50.63)]
    ids = ["x", "y", "z"]
    result = made(
        given(stations(*close)),
        given(stations(*close, (3.07001, 50.63), station_id=ids), table="b"),
    )
    assert [(r["_source"], r["_row"], r["_also_in"]) for r in result.table.to_pylist()] == [
        ("a_stations", 1, "b@1#1"), ("a_stations", 2, "b@1#2"), ("b", 3, None),
    ]  # fmt: skip


def test_several_repeats_are_all_named() -> None:
    result = made(*(given(stations(LILLE), table=name) for name in ("a", "b", "c")))
    assert result.table["_also_in"].to_pylist() == ["b@1#1 c@1#1"]


def test_the_municipality_alone_is_taken_from_a_repeat_and_that_is_said() -> None:
    declared = with_origin("municipality_code", From(column="code"))
    second = given(stations(LILLE, KORTRIJK, code=["59350", "34022"], capacity=[5, 6]), table="b")
    result = made(given(stations(LILLE)), second, declared=declared)
    first, other = result.table.to_pylist()
    assert (first["municipality_code"], first["municipality_code_from"], first["side"]) == (
        "59350", "repeat", "FR",
    )  # fmt: skip
    assert first["capacity"] is None
    assert other["municipality_code_from"] == "source"


def test_only_the_listed_rows_are_kept() -> None:
    rule = STATIONS.sources[0]
    only = msgspec.structs.replace(rule, only={"state": ["open"]})
    declared = msgspec.structs.replace(STATIONS, sources=[only])
    rows = stations(LILLE, LILLE, LILLE, state=["open", "gone", None])
    (told,) = made(given(rows), declared=declared).contributions
    assert told.left_out == [LeftOut(column="state", why="only", rows=2)]


def test_listed_rows_are_left_out() -> None:
    rule = msgspec.structs.replace(STATIONS.sources[0], without={"name": ["Station 2"]})
    declared = msgspec.structs.replace(STATIONS, sources=[rule])
    result = made(given(stations(LILLE, LILLE)), declared=declared)
    assert result.table["_row"].to_pylist() == [1]
    assert result.contributions[0].left_out == [LeftOut(column="name", why="without", rows=1)]


def test_a_source_without_rows_gives_none() -> None:
    empty = pa.table(stations(LILLE)).slice(0, 0)
    result = made(Input(rule=0, table="e", version=1, rows=empty, facts={}), given(stations(LILLE)))
    assert [one.taken for one in result.contributions] == [0, 1]


def test_a_hundred_thousand_stations_take_seconds() -> None:
    rng = np.random.default_rng(7)
    count = 50_000
    inputs = []
    shapes = {
        f"{59000 + i}": shapely.box(2.5 + i * 0.1, 50.4, 2.6 + i * 0.1, 51.1) for i in range(16)
    }
    for name in ("a", "b"):
        rows = {
            "station_id": [f"{name}{i}" for i in range(count)],
            "name": [f"S {i}" for i in range(count)],
            "lon": rng.uniform(2.6, 4.1, count), "lat": rng.uniform(50.45, 51.1, count),
            "capacity": rng.integers(0, 40, count),
        }  # fmt: skip
        inputs.append(given(rows, table=name, facts={"dataset.title": name}))
    began = time.perf_counter()
    result = made(*inputs, boundaries=shapes)
    assert result.table.num_rows == 2 * count
    # 50,000 points in 7,640 km²: 1.85 % of the others have one within 30 m.
    assert 850 < result.near < 1000
    assert time.perf_counter() - began < 10


def test_how_a_version_was_made_is_read_though_another_release_told_more() -> None:
    making = Making(declaration="a", inputs=[], contributions=[Contribution(
        table="t", version=1, read=2, taken=1
    )])  # fmt: skip
    told = msgspec.to_builtins(making)
    told["later"] = told["contributions"][0]["later"] = {"more": 1}
    assert making_of({"harmonised": told}) == making
    assert making_of({"format": "csv"}) is None


def text() -> str:
    return (folder("harmonised") / "bike_share_stations.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("[place]", "[plaze]", "unknown-key", "plaze"),
        ('latitude = "lat"', 'lattitude = "lat"', "unknown-key", "sources[0].columns.lattitude"),
        ('latitude = "lat"\n', "", "missing-key", "sources[0].columns.latitude"),
        ("{ of =", "{ off =", "unknown-key", "sources[0].columns[...].off"),
        ("within_m = 30", 'within_m = "30"', "bad-value", "same.within_m"),
        ('table = "bike_share_stations"\n', "", "missing-key", "table"),
        ('compare = ["name",', 'compare = ["naam",', "unknown-key", "same.compare.naam"),
        ('schema = "harmonised-bike', 'schema = "harmonized-bike', "bad-value", "schema"),
        ('{ of = "dataset.title" }', "{ factor = 2 }", "bad-value", "sources[0].columns.system"),
        ('{ format = "gbfs", distribution = "stations" }', "{ }", "bad-value", "sources[0].match"),
        ("[same]", "[same", "not-toml", None),
    ],
)
def test_a_broken_declaration_is_told_with_its_key(
    tmp_path: Path, old: str, new: str, code: str, at: str | None
) -> None:
    assert old in text()
    file = tmp_path / "stations.toml"
    file.write_text(text().replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load(file)
    assert (raised.value.code, raised.value.params.get("at")) == (code, at)
    assert raised.value.params["file"] == "stations.toml"


def test_what_comes_with_the_software_can_be_read_and_names_each_rule_apart() -> None:
    for declared in load_all():
        matches = [msgspec.json.encode(rule.match) for rule in declared.sources]
        assert len(set(matches)) == len(matches)
        assert all(isinstance(rule, Rule) for rule in declared.sources)
