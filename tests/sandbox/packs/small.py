"""A small store with the keys that packs must close: chains, circles, rows that lead nowhere."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue import parquet
from catalogue.store import Store, datasets, open_store, versions
from catalogue.store.versions import Slot
from catalogue.views import Engine
from sandbox.packs import Made, make, read_recipe
from tests.factories import dataset


def key(fields: str, to: str, to_fields: str) -> dict[str, Any]:
    return {"fields": [fields], "reference": {"resource": to, "fields": [to_fields]}}


TOWNS = pa.table(
    {
        "code": [f"{n:05}" for n in range(1, 11)],
        "name": [f"Town {n}" for n in range(1, 11)],
        "lon": [3.0 + n / 10 for n in range(1, 11)],
        "lat": [50.5] * 10,
    }
)
STOPS = pa.table(
    {
        "id": [f"s{n}" for n in range(1, 101)],
        "town": [f"{1 + n % 12:05}" for n in range(1, 101)],  # towns 11 and 12 are nowhere
        "parent": [None if n % 10 == 0 else f"s{n - n % 10 or 10}" for n in range(1, 101)],
        "kind": ["quay" if n % 5 else "hall" for n in range(1, 101)],
        "day": pa.array([20_000 + n for n in range(1, 101)], pa.date32()),
        "is_open": [n % 2 == 0 for n in range(1, 101)],
    }
)
# Each chief leads a team, each team has a chief: a circle.
PEOPLE = pa.table({"id": [1, 2, 3, 4], "team": ["a", "a", "b", "b"]})
TEAMS = pa.table({"id": ["a", "b"], "chief": [1, 4]})
SCHEMAS: dict[str, dict[str, Any]] = {
    "towns": {
        "name": "municipality",
        "fields": [{"name": "code", "type": "string"}],
        "primaryKey": "code",
    },
    "stops": {
        "fields": [
            {"name": "id", "type": "string", "constraints": {"required": True}},
            {
                "name": "day",
                "type": "date",
                "format": "%d/%m/%Y",
                "constraints": {"minimum": "01/02/2020"},
            },
            {"name": "is_open", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
        ],
        "primaryKey": ["id"],
        "foreignKeys": [key("parent", "", "id")],
        "references": [{"fields": ["town"], "table": "towns", "tableFields": ["code"]}],
        "missingValues": ["", "-"],
    },
    "people": {"fields": [], "primaryKey": ["id"], "foreignKeys": [key("team", "teams", "id")]},
    "teams": {"fields": [], "primaryKey": ["id"], "foreignKeys": [key("chief", "people", "id")]},
}


def shapes() -> pa.Table:
    """Return a table with geometry and without a primary key, two of its rows alike."""
    points = shapely.to_wkb(shapely.points([3.06, 3.26, 3.26], [50.63, 50.82, 50.82])).tolist()
    schema = pa.schema(
        [("name", pa.string()), ("geometry", pa.binary())],  # type: ignore[arg-type]  # stubs want one type
        metadata={
            "geo": '{"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": '
            '{"encoding": "WKB", "geometry_types": [], "bbox": [3.06, 50.63, 3.26, 50.82]}}}'
        },
    )
    names = ["Lille", "Kortrijk", "Kortrijk"]
    return pa.table([pa.array(names), pa.array(points, pa.binary())], schema=schema)


def publish(store: Store, name: str, table: pa.Table, schema: dict[str, Any]) -> None:
    """Publish a table under its own name, as the only one of a dataset."""
    dataset_id, _ = datasets.save(store, dataset(remote_id=name, title={"fr": name}))
    slot = Slot(dataset_id=dataset_id, distribution_id="csv")
    made = versions.table_for(store, slot, proposed_name=name, title={}, schema_name=None, types={})
    prepared = parquet.prepare(table, schema, store.objects.scratch())
    versions.publish(
        store, made, prepared, raw_sha256="0" * 64, schema=schema, recipe={}, report={}
    )


def filled(folder: Path, *, is_reversed: bool = False) -> Store:
    """Open a store with the tables, their rows in another order where asked."""
    store = open_store(folder)
    tables = {"towns": TOWNS, "stops": STOPS, "people": PEOPLE, "teams": TEAMS}
    for name, table in tables.items():
        order = range(table.num_rows)
        rows = pa.array(list(reversed(order) if is_reversed else order), pa.int64())
        publish(store, name, table.take(rows), SCHEMAS[name])
    publish(store, "shapes", shapes(), {"fields": []})
    return store


def made(store: Store, recipe: str) -> Made:
    """Make the pack of a recipe, `id` aside."""
    return make(
        store, _engine(store.objects.parquet_folder()), read_recipe(f'id = "small"\n{recipe}')
    )


@lru_cache(maxsize=1)
def _engine(folder: Path) -> Engine:
    return Engine(folder)
