"""Programs that people read our files with, over HTTP on loopback."""

import os
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import pyarrow as pa
import pyarrow.csv
import pytest
from flask import Flask

from catalogue import parquet
from catalogue.store import Store
from catalogue.views import View
from portal.pages.snippets import snippets_for
from tests.factories import dataset
from tests.portal.api.conftest import Seen
from tests.portal.api.published import publish

ROWS = 300_000


@pytest.fixture
def duck() -> duckdb.DuckDBPyConnection:
    """DuckDB with httpfs from its wheel."""
    folder = Path(str(resources.files("duckdb_extension_httpfs")))
    extension = next(folder.rglob("httpfs.duckdb_extension"))
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    return connection


def test_duckdb_reads_a_parquet_by_ranges(
    server: str, store: Store, duck: duckdb.DuckDBPyConnection, requests_seen: Seen
) -> None:
    numbers = np.random.default_rng(1).random((ROWS, 3))
    table = pa.table({"id": np.arange(ROWS), **{f"c{i}": numbers[:, i] for i in range(3)}})
    size_bytes = publish(store, "big", table, record=dataset(remote_id="big")).size_bytes
    address = f"{server}/data/big.parquet"
    assert duck.sql(f"SELECT count(*) FROM '{address}'").fetchone() == (ROWS,)  # noqa: S608
    found = duck.sql(f"SELECT c0 FROM '{address}' WHERE id = 7").fetchone()  # noqa: S608
    assert found == (numbers[7, 0],)
    duck.close()
    ranges = [range_ for method, _, range_ in requests_seen if method == "GET"]
    assert len(requests_seen) < 20
    assert all(ranges)
    fetched = sum(_length(range_ or "") for range_ in ranges)
    assert fetched < size_bytes / 2


def _length(value: str) -> int:
    start, end = value.removeprefix("bytes=").split("-")
    return int(end) - int(start) + 1 if start else int(end)


def test_pandas_reads_parquet_and_csv(server: str) -> None:
    parquet = pd.read_parquet(f"{server}/data/municipalities.parquet")
    csv = pd.read_csv(f"{server}/data/municipalities@2.csv", dtype={"code": str})
    assert parquet["code"].tolist() == csv["code"].tolist() == ["59350", "01001", "7700 ", "34022"]


def run(words: list[str], folder: Path) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    done = subprocess.run(  # noqa: S603  # our own snippets
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_snippets_of_the_pages_run_as_they_are(server: str, tmp_path: Path) -> None:
    sql = "SELECT name FROM municipalities WHERE name = 'Lille'"
    codes = {each.id: each.code for each in snippets_for("municipalities", server, View(), sql)}
    httpfs = next(Path(str(resources.files("duckdb_extension_httpfs"))).rglob("*.duckdb_extension"))
    # Where the internet is at hand, DuckDB fetches its extension by itself.
    loaded = f"import duckdb\nduckdb.execute(\"LOAD '{httpfs}'\")\n"
    python = f"{codes['pandas']}\n{loaded}{codes['duckdb-python']}"
    run(["sh", "-c", codes["curl"]], tmp_path)
    assert (tmp_path / "municipalities.csv").read_text(encoding="utf-8").startswith("code,name")
    assert run(["sh", "-c", codes["sql-curl"]], tmp_path).split() == ["name", "Lille"]
    shown = run([sys.executable, "-c", python], tmp_path)
    assert shown.count("Lille") == 2  # once by pandas, once by DuckDB
    node = shutil.which("node")
    if node:
        script = f"(async () => {{{codes['javascript']}}})()"
        assert run([node, "-e", script], tmp_path).strip() == "4"


def test_snippet_in_r_is_balanced(server: str) -> None:
    (code,) = (s.code for s in snippets_for("places", server, View(), "") if s.id == "r")
    assert code.count("(") == code.count(")")
    assert code.count('"') % 2 == 0
    assert code.startswith("library(arrow)")


def test_a_large_csv_comes_whole_with_its_length(server: str, store: Store, app: Flask) -> None:
    table = pa.table({"id": np.arange(ROWS), "text": pa.array(["é" * 20] * ROWS)})
    publish(store, "long", table, record=dataset(remote_id="long"))
    with urllib.request.urlopen(f"{server}/data/long.csv") as answer:  # noqa: S310  # our own
        length = int(answer.headers["Content-Length"])
        found = pyarrow.csv.read_csv(answer)
    assert found.equals(table)
    assert length > 9_000_000


def test_sql_gives_a_whole_answer_as_arrow(server: str) -> None:
    statement = urllib.parse.quote("SELECT i, i * 2 AS twice FROM range(300000) t(i)")
    address = f"{server}/api/v1/sql?format=arrow&sql={statement}"
    with urllib.request.urlopen(address) as answer:  # noqa: S310  # our own server
        found = pa.ipc.open_stream(answer).read_all()
        assert answer.headers["X-Row-Count"] == "300000"
        assert answer.headers["X-Truncated"] == "false"
    assert found.num_rows == 300_000
    assert found["twice"][-1].as_py() == 599_998


MEASURE = """
import resource, sys
from pathlib import Path
from portal.conversions import DerivedFiles, Form
from catalogue.records import Version
small, large, folder = map(Path, sys.argv[1:])
files = DerivedFiles(folder)
def version(sha256):
    return Version(table="t", n=1, sha256=sha256, logical_sha256="", raw_sha256="", row_count=0,
        size_bytes=0, created_at="", columns=[], schema={}, recipe={}, report={})
files.make(version("small"), Form("csv"), small)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
size = files.make(version("large"), Form("csv"), large).stat().st_size
print(size, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def test_a_long_table_is_converted_in_constant_memory(store: Store, tmp_path: Path) -> None:
    text = pa.array(np.random.default_rng(2).integers(0, 10**9, 200_000)).cast(pa.string())
    rows = pa.table({f"c{i}": text for i in range(4)})
    parquet.write(rows, tmp_path / "small.parquet")
    parquet.write(pa.concat_tables([rows] * 8), tmp_path / "large.parquet")
    script = tmp_path / "measure.py"
    script.write_text(MEASURE)
    files = [tmp_path / name for name in ("small.parquet", "large.parquet", "made")]
    words = [sys.executable, *map(str, (script, *files))]
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(  # noqa: S603  # our own script
        words, env=environment, capture_output=True, text=True, check=True
    )
    size_bytes, grown_bytes = map(int, done.stdout.split())
    assert size_bytes > 60_000_000
    assert grown_bytes < 30_000_000
