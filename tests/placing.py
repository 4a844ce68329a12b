"""Makes tables with places for tests of maps, and publishes them in a store."""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue import parquet
from catalogue.points import points
from catalogue.store import Store, datasets, versions
from catalogue.store.versions import Slot
from tests import factories


def with_geometry(columns: dict[str, Any], shapes: Sequence[Any]) -> pa.Table:
    """Make a table as the checker gives it: WKB in `geometry`, told as GeoParquet."""
    table = pa.table({**columns, "geometry": pa.array(shapely.to_wkb(shapes), pa.binary())})
    bounds = [round(side, 6) for side in shapely.total_bounds(shapes)]
    column = {"encoding": "WKB", "geometry_types": [], "bbox": bounds}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return table.replace_schema_metadata({"geo": json.dumps(geo)})


def square(longitude: float, latitude: float, half: float = 0.01) -> Any:
    """Make a square around a point."""
    return shapely.box(longitude - half, latitude - half, longitude + half, latitude + half)


def boundaries(codes: Sequence[str], *, east_by: float = 0.0, half: float = 0.01) -> pa.Table:
    """Make a table of boundaries of municipalities: squares around their points, or beside them."""
    known = points()
    shapes = [square(known[c].longitude + east_by, known[c].latitude, half) for c in codes]
    return with_geometry({"insee": list(codes)}, shapes)


def publish(store: Store, name: str, table: pa.Table, **record: Any) -> str:
    """Publish a table in a dataset of its own; return the id of the dataset."""
    made = factories.dataset(remote_id=name, title={"en": name}, **record)
    dataset_id, _ = datasets.save(store, made)
    slot = Slot(dataset_id=dataset_id, distribution_id="csv")
    named = versions.table_for(
        store, slot, proposed_name=name, title={}, schema_name=None, types={}
    )
    prepared = parquet.prepare(table, {"fields": []}, store.objects.scratch())
    versions.publish(
        store, named, prepared, raw_sha256="0" * 64, schema={"fields": []}, recipe={}, report={}
    )
    return dataset_id
