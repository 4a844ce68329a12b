import hashlib
import io
import os
from base64 import b64encode

import openpyxl  # type: ignore[import-untyped]  # it ships no types
import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.store import Store, versions
from portal.context import EXTENSION
from portal.conversions import FORMATS, DerivedFiles, Form
from tests.portal.api.published import TOWNS


def test_parquet_is_the_very_file_of_the_store(client: FlaskClient) -> None:
    answer = client.get("/data/municipalities@2.parquet")
    digest = hashlib.sha256(answer.data)
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert answer.headers["Repr-Digest"] == f"sha-256=:{b64encode(digest.digest()).decode()}:"
    assert pq.read_table(io.BytesIO(answer.data)).equals(TOWNS)


def test_a_pinned_version_may_be_kept_for_ever_and_the_current_one_must_be_asked_for(
    client: FlaskClient,
) -> None:
    pinned = client.get("/data/municipalities@1.csv")
    current = client.get("/data/municipalities.csv")
    assert "immutable" in pinned.headers["Cache-Control"]
    assert "max-age=31536000" in pinned.headers["Cache-Control"]
    assert "no-cache" in current.headers["Cache-Control"]
    assert current.headers["Content-Location"] == "/data/municipalities@2.csv"
    assert pinned.headers["ETag"] != current.headers["ETag"]
    assert len(pinned.text.splitlines()) == 3


def test_a_file_has_a_speaking_name(client: FlaskClient, store: Store) -> None:
    day = versions.get(store, "municipalities").created_at[:10]
    answer = client.get("/data/municipalities.csv?excel=nl")
    name = f"municipalities-v2-{day}-excel-nl.csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"


def test_csv_is_the_same_table_as_the_parquet(client: FlaskClient) -> None:
    parquet = pd.read_parquet(io.BytesIO(client.get("/data/municipalities.parquet").data))
    body = io.BytesIO(client.get("/data/municipalities.csv").data)
    csv = pd.read_csv(body, dtype={"code": str})
    parquet["founded"] = parquet["founded"].astype("string")
    pd.testing.assert_frame_equal(csv, parquet, check_dtype=False)


@pytest.mark.parametrize("excel", ["fr", "nl"])
def test_csv_for_excel_keeps_codes_and_opens_in_columns(client: FlaskClient, excel: str) -> None:
    body = client.get(f"/data/municipalities.csv?excel={excel}").data
    assert body.startswith(b"\xef\xbb\xbf")
    lines = body.decode("utf-8-sig").splitlines()
    assert lines[0] == "code;name;population;area_km2;founded"
    assert "34,8" in lines[1]
    assert '"=""01001"""' in lines[2]


