"""Ingest, check included, beside raw DuckDB `COPY (FROM read_csv(…)) TO parquet`, in CPU time.

    python -m tests.benchmarks.ingest [rows]

One file of twelve columns, valid, UTF-8, `;`. Both run in a fresh process; imports do not count.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = """
import sys, time
from pathlib import Path
import tablecheck, catalogue.parquet as parquet
import pyarrow, frictionless
began = time.process_time()
folder = Path(sys.argv[2])
for extract in tablecheck.read(Path(sys.argv[1])):
    assert extract.report.valid
    parquet.prepare(extract.table, extract.schema, folder)
print(time.process_time() - began)
"""
DUCKDB = """
import sys, time, duckdb
began = time.process_time()
file, folder = sys.argv[1:]
duckdb.sql(f"COPY (FROM read_csv('{file}')) TO '{folder}/raw.parquet' (COMPRESSION zstd)")
print(time.process_time() - began)
"""


def main(rows: int) -> None:
    """Print CPU seconds, peak memory and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        _write(file, rows)
        print(f"{rows:,} rows, {file.stat().st_size / 1e6:.0f} MB, load {os.getloadavg()[0]:.1f}")
        theirs, memory = _measure(DUCKDB, file, folder)
        print(f"DuckDB COPY   {theirs:7.2f} CPU s   {memory:6.0f} MB")
        ours, memory = _measure(OURS, file, folder)
        print(f"ours          {ours:7.2f} CPU s   {memory:6.0f} MB   ratio {ours / theirs:.1f}")


def _measure(script: str, file: Path, folder: str) -> tuple[float, float]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "validators")])
    done = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-c", script, str(file), folder],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return float(done.stdout), peak_mb


def _write(file: Path, rows: int) -> None:
    chance = random.Random(7)  # noqa: S311  # test data
    with file.open("w", encoding="utf-8") as out:
        out.write("id;insee;nom;type;capacite;prix;date_maj;horodatage;gratuit;annee;lon;lat\n")
        for n in range(rows):
            day, price = n % 28 + 1, chance.randrange(10_000) / 100
            out.write(
                f"{n};{n % 95_000:05};Station {n % 700} « Gare »;{'ABC'[n % 3]};{n % 40};"
                f"{str(price).replace('.', ',')};{day:02}/03/2026;"
                f"2026-03-{day:02}T10:00:{n % 60:02}Z;"
                f"{'oui' if n % 2 else 'non'};{2000 + n % 26};3.{n % 9999:04};50.{n % 9999:04}\n"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
