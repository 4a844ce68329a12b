"""Encoders: what each format makes of hard values, and that nothing is cut short."""

import csv as python_csv
import datetime
import importlib
import io
import json
import math
import tracemalloc
import zipfile
from collections.abc import Iterator
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.relations import Snapshot
from sandbox.errors import InvalidQuery, TooLarge
from sandbox.formats import FORMATS, Table, csv, sql_answer, xlsx
from sandbox.supervisor import Sandbox


def table(columns: dict[str, object], *, batches: int = 1) -> Table:
    arrow = pa.table(columns)
    size = max(1, math.ceil(arrow.num_rows / batches))
    return Table(arrow.schema, iter(arrow.to_batches(max_chunksize=size)))


def written(name: str, source: Table) -> bytes:
    return b"".join(FORMATS[name].encode(source))


LOCAL = datetime.datetime(2026, 7, 1, 8, 0, 0, 500000)  # noqa: DTZ001 - a time without zone
HARD = {
    "code": ["01001", None],
    "text": ['a;b,"c"\nd', "=1+1"],
    "big": pa.array([2**60, None], pa.int64()),
    "small": pa.array([1, -5], pa.int32()),
    "price": pa.array([Decimal("12.50"), Decimal("-0.05")], pa.decimal128(10, 2)),
    "wide": pa.array([Decimal(10**30), Decimal(3)], pa.decimal128(38, 0)),
    "ratio": [1.5, math.nan],
    "day": [datetime.date(2026, 3, 1), None],
    "at": pa.array(
        [datetime.datetime(2026, 7, 1, 8, tzinfo=datetime.UTC), None],
        pa.timestamp("us", "Europe/Brussels"),
    ),
    "local": pa.array([LOCAL, None], pa.timestamp("us")),
    "yes": [True, False],
    "list": [[1, 2], None],
    "struct": [{"a": 1, "b": None}, None],
    "bytes": [b"\x00\xff", None],
    "place": pa.array(["a", "b"]).dictionary_encode(),
}


def test_json_keeps_every_value_exactly() -> None:
    first, second = json.loads(written("json", table(HARD)))
    assert first == {
        "code": "01001",
        "text": 'a;b,"c"\nd',
        "big": str(2**60),
        "small": 1,
        "price": 12.5,
        "wide": str(10**30),
        "ratio": 1.5,
        "day": "2026-03-01",
        "at": "2026-07-01T10:00:00+02:00",
        "local": "2026-07-01T08:00:00.500000",
        "yes": True,
        "list": [1, 2],
        "struct": {"a": 1, "b": None},
        "bytes": "AP8=",
        "place": "a",
    }
    assert second["wide"] == 3
    assert second["ratio"] is None


def test_ndjson_is_the_same_line_by_line() -> None:
    lines = written("ndjson", table(HARD, batches=2)).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(written("json", table(HARD)))


def test_csv_is_rfc_4180() -> None:
    data = written("csv", table(HARD, batches=2)).decode()
    head, first, second = python_csv.reader(io.StringIO(data, newline=""))
    assert data.endswith("\r\n")
    assert head == list(HARD)
    assert first[:8] == ["01001", 'a;b,"c"\nd', str(2**60), "1", "12.50", str(10**30), "1.5",
                         "2026-03-01"]  # fmt: skip
    assert second[:3] == ["", "=1+1", ""]
    assert second[6] == ""


@pytest.mark.parametrize(("excel", "yes"), [("fr", "VRAI"), ("nl", "WAAR")])
def test_csv_for_excel_keeps_codes_and_runs_no_formula(excel: str, yes: str) -> None:
    data = b"".join(csv(table(HARD), excel=excel)).decode("utf-8")  # type: ignore[arg-type]
    assert data.startswith("\ufeff")
    rows = list(python_csv.reader(io.StringIO(data[1:], newline=""), delimiter=";"))
    first, second = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    assert first["code"] == '="01001"'
    assert second["text"] == '="=1+1"'
    assert first["price"] == "12,50"
    assert first["ratio"] == "1,5"
    assert first["day"] == "01/03/2026"
    assert first["at"] == "01/07/2026 10:00:00"
    assert first["local"] == "01/07/2026 08:00:00,500"
    assert first["yes"] == yes


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.one_of(st.none(), st.text(max_size=8)), st.text(max_size=8)), max_size=5)
)
def test_csv_gives_back_any_text(rows: list[tuple[str | None, str]]) -> None:
    columns = {"a": pa.array([a for a, _ in rows], pa.string()), "b": [b for _, b in rows]}
    columns["b"] = pa.array(columns["b"], pa.string())
    data = written("csv", table(columns)).decode("utf-8", "surrogatepass")
    back = list(python_csv.reader(io.StringIO(data, newline="")))[1:]
    assert [tuple(row) for row in back] == [(a or "", b) for a, b in rows]


