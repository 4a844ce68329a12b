"""What changed between two versions is what brute force finds, whatever tells the rows apart."""

from collections import Counter
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.changes import (
    Changes,
    KeyOrigin,
    Side,
    Word,
    changes_between,
    columns_between,
    difference,
)
from catalogue.parquet import columns_of
from catalogue.records import Version
from catalogue.views import Engine

# Names that the statements use themselves, and a sign that ends a text.
NAMES = ["id", "si'de", "place"]
KEYED: dict[str, Any] = {
    "fields": [{"name": "id", "type": "integer"}],
    "primaryKey": ["id"],
}
_NUMBERS = count(1)
CELLS = st.tuples(
    st.none() | st.sampled_from(["a", "A", "", "é", "x, y", 'q"q', "'; DROP TABLE o; --"]),
    st.none() | st.sampled_from([0.0, 1.5, -2.0, float("nan")]),
)
BY_KEY = st.dictionaries(st.integers(0, 9), CELLS, max_size=10)
WHOLE = st.lists(st.tuples(st.none() | st.integers(0, 2), *[st.none() | st.sampled_from("ab")] * 2))


@pytest.fixture(scope="module")
def folder() -> Any:
    with TemporaryDirectory() as found:
        yield Path(found)


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    return Engine(folder, folder / "scratch")


def side(folder: Path, table: pa.Table, schema: dict[str, Any] | None = None) -> Side:
    n = next(_NUMBERS)
    file = folder / f"{n}.parquet"
    pq.write_table(table, file, row_group_size=3)
    version = Version(
        table="t",
        n=n,
        sha256=f"{n:064}",
        logical_sha256="",
        raw_sha256="",
        row_count=table.num_rows,
        size_bytes=1,
        created_at="2026-01-01T00:00:00Z",
        columns=columns_of(table, schema or {}),
        schema=schema or {},
        recipe={},
        report={},
    )
    return Side(version, file)


def keyed(rows: dict[int, tuple[Any, Any]]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array(list(rows), pa.int64()),
            "si'de": pa.array([row[0] for row in rows.values()], pa.string()),
            "place": pa.array([row[1] for row in rows.values()], pa.float64()),
        }
    )


def lines(old: Side, new: Side, engine: Engine) -> list[dict[str, Any]]:
    with difference(old, new, engine) as batches:
        return [row for batch in batches for row in batch.to_pylist()]


def alike(one: Any, other: Any) -> bool:
    return one == other or (one != one and other != other)


@settings(max_examples=60, deadline=None)
@given(before=BY_KEY, after=BY_KEY)
def test_rows_told_apart_by_a_key(
    engine: Engine,
    folder: Path,
    before: dict[int, tuple[Any, Any]],
    after: dict[int, tuple[Any, Any]],
) -> None:
    old, new = side(folder, keyed(before)), side(folder, keyed(after), KEYED)
    found = changes_between(old, new, engine)
    both = before.keys() & after.keys()
    cells = {
        (key, place)
        for key in both
        for place in (0, 1)
        if not alike(before[key][place], after[key][place])
    }
    changed = {key for key, _ in cells}
    assert (found.origin, found.key) == (KeyOrigin.SCHEMA, ["id"])
    assert (found.added, found.removed) == (len(after.keys() - both), len(before.keys() - both))
    assert (found.changed, found.unchanged) == (len(changed), len(both) - len(changed))
    assert found.by_column == {
        NAMES[place + 1]: number for place, number in sorted(Counter(p for _, p in cells).items())
    }
    assert [row.key for row in found.changed_rows] == [[str(k)] for k in after if k in changed]
    told = lines(old, new, engine)
    assert {row["id"] for row in told if row["change"] == "added"} == after.keys() - both
    assert {row["id"] for row in told if row["change"] == "removed"} == before.keys() - both
    pairs = [row for row in told if row["change"] in ("before", "after")]
    assert [row["id"] for row in pairs[::2]] == [row["id"] for row in pairs[1::2]]
    for one, other in zip(pairs[::2], pairs[1::2], strict=True):
        assert (one["change"], other["change"]) == ("before", "after")
        assert alike(one["place"], before[one["id"]][1])
        assert alike(other["place"], after[one["id"]][1])
        listed = [NAMES[place + 1] for place in (0, 1) if (one["id"], place) in cells]
        assert one["changed_columns"] == ", ".join(listed)
    assert len(pairs) == 2 * len(changed)


