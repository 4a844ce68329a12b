"""The preview reads the right rows, whatever page, sort and row groups."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import preview
from portal.errors import Refusal
from portal.turns import Turns

VALUES = st.lists(st.none() | st.integers(-5, 5), max_size=60)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.integers(1, 13), st.integers(0, 70), st.integers(1, 20), st.booleans())
def test_sorted_page_equals_a_slice_of_the_sorted_rows(
    values: list[int | None], group: int, offset: int, limit: int, descending: bool
) -> None:
    table = pa.table({"value": pa.array(values, pa.int64()), "row": range(len(values))})
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.parquet"
        pq.write_table(table, file, row_group_size=group)
        page = preview.page(file, offset=offset, limit=limit, sort="value", descending=descending)
        plain = preview.page(file, offset=offset, limit=limit)
    rows = list(zip(values, range(len(values)), strict=True))
    filled = sorted((row for row in rows if row[0] is not None), key=_value, reverse=descending)
    wanted = [*filled, *(row for row in rows if row[0] is None)][offset : offset + limit]
    assert [row[0] for row in page.rows] == [value for value, _ in wanted]
    assert len({row[1] for row in page.rows}) == len(page.rows)
    assert [row[1] for row in plain.rows] == list(range(len(values)))[offset : offset + limit]


def test_unknown_and_unsortable_columns_leave_the_order_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"place": [b"2", b"1"], "n": [1, 2]}), file)
    for name in ("place", "none", None):
        page = preview.page(file, sort=name)
        assert page.sort is None
        assert [row[1] for row in page.rows] == [1, 2]


def test_geometry_is_short_and_never_fails() -> None:
    assert preview.short_geometry(b"") == ""
    for length in range(40):
        preview.short_geometry(random.Random(length).randbytes(length))  # noqa: S311  # no secret


@pytest.mark.parametrize(
    ("bound", "value"),
    [("MAX_SORTED_ROWS", 999), ("MAX_SORTED_CELLS", 2_999), ("MAX_SORTED_BYTES", 1_000)],
)
def test_a_table_too_large_to_sort_stays_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: int
) -> None:
    file = tmp_path / "a.parquet"
    numbers = range(1_000)
    table = {"n": numbers, "m": numbers, "back": [-number for number in numbers]}
    pq.write_table(pa.table(table), file, row_group_size=100)
    assert preview.page(file, sort="back", limit=1).rows == [[999, 999, -999]]
    monkeypatch.setattr(preview, bound, value)
    page = preview.page(file, sort="back", limit=1)
    assert (page.sort, page.is_sortable, page.rows) == (None, False, [[0, 0, 0]])


def test_a_page_reads_no_more_of_a_wide_group_than_it_shows(tmp_path: Path) -> None:
    """A row group of 60 MB is not unpacked for a hundred rows."""
    file = tmp_path / "wide.parquet"
    texts = pa.array([f"{number:0500}" for number in range(120_000)])
    pq.write_table(pa.table({"a": texts}), file, row_group_size=120_000, use_dictionary=False)
    usual = pa.default_memory_pool()
    pool = pa.system_memory_pool()  # one of its own: what is written above would hide the reading
    pa.set_memory_pool(pool)
    try:
        before = pool.bytes_allocated()
        page = preview.page(file, offset=50, limit=100)
        peak = (pool.max_memory() or 0) - before
    finally:
        pa.set_memory_pool(usual)
    assert [int(row[0]) for row in page.rows] == list(range(50, 150))
    assert 0 < peak < 16_000_000


def test_columns_beyond_the_first_few_and_with_dots_in_their_names_are_all_there(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.parquet"
    names = [f"c{number}" for number in range(60)] + ["a.b", "a", "b"]
    pq.write_table(pa.table({name: [f"{name}-{row}" for row in range(5)] for name in names}), file)
    for sort in (None, "a"):
        page = preview.page(file, offset=2, limit=2, sort=sort)
        assert page.columns == names
        assert page.rows == [[f"{name}-{row}" for name in names] for row in (2, 3)]


def test_few_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": [1]}), file)
    turns = Turns(1, waiting=1, wait_s=0.05)
    monkeypatch.setattr(preview, "_turns", turns)
    with turns.turn(), pytest.raises(Refusal) as refused:
        preview.page(file)
    assert (refused.value.status, refused.value.code) == (503, "too-busy")
    assert preview.page(file).rows == [[1]]


def _value(row: tuple[Any, int]) -> Any:
    return row[0]