def test_csv_of_one_column_keeps_empty_values_as_rows() -> None:
    data = written("csv", table({"a": ["x", None, ""]})).decode()
    assert len(list(python_csv.reader(io.StringIO(data)))) == 4


def test_parquet_and_arrow_give_the_values_back() -> None:
    data = written("parquet", table(HARD, batches=2))
    back = pq.read_table(io.BytesIO(data))
    assert back.column("code").to_pylist() == ["01001", None]
    assert back.column("price").to_pylist() == [Decimal("12.50"), Decimal("-0.05")]
    stream = pa.ipc.open_stream(written("arrow", table(HARD, batches=2))).read_all()
    assert stream.drop_columns("ratio").equals(pa.table(HARD).drop_columns("ratio"))  # NaN != NaN


def test_xlsx_writes_texts_as_texts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", table(HARD))))
    head, first, second = book.active.iter_rows()
    assert [cell.value for cell in head] == list(HARD)
    assert (first[0].value, first[0].data_type) == ("01001", "s")
    assert (second[1].value, second[1].data_type) == ("=1+1", "s")
    assert first[7].value == datetime.datetime(2026, 3, 1)  # noqa: DTZ001 - sheets have no zone
    assert first[2].value == str(2**60)


@pytest.mark.parametrize(
    ("name", "shown"), [("history", "history_"), ("a" * 40, "a" * 31), ("stations", "stations")]
)
def test_xlsx_names_its_sheet_after_the_table(name: str, shown: str) -> None:
    found = pa.table(HARD)
    data = b"".join(xlsx(Table(found.schema, iter(found.to_batches()), name)))
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == [shown]


def endless(batch: pa.RecordBatch, count: int) -> Iterator[pa.RecordBatch]:
    for _ in range(count):
        yield batch


def test_xlsx_of_the_same_table_is_the_same_bytes_whenever_it_is_written() -> None:
    first = written("xlsx", table(HARD))
    with zipfile.ZipFile(io.BytesIO(first)) as book:
        properties = book.read("docProps/core.xml").decode()
        days = {entry.date_time[:3] for entry in book.infolist()}
    assert str(datetime.datetime.now(datetime.UTC).year) not in properties
    assert len(days) == 1
    assert written("xlsx", table(HARD)) == first


def test_xlsx_refuses_what_a_sheet_cannot_hold_before_its_first_byte() -> None:
    wide = pa.table({f"c{i}": [1] for i in range(16_385)})
    with pytest.raises(TooLarge, match="xlsx_columns"):
        next(FORMATS["xlsx"].encode(Table(wide.schema, iter(wide.to_batches()))))
    long = pa.table({"a": ["x" * 32_768]})
    with pytest.raises(TooLarge, match="xlsx_text"):
        next(FORMATS["xlsx"].encode(Table(long.schema, iter(long.to_batches()))))


def test_xlsx_refuses_a_row_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("sandbox.formats.xlsx"), "MAX_ROWS", 1_000)
    batch = pa.record_batch({"a": list(range(500))})
    assert written("xlsx", Table(batch.schema, endless(batch, 2)))
    with pytest.raises(TooLarge, match="xlsx_rows"):
        next(FORMATS["xlsx"].encode(Table(batch.schema, endless(batch, 3))))


def test_geojson_takes_geometry_or_lon_and_lat() -> None:
    point = shapely.to_wkb(shapely.Point(3, 50))
    features = json.loads(written("geojson", table({"id": [1, 2], "geometry": [point, None]})))
    assert features["type"] == "FeatureCollection"
    assert features["features"][0] == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [3.0, 50.0]},
        "properties": {"id": 1},
    }
    assert features["features"][1]["geometry"] is None
    features = json.loads(written("geojson", table({"lon": [3.0], "lat": [50.0]})))
    assert features["features"][0]["geometry"]["coordinates"] == [3.0, 50.0]
    with pytest.raises(InvalidQuery, match="no_geometry"):
        FORMATS["geojson"].encode(table({"a": [1]}))


