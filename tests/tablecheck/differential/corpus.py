"""Every CSV at hand, under its own schema and under mutations of it."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.tablecheck.differential.cases import Case
from tests.tablecheck.differential.mutations import fitting, layout_of, mutated

ROOT = Path(__file__).parents[3]
REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", ROOT.parent / "shared" / "real"))
_MAX_BYTES = 300_000


def files() -> list[Path]:
    """List the CSVs of the starter data, the examples of schemas, and real ones where they are."""
    found = [*(ROOT / "data" / "starter").rglob("*.csv"), *(ROOT / "schemas").rglob("*.csv")]
    if REAL.is_dir():
        found.extend(REAL.rglob("*.csv"))
    return sorted(found)


def cases(*, first_seed: int, per_file: int, max_bytes: int = _MAX_BYTES) -> Iterator[Case]:
    """Give each file under its schema and under `per_file` mutations; long files are cut short."""
    for number, path in enumerate(files()):
        data = path.read_bytes()
        if len(data) > max_bytes:
            data = data[: data.rfind(b"\n", 0, max_bytes) + 1]
        layout = layout_of(data)
        if layout is None:
            continue
        delimiter, labels, rows = layout
        schema = _schema_of(path) or fitting(labels)
        for mutation in range(per_file + 1):
            pick = random.Random(first_seed + 1_000 * number + mutation)  # noqa: S311 - test data
            yield Case(
                name=f"{path.parent.name}/{path.name}, mutation {mutation}",
                data=data,
                schema=mutated(pick, schema, rows) if mutation else schema,
                dialect={
                    "headerRows": [1],
                    "csv": {"delimiter": delimiter, "quoteChar": '"', "skipInitialSpace": False},
                },
                limit=pick.choice((1_000, 1_000, 10)),
            )


def _schema_of(path: Path) -> dict[str, Any] | None:
    """Give the schema beside the examples of a schema, without keys to other tables."""
    beside = path.parents[1] / "schema.json"
    if path.parent.name != "examples" or not beside.is_file():
        return None
    schema: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
    keys = schema.get("foreignKeys", [])
    schema["foreignKeys"] = [key for key in keys if not key["reference"].get("resource")]
    return schema