def test_every_format_holds_every_row(client: FlaskClient) -> None:
    bodies = {
        name: client.get(f"/data/municipalities.{name}").data
        for name in FORMATS
        if name != "geojson"
    }
    book = openpyxl.load_workbook(io.BytesIO(bodies["xlsx"]), read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    assert book.sheetnames == ["municipalities"]
    book.close()
    assert [row[0] for row in rows[1:]] == TOWNS["code"].to_pylist()
    assert pyarrow.ipc.open_stream(bodies["arrow"]).read_all().equals(TOWNS)
    assert len(bodies["ndjson"].splitlines()) == 4
    assert [row["code"] for row in pd.io.json.ujson_loads(bodies["json"])] == [
        row[0] for row in rows[1:]
    ]


def test_geojson_only_where_there_is_geometry(client: FlaskClient) -> None:
    collection = client.get("/data/places.geojson").get_json()
    assert collection["features"][1]["geometry"]["coordinates"] == [3.26, 50.82]
    refused = client.get("/data/municipalities.geojson?lang=nl")
    assert refused.status_code == 404
    assert refused.get_json()["error"]["code"] == "no-geometry"
    assert "geen geometrie" in refused.get_json()["error"]["message"]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_ranges(client: FlaskClient, form: str) -> None:
    address = f"/data/municipalities.{form}"
    whole = client.get(address)
    size = len(whole.data)
    etag = whole.headers["ETag"]

    def ranged(value: str, **headers: str) -> tuple[int, bytes]:
        answer = client.get(address, headers={"Range": value, **headers})
        return answer.status_code, answer.data

    assert ranged("bytes=0-3") == (206, whole.data[:4])
    assert ranged("bytes=-7") == (206, whole.data[-7:])
    assert ranged(f"bytes={size - 2}-") == (206, whole.data[-2:])
    assert ranged("bytes=0-3", **{"If-Range": etag}) == (206, whole.data[:4])
    assert ranged("bytes=0-3", **{"If-Range": '"another"'}) == (200, whole.data)
    assert ranged("bytes=0-1,4-5") == (200, whole.data)
    assert ranged("lines=1-2") == (200, whole.data)
    beyond = client.get(address, headers={"Range": f"bytes={size}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{size}"
    assert beyond.get_json()["error"]["code"] == "range-not-satisfiable"


@given(start=st.integers(0, 2_000), length=st.integers(0, 2_000))
@settings(max_examples=60, deadline=None)
def test_any_range_is_that_part_of_the_file(app: Flask, start: int, length: int) -> None:
    client = app.test_client()
    whole = client.get("/data/municipalities.ndjson").data
    value = f"bytes={start}-{start + length}"
    answer = client.get("/data/municipalities.ndjson", headers={"Range": value})
    if start < len(whole):
        assert (answer.status_code, answer.data) == (206, whole[start : start + length + 1])
    else:
        assert answer.status_code == 416


@pytest.mark.parametrize("form", FORMATS)
def test_what_the_caller_holds_is_not_sent_again(client: FlaskClient, form: str) -> None:
    address = f"/data/places.{form}"
    etag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag


@pytest.mark.parametrize("form", FORMATS)
def test_head_answers_as_get_would(client: FlaskClient, form: str) -> None:
    head = client.head(f"/data/places.{form}")
    get = client.get(f"/data/places.{form}")
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) | {"Date": ""} == dict(get.headers) | {"Date": ""}


def test_files_are_open_to_pages_of_other_sites(client: FlaskClient) -> None:
    answer = client.get("/data/places.csv", headers={"Origin": "https://example.org"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]
    asked = client.options("/data/places.csv")
    assert "Range" in asked.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("address", "status", "code", "words"),
    [
        ("/data/municipalitis.csv", 404, "table-unknown-near", "municipalities"),
        ("/data/zzz.csv", 404, "table-unknown", "zzz"),
        ("/data/municipalities@9.csv", 404, "version-unlisted", "2, 1"),
        ("/data/municipalities.pdf", 404, "format-unknown", "parquet"),
        ("/data/municipalities.parquet.aux.xml", 404, "address-unknown", "aux.xml"),
        ("/data/..%2Fcatalogue.db", 404, "address-unknown", "catalogue.db"),
        ("/data/", 404, "address-unknown", "/data/"),
        ("/data/municipalities.csv?excel=de", 400, "parameter-choice", "fr, nl"),
        ("/data/municipalities.json?excel=fr", 400, "excel-only-csv", "json"),
        ("/data/municipalities.csv?exel=fr", 400, "parameter-unknown", "excel"),
    ],
)
def test_a_wrong_address_says_what_there_is(
    client: FlaskClient, address: str, status: int, code: str, words: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert words in answer.get_json()["error"]["message"]
    assert set(answer.get_json()["error"]) == {"code", "message", "line", "column"}


def test_a_table_that_cannot_be_read_to_its_end_is_refused_and_not_kept(
    fresh_app: Flask,
) -> None:
    client, store = fresh_app.test_client(), fresh_app.extensions[EXTENSION].store
    version = versions.get(store, "municipalities", 1)
    path = store.objects.parquet_path(version.sha256)
    path.chmod(0o644)
    bytes_ = bytearray(path.read_bytes())
    bytes_[8:200] = b"\xff" * 192
    path.write_bytes(bytes_)
    answer = client.get("/data/municipalities@1.csv")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (500, "fault-of-ours")
    assert list((store.folder / "converted").iterdir()) == []


def test_what_nobody_asks_for_gives_room(store: Store, app: Flask) -> None:
    files = DerivedFiles(store.folder / "few", budget_bytes=0)
    version = versions.get(store, "municipalities")
    source = store.objects.parquet_path(version.sha256)
    first = files.make(version, Form("csv"), source)
    assert first.exists(), "a file just asked for stays"
    os.utime(first, (0, 0))
    files.make(version, Form("ndjson"), source)
    assert not first.exists()


@pytest.mark.parametrize("extension", ["csv", "ndjson", "json", "parquet", "arrow", "xlsx"])
def test_a_view_is_given_whole_in_every_format(client: FlaskClient, extension: str) -> None:
    """The rows that the query string means, all of them, in its order."""
    plain = client.get("/data/municipalities.json").json
    assert plain
    name, values = next(iter(plain[0])), [row[next(iter(plain[0]))] for row in plain]
    wanted = str(values[-1])
    answer = client.get(f"/data/municipalities.{extension}", query_string={f"{name}__eq": wanted})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != client.get(f"/data/municipalities.{extension}").headers["ETag"]
    assert "Repr-Digest" not in answer.headers
    if extension == "json":
        assert [row[name] for row in answer.json or []] == [v for v in values if str(v) == wanted]
    if extension == "parquet":
        table = pq.read_table(io.BytesIO(answer.data))
        assert {str(value) for value in table.column(name).to_pylist()} == {wanted}


def test_a_view_that_does_not_fit_is_refused_by_name(client: FlaskClient) -> None:
    answer = client.get("/data/municipalities.csv?nowhere__eq=1")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "view-column-unknown")
