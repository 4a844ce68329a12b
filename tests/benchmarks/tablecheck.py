"""tablecheck beside frictionless on the same file, in CPU seconds, children included.

    python -m tests.benchmarks.tablecheck [rows]

Twelve columns with a unique, a primary and a foreign key, `;`, a quarter of the rows with a quoted
cell. frictionless takes about a minute a million rows: it judges the first rows alone, and its time
is scaled to all of them, which the output says. Each side runs in a process of its own; imports do
not count unless it is said.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
THEIR_ROWS = 100_000
GEOJSON_ROWS = 2_000
DIALECT = {
    "headerRows": [1],
    "csv": {"delimiter": ";", "quoteChar": '"', "skipInitialSpace": False},
}
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "integer",
         "constraints": {"required": True, "unique": True, "minimum": 1}},
        {"name": "code", "constraints": {"required": True, "pattern": "[A-Z]{2}[0-9]{4}"}},
        {"name": "nom", "constraints": {"minLength": 2, "maxLength": 80}},
        {"name": "genre", "constraints": {"enum": ["velo", "bus", "tram", "train"]}},
        {"name": "places", "type": "integer", "constraints": {"minimum": 0, "maximum": 5000}},
        {"name": "prix", "type": "number", "decimalChar": ","},
        {"name": "jour", "type": "date", "format": "%d/%m/%Y"},
        {"name": "moment", "type": "datetime"},
        {"name": "ouvert", "type": "boolean",
         "trueValues": ["oui", "ja"], "falseValues": ["non", "nee"]},
        {"name": "annee", "type": "year", "constraints": {"minimum": "1900"}},
        {"name": "lieu", "type": "geopoint"},
        {"name": "insee"},
    ],
    "primaryKey": ["id"],
    "foreignKeys": [{"fields": ["insee"], "reference": {"resource": "towns", "fields": ["insee"]}}],
}  # fmt: skip
TOWNS = {
    "path": "towns.csv", "encoding": "utf-8", "dialect": DIALECT,
    "schema": {"fields": [{"name": "insee"}, {"name": "nom"}]},
}  # fmt: skip
_SHAPES = (
    '{{"type": "Point", "coordinates": [3.{0:05}, 50.{1:05}]}}',
    '{{"type": "LineString", "coordinates": [[3.{0:05}, 50.{1:05}], [3.5, 50.{0:05}]]}}',
    '{{"type": "Polygon", "coordinates": [[[3.{0:05}, 50.{1:05}], [3.5, 50.6], [3.6, 50.7],'
    " [3.{0:05}, 50.{1:05}]]]}}",
)

_CPU = """
import json, resource, sys
def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
job = json.loads(sys.argv[1])
"""
OURS = (
    _CPU
    + """
if job["is_warm"]:
    import tablecheck
    tablecheck.validate(job["small"], job["schema"], **job["options"])
    began = cpu()
else:
    began = 0.0
    import tablecheck
report = tablecheck.validate(
    job["path"], job["schema"], limit_errors=job["limit"], **job["options"])
print(json.dumps({"cpu": cpu() - began, "peak": peak(), "listed": len(report.errors),
    "errors": report.error_count, "rows": report.row_count, "share": report.fast_share,
    "slow": report.slow_reasons}))
"""
)
THEIRS = (
    _CPU
    + """
from frictionless import Package
options = job["options"]
towns = [{"name": name, **told} for name, told in options.get("references", {}).items()]
own = {"name": "own", "path": job["name"], "schema": job["schema"], "encoding": "utf-8",
    "dialect": options["dialect"]}
package = Package.from_descriptor({"resources": [own, *towns]}, basepath=job["folder"])
began = cpu()
report = package.validate(name="own", limit_errors=job["limit"] or 10**9)
print(json.dumps({"cpu": cpu() - began, "peak": peak(), "listed": report.stats["errors"],
    "rows": report.tasks[0].stats["rows"]}))
"""
)
FLOOR = (
    _CPU
    + """
import pyarrow as pa, pyarrow.csv as csv
names = [field["name"] for field in job["schema"]["fields"]]
began = cpu()
csv.read_csv(job["path"], read_options=csv.ReadOptions(use_threads=False),
    parse_options=csv.ParseOptions(delimiter=";", newlines_in_values=True),
    convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())))
print(json.dumps({"cpu": cpu() - began, "peak": peak()}))
"""
)


def main(rows: int) -> None:
    """Print CPU seconds, peak memory and the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _towns(folder / "towns.csv")
        _say(f"{rows:,} rows; frictionless on {THEIR_ROWS:,}, scaled linearly")
        for title, bad in (("valid", 0.0), ("1 % bad", 0.01)):
            _write(folder / "rows.csv", rows, bad)
            _write(folder / "few.csv", THEIR_ROWS, bad)
            _say(f"{title}: {(folder / 'rows.csv').stat().st_size / 1e6:.0f} MB")
            _table(folder, rows, is_bad=bad > 0)
        _geojson(folder)


