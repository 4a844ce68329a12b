"""A small store as a harvest would have left it: a dataset of two tables, one of them with two
versions.
"""

from typing import Any

import pyarrow as pa
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue import parquet
from catalogue.records import Dataset, Publisher, Side, Version
from catalogue.search import SearchIndex
from catalogue.store import Store, datasets, versions
from catalogue.store.versions import Slot
from tests.factories import dataset, distribution

FLANDERS = Publisher(id="vlaanderen", title={"nl": "Vlaanderen"}, side=Side.FLANDERS)
SCHEMA: dict[str, Any] = {
    "fields": [{"name": "code", "type": "string"}, {"name": "population", "type": "integer"}]
}

TOWNS = pa.table(
    {
        "code": ["59350", "01001", "7700 ", "34022"],
        "name": ["Lille", 'L\'Abergement; "Clémenciat"', None, "Kortrijk\nCourtrai"],
        "population": pa.array([236710, 784, None, 79000], pa.int64()),
        "area_km2": [34.8, 15.95, None, 80.02],
        "founded": pa.array([None, None, 0, 18262], pa.date32()),
    }
)


def places() -> pa.Table:
    """Return a table with geometry, as the reading of a GeoJSON file leaves it."""
    points = shapely.to_wkb(shapely.points([3.06, 3.26], [50.63, 50.82])).tolist()
    schema = pa.schema(
        [("name", pa.string()), ("geometry", pa.binary())],  # type: ignore[arg-type]  # stubs want one type
        metadata={
            "geo": '{"version": "1.1.0", "primary_column": "geometry", "columns": '
            '{"geometry": {"encoding": "WKB", "geometry_types": []}}}'
        },
    )
    return pa.table([pa.array(["Lille", "Kortrijk"]), pa.array(points, pa.binary())], schema=schema)


def publish(
    store: Store, name: str, table: pa.Table, *, record: Dataset | None = None, part: str = ""
) -> Version:
    """Publish a table the way the pipeline does."""
    dataset_id, _ = datasets.save(store, record or dataset())
    slot = Slot(dataset_id=dataset_id, distribution_id="csv", part=part)
    made = versions.table_for(
        store, slot, proposed_name=name, title={"fr": name}, schema_name=None, types={}
    )
    prepared = parquet.prepare(table, SCHEMA, store.objects.scratch())
    version, _ = versions.publish(
        store, made, prepared, raw_sha256="0" * 64, schema=SCHEMA, recipe={}, report={}
    )
    return version


def fill(store: Store, search: SearchIndex) -> None:
    """Publish two datasets: municipalities in two versions and places; bicycle stations."""
    record = dataset(
        remote_id="municipalities",
        title={"fr": "Communes", "nl": "Gemeenten"},
        description={"nl": "De gemeenten van de Eurometropool"},
        publisher=FLANDERS,
        keywords={"nl": ["gemeente"], "fr": ["commune"]},
        themes=["GOVE"],
        distributions=[distribution()],
    )
    publish(store, "municipalities", TOWNS.slice(0, 2), record=record)
    publish(store, "municipalities", TOWNS, record=record)
    publish(store, "places", places(), record=record, part="places")
    publish(store, "stations", pa.table({"id": [1, 2, 3], "lon": [3.0, 3.1, 3.2]}))
    found = datasets.since(store, 0)
    search.apply(found, [], datasets.generation(store))