def test_geojson_reads_places_that_are_texts() -> None:
    texts = ["50.63, 3.06", None, "Lille", "nan,1", "50.1,3.2,17"]
    features = json.loads(written("geojson", table({"geo_point_2d": texts})))["features"]
    places = [each["geometry"] and each["geometry"]["coordinates"] for each in features]
    assert places == [[3.06, 50.63], None, None, None, [3.2, 50.1]]
    assert features[0]["properties"] == {"geo_point_2d": "50.63, 3.06"}


def test_geometry_is_wkt_in_csv_and_geojson_in_json() -> None:
    columns = {"geometry": [shapely.to_wkb(shapely.Point(3, 50.5))]}
    assert written("csv", table(columns)) == b"geometry\r\nPOINT (3 50.5)\r\n"
    assert json.loads(written("json", table(columns)))[0]["geometry"]["type"] == "Point"
    back = pq.read_schema(io.BytesIO(written("parquet", table(columns))))
    assert json.loads(back.metadata[b"geo"])["primary_column"] == "geometry"


def test_columns_of_one_name_are_told_apart() -> None:
    batch = pa.RecordBatch.from_arrays(
        [pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "a", "a_1"]
    )
    (row,) = json.loads(written("json", Table(batch.schema, iter([batch]))))
    assert sorted(row.values()) == [1, 2, 3]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_empty_table_is_a_whole_answer(name: str) -> None:
    empty = pa.schema([("lon", pa.float64()), ("lat", pa.float64())])
    assert written(name, Table(empty, iter(()))) or name == "ndjson"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_fault_on_the_way_raises_and_never_ends_as_if_whole(name: str) -> None:
    batch = pa.record_batch({"lon": [3.0] * 100, "lat": [50.0] * 100})

    def broken() -> Iterator[pa.RecordBatch]:
        yield batch
        raise InvalidQuery("query_failed")

    received = []
    with pytest.raises(InvalidQuery):
        received.extend(FORMATS[name].encode(Table(batch.schema, broken())))
    assert not b"".join(received).endswith(b"]}\n")


@pytest.mark.parametrize("name", ["csv", "ndjson", "json", "arrow", "geojson"])
def test_memory_does_not_grow_with_the_table(name: str) -> None:
    batch = pa.record_batch({"lon": [3.0] * 5_000, "lat": [50.0] * 5_000, "t": ["x"] * 5_000})
    tracemalloc.start()
    size = sum(
        len(chunk) for chunk in FORMATS[name].encode(Table(batch.schema, endless(batch, 10)))
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 << 20
    assert size > 250_000


EVERY_TYPE = """
SELECT 1::TINYINT a, 2::UBIGINT b, 3::HUGEINT c, 1.5::DECIMAL(10, 2) d, 'x'::ENUM('x', 'y') e,
  INTERVAL '1 month 2 days 3.5 seconds' f, uuid() g, 'x'::BLOB h, '{"a": 1}'::JSON i,
  map {'k': 1} j, TIME '10:00' k, NULL l, '101'::BIT m, union_value(a := 1) n, [1, NULL] o,
  {'a': [DATE '2026-01-01']} p, row(1, 2) q, TIMETZ '10:00:00+01' r, 10::BIGNUM s,
  TIMESTAMP_S '2026-01-01 00:00:00' t, TIMESTAMP_NS '2026-01-01 00:00:00.123456789' u,
  TIMESTAMPTZ '2026-07-01 10:00:00+02' v, [1, 2]::INTEGER[2] w, ST_Point(3, 50) x,
  DATE '9999-12-31' y, 'infinity'::DOUBLE z, map {1: row(1, 1)} aa, 1 AS a
FROM range($n)
"""


@pytest.mark.parametrize("name", [*sorted(FORMATS), "answer", "excel"])
def test_every_type_of_duckdb_can_be_written(
    sandbox: Sandbox, snapshot: Snapshot, name: str
) -> None:
    params = {"n": 3}
    with sandbox.run(EVERY_TYPE, snapshot=snapshot, client="a", params=params) as result:
        if name == "answer":
            answer = json.loads(b"".join(sql_answer(result)))
            assert answer["row_count"] == 3
            assert answer["truncated"] is False
            assert len(answer["rows"][0]) == len(answer["columns"]) == 28
        elif name == "excel":
            assert b"".join(csv(result, excel="fr"))
        else:
            assert b"".join(FORMATS[name].encode(result))
