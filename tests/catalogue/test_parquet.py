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


def test_columns_are_laid_out_by_what_they_hold(tmp_path: Path) -> None:
    rows = 1_000
    table = pa.table(
        {
            "commune": [f"commune {number % 50}" for number in range(rows)],
            "name": [f"station {number}" for number in range(rows)],
            "measure": [number / 7 for number in range(rows)],
            "nothing": pa.nulls(rows, pa.string()),
        }
    )
    file = Path(parquet.prepare(table, {}, tmp_path).file)
    group = pq.read_metadata(file).row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    assert {
        column.path_in_schema: (column.compression, "RLE_DICTIONARY" in column.encodings)
        for column in columns
    } == {
        "commune": ("SNAPPY", True),  # a dictionary leaves a compressor little to do
        "name": ("ZSTD", False),
        "measure": ("SNAPPY", False),
        "nothing": ("SNAPPY", True),
    }
    assert pq.read_table(file).equals(table)


def test_a_table_without_rows_or_columns_is_written(tmp_path: Path) -> None:
    for table in (pa.table({"a": pa.array([], pa.string())}), pa.table({})):
        file = Path(parquet.prepare(table, {}, tmp_path).file)
        assert pq.read_table(file).equals(table)
