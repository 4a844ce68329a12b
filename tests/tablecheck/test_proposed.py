"""What is proposed for a file is what frictionless then accepts, for any file at all."""

import csv
import datetime as dt
import io
import string
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import tablecheck
from tests.tablecheck.parity import frictionless_errors

_PLAIN = st.text(alphabet=string.ascii_letters + "éàœ 0123456789-/.,'", max_size=12)
_MARKS = st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'", "\u2019"])


def _numbers() -> st.SearchStrategy[st.SearchStrategy[str]]:
    def styled(decimal: str, group: str) -> st.SearchStrategy[str]:
        def write(value: float) -> str:
            text = f"{value:,.2f}".replace(",", "G").replace(".", decimal)
            return text.replace("G", group)

        return st.floats(-1e9, 1e9).map(write)

    return st.builds(styled, st.sampled_from([",", "."]), st.one_of(st.just(""), _MARKS))


def _dates() -> st.SearchStrategy[st.SearchStrategy[str]]:
    formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%m/%d/%Y", "%d.%m.%Y"]
    years = st.dates(min_value=dt.date(1000, 1, 1))
    return st.sampled_from(formats).map(lambda f: years.map(lambda d: d.strftime(f)))


def _moments() -> st.SearchStrategy[st.SearchStrategy[str]]:
    formats = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%SZ"]
    years = st.datetimes(min_value=dt.datetime(1000, 1, 1))  # noqa: DTZ001 - the file has no zone
    return st.sampled_from(formats).map(lambda f: years.map(lambda d: d.strftime(f)))


_COLUMNS: st.SearchStrategy[st.SearchStrategy[str]] = st.one_of(
    _numbers(),
    _dates(),
    _moments(),
    st.just(st.integers(-(10**20), 10**20).map(str)),
    st.just(st.integers(0, 99_999).map(lambda n: f"{n:05d}")),
    st.sampled_from([("oui", "non"), ("Ja", "Nee"), ("true", "FALSE")]).map(st.sampled_from),
    st.just(_PLAIN),
    st.just(st.sampled_from(["", "1", "1,5", "x", "01", "+3", "NaN", " 4 "])),
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Make a table whose columns are each of one kind, some cells empty."""
    makers = draw(st.lists(_COLUMNS, min_size=2, max_size=4))
    count = draw(st.integers(1, 6))
    cells = [draw(st.lists(st.one_of(m, m, m, st.just("")), min_size=count, max_size=count))
             for m in makers]  # fmt: skip
    return [list(row) for row in zip(*cells, strict=True)]


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=tables(), delimiter=st.sampled_from([";", ",", "\t"]))
def test_frictionless_accepts_the_file_with_the_schema_proposed(
    tmp_path: Path, rows: list[list[str]], delimiter: str
) -> None:
    assume(all(any(cell.strip() for cell in row) for row in rows))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow([f"colonne {chr(97 + n)}" for n in range(len(rows[0]))])
    writer.writerows(rows)
    path = tmp_path / "t.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    (extract,) = tablecheck.read(path)
    assert extract.report.valid, extract.report.errors
    assert extract.table is not None
    assert extract.table.num_rows == len(rows)
    dialect: dict[str, Any] = {
        "headerRows": [extract.recipe.header_row],
        "csv": {"delimiter": extract.recipe.delimiter, "quoteChar": '"'},
    }
    assert frictionless_errors(path, extract.schema, dialect) == []
    again = tablecheck.read(path, schema=extract.schema)[0]
    assert again.table is not None
    assert again.table.equals(extract.table) or "NaN" in out.getvalue()


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=300))
def test_any_bytes_at_all_give_a_report(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    for extract in tablecheck.read(path):
        assert (extract.table is not None) == extract.report.valid
        for finding in extract.report.findings:
            assert tablecheck.message(finding, "nl")