@settings(max_examples=60, deadline=None)
@given(before=WHOLE, after=WHOLE)
def test_rows_without_a_key_count_as_often_as_they_occur(
    engine: Engine, folder: Path, before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]
) -> None:
    old, new = (side(folder, unkeyed(rows)) for rows in (before, after))
    found = changes_between(old, new, engine)
    came, went = Counter(after) - Counter(before), Counter(before) - Counter(after)
    assert found.origin is KeyOrigin.WHOLE
    assert (found.added, found.removed, found.changed) == (came.total(), went.total(), 0)
    assert found.unchanged == len(after) - came.total()
    assert {row.count for row in found.added_rows} == set(came.values())
    for row in found.added_rows:
        values = [None if value is None else str(value) for value in after[row.row - 1]]
        assert row.values == values
    told = Counter(
        (row["change"], row["n"], row["more"], row["row"]) for row in lines(old, new, engine)
    )
    expected = Counter({("added", *row): number for row, number in came.items()})
    expected.update({("removed", *row): number for row, number in went.items()})
    assert told == expected


def unkeyed(rows: list[tuple[Any, ...]]) -> pa.Table:
    return pa.table(
        {
            "n": pa.array([row[0] for row in rows], pa.int64()),
            "more": pa.array([row[1] for row in rows], pa.string()),
            "row": pa.array([row[2] for row in rows], pa.string()),
        }
    )


def compared(folder: Path, engine: Engine, old: dict[str, Any], new: dict[str, Any]) -> Changes:
    return changes_between(side(folder, pa.table(old)), side(folder, pa.table(new)), engine)


def test_a_column_that_is_unique_in_both_stands_in_for_a_key(folder: Path, engine: Engine) -> None:
    old = {"size": [1, 2, 3], "station_id": ["a", "b", "c"]}
    new = {"size": [1, 9, 3], "station_id": ["a", "b", "d"]}
    found = compared(folder, engine, old, new)
    assert (found.origin, found.key) == (KeyOrigin.UNIQUE, ["station_id"])
    assert (found.added, found.removed, found.changed) == (1, 1, 1)
    (row,) = found.changed_rows
    assert [(cell.column, cell.old, cell.new) for cell in row.cells] == [("size", "2", "9")]
    # It is none where a value comes twice or is missing in one of the files.
    for values in (["a", "a", "b"], ["a", None, "b"]):
        assert compared(folder, engine, {**old, "station_id": values}, new).key == []


def test_a_key_of_the_schema_that_does_not_hold_is_not_used(folder: Path, engine: Engine) -> None:
    old = side(folder, pa.table({"id": [1, 1], "x": [1, 2]}))
    new = side(folder, pa.table({"id": [1, 2], "x": [1, 2]}), KEYED)
    assert changes_between(old, new, engine).origin is KeyOrigin.WHOLE


def test_a_column_of_another_type_is_compared_by_what_it_shows(
    folder: Path, engine: Engine
) -> None:
    old = {"id": [1, 2], "code": [1001, 2], "gone": [1, 2]}
    new = {"id": [1, 2], "code": ["01001", "2"], "come": [1, 2]}
    found = compared(folder, engine, old, new)
    assert found.columns == ["id", "code"]
    assert found.by_column == {"code": 1}
    wider = compared(folder, engine, {"id": [1], "v": [1]}, {"id": [1], "v": [1.0]})
    assert wider.changed == 0


def test_what_happened_to_each_column_is_told(folder: Path) -> None:
    told = {"fields": [{"name": "b", "title": "B", "constraints": {"required": True}}]}
    old = side(folder, pa.table({"a": [1], "b": [1], "c": ["x"]})).version
    new = side(folder, pa.table({"b": [1.5], "c": ["x"], "d": [1]}), told).version
    assert [(one.column, one.what) for one in columns_between(old, new)] == [
        ("b", Word.TYPE),
        ("b", Word.RULES),
        ("b", Word.WORDS),
        ("d", Word.ADDED),
        ("a", Word.REMOVED),
    ]


def test_tables_without_a_common_column_have_no_row_in_common(folder: Path, engine: Engine) -> None:
    found = compared(folder, engine, {"a": [1, 2]}, {"b": [1]})
    assert (found.added, found.removed, found.unchanged) == (1, 2, 0)


def test_the_difference_comes_in_the_same_order_each_time(folder: Path, engine: Engine) -> None:
    rows = 3_000
    old = side(folder, pa.table({"id": list(range(rows)), "side": [0] * rows}))
    new = side(folder, pa.table({"id": list(range(rows))[::-1], "side": [1] * rows}))
    first = lines(old, new, engine)
    assert len(first) == 2 * rows
    assert lines(old, new, engine) == first
