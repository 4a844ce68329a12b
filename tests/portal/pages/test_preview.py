"""The preview reads the right rows, whatever page, sort and row groups."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import preview

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


def _value(row: tuple[Any, int]) -> Any:
    return row[0]
