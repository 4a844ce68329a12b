"""The preview reads the right rows, whatever page, sort and row groups."""

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalogue.records import Column
from catalogue.views import Engine, View
from portal import preview
from portal.errors import Refusal
from portal.turns import Turns


def page_of(file: Path, **asked: Any) -> preview.Page:
    """Read a page as the portal does, in the order of `sort`."""
    names = pq.read_schema(file).names
    columns = [Column(name=name, type="VARCHAR") for name in names]
    view = View(sort=asked.pop("sort", None))
    return preview.page(Engine(file.parent), file, view, columns, **asked)


def test_geometry_is_short_and_never_fails() -> None:
    assert preview.short_geometry(b"") == ""
    for length in range(40):
        preview.short_geometry(random.Random(length).randbytes(length))  # noqa: S311  # no secret


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
        page = page_of(file, offset=50, limit=100)
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
        page = page_of(file, offset=2, limit=2, sort=sort)
        assert page.columns == names
        assert page.rows == [[f"{name}-{row}" for name in names] for row in (2, 3)]


def test_few_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": [1]}), file)
    turns = Turns(1, waiting=1, wait_s=0.05)
    monkeypatch.setattr(preview, "turns", turns)
    with turns.turn(), pytest.raises(Refusal) as refused:
        page_of(file)
    assert (refused.value.status, refused.value.code) == (503, "too-busy")
    assert page_of(file).rows == [[1]]
