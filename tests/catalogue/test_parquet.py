import json
from pathlib import Path

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from catalogue import parquet

GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


def test_geometry_is_written_as_geoparquet(tmp_path: Path) -> None:
    point = shapely.to_wkb(shapely.Point(3.06, 50.63))
    table = pa.table({"name": ["Lille"], "geometry": pa.array([point], pa.binary())})
    table = table.replace_schema_metadata({"geo": json.dumps(GEO)})
    prepared = parquet.prepare(table, {}, tmp_path)
    frame = geopandas.read_parquet(prepared.file)
    assert frame.crs.to_string() == "OGC:CRS84"
    assert frame.geometry.iloc[0].equals(shapely.Point(3.06, 50.63))
    assert [(column.name, column.type) for column in prepared.columns] == [
        ("name", "VARCHAR"),
        ("geometry", "GEOMETRY"),
    ]


def test_equal_tables_give_equal_bytes_without_the_arrow_schema(tmp_path: Path) -> None:
    table = pa.table({"a": [1, 2], "b": ["x", None]})
    files = [Path(parquet.prepare(table, {}, tmp_path).file) for _ in range(2)]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert pq.read_metadata(files[0]).metadata is None