def _table(folder: Path, rows: int, *, is_bad: bool) -> None:
    options = {"dialect": DIALECT, "encoding": "utf-8", "references": {"towns": TOWNS}}
    scale = rows / THEIR_ROWS
    theirs = _run(THEIRS, folder, "few.csv", SCHEMA, options, None)
    _say(f"  frictionless, scaled     {theirs['cpu'] * scale:8.2f} CPU s")
    if not is_bad:
        floor = _run(FLOOR, folder, "rows.csv", SCHEMA, options, None)
        _say(f"  pyarrow.csv, cells alone {floor['cpu']:8.2f} CPU s   {floor['peak']:5.0f} MB")
    kinds = [("warm", True, None), ("cold, imports too", False, None)]
    if is_bad:
        kinds = [("first 1000, all counted", True, 1_000), ("all errors", True, None)]
    for title, is_warm, limit in kinds:
        ours = _run(OURS, folder, "rows.csv", SCHEMA, options, limit, is_warm=is_warm)
        _tell(title, ours, theirs["cpu"] * scale)


def _geojson(folder: Path) -> None:
    """A column of geometries, which frictionless puts to a JSON Schema."""
    schema = {"fields": [{"name": "id", "type": "integer"}, {"name": "lieu", "type": "geojson"}]}
    many = 50 * GEOJSON_ROWS
    for name, count in (("few.csv", GEOJSON_ROWS), ("rows.csv", many)):
        with (folder / name).open("w", encoding="utf-8") as out:
            out.write("id;lieu\n")
            for n in range(count):
                shape = _SHAPES[n % 3].format(n, n * 7 % 99_999).replace('"', '""')
                out.write(f'{n};"{shape}"\n')
    options = {"dialect": DIALECT, "encoding": "utf-8"}
    theirs = _run(THEIRS, folder, "few.csv", schema, options, None)
    _say(f"a GeoJSON column, {many:,} rows; frictionless on {GEOJSON_ROWS:,}, scaled")
    _say(f"  frictionless, scaled     {theirs['cpu'] * 50:8.2f} CPU s")
    _tell("warm", _run(OURS, folder, "rows.csv", schema, options, None), theirs["cpu"] * 50)


def _tell(title: str, ours: dict[str, Any], theirs: float) -> None:
    _say(
        f"  tablecheck, {title:25}{ours['cpu']:6.2f} CPU s   {ours['peak']:5.0f} MB"
        f"   {theirs / ours['cpu']:6.1f} times   {ours['listed']:,} of {ours['errors']:,} errors"
        f"   proven {ours['share']:.1%} {ours['slow'] or ''}"
    )


def _run(
    script: str,
    folder: Path,
    name: str,
    schema: dict[str, Any],
    options: dict[str, Any],
    limit: int | None,
    *,
    is_warm: bool = True,
) -> dict[str, Any]:
    job = {
        "path": str(folder / name), "small": str(folder / "few.csv"), "folder": str(folder),
        "name": name, "schema": schema, "options": options, "limit": limit, "is_warm": is_warm,
    }  # fmt: skip
    paths = os.pathsep.join([str(ROOT), str(ROOT / "validators")])
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script, json.dumps(job)],
        env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _towns(path: Path) -> None:
    lines = [f"{59_000 + n * 7:05};Commune {n}\n" for n in range(650)]
    path.write_text("insee;nom\n" + "".join(lines), encoding="utf-8")


def _write(path: Path, rows: int, bad: float) -> None:
    pick = random.Random(7)  # noqa: S311 - test data, no secret
    with path.open("w", encoding="utf-8") as out:
        out.write(";".join(field["name"] for field in SCHEMA["fields"]) + "\n")
        for n in range(1, rows + 1):
            day = n % 28 + 1
            cells = [
                str(n), f"AB{n % 10_000:04}", f'"Gare « {n % 90_000} » ; quai {n % 9}"'
                if n % 4 == 0 else f"Rue de la Gare {n % 90_000}",
                ("velo", "bus", "tram", "train")[n % 4], str(n * 7 % 5_000),
                f"{pick.randrange(100_000) / 100:.2f}".replace(".", ","),
                f"{day:02}/{n % 12 + 1:02}/{2_000 + n % 26}",
                f"2026-{n % 12 + 1:02}-{day:02}T{n % 24:02}:{n % 60:02}:{n * 7 % 60:02}Z",
                ("oui", "ja", "non", "nee")[n % 4], str(1_950 + n % 77),
                f"3.{pick.randrange(10**5):05},50.{pick.randrange(10**5):05}",
                f"{59_000 + n % 650 * 7:05}",
            ]  # fmt: skip
            if bad and pick.random() < bad:
                _spoil(pick, cells, n)
            out.write(";".join(cells) + "\n")


def _spoil(pick: random.Random, cells: list[str], n: int) -> None:
    """Put one fault in a row, of the kinds that files of this territory have."""
    faults: list[tuple[int, str]] = [
        (0, str(max(1, n - 100))), (0, ""), (1, "ab12"), (2, "x"), (3, "metro"), (4, "-1"),
        (4, "douze"), (5, "1.5"), (6, "2024-01-31"), (7, "hier"), (8, "peut-être"), (9, "1850"),
        (10, "103,5"), (11, "99999"),
    ]  # fmt: skip
    place, text = pick.choice(faults)
    cells[place] = text
    if pick.random() < 0.05:
        cells.pop()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}   [load {os.getloadavg()[0]:.1f}]\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
