import json
import time
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.errors import Refusal
from portal.spool import Room, whole

SQL = "/api/v1/sql"


def asked(client: FlaskClient, sql: str, **body: Any) -> Any:
    return client.post(SQL, json={"sql": sql, **body})


def test_the_answer_names_columns_rows_versions_and_engine(client: FlaskClient) -> None:
    answer = asked(
        client, "SELECT code, population FROM municipalities ORDER BY population LIMIT 2"
    )
    body = answer.get_json()
    assert body["columns"] == [
        {"name": "code", "type": "VARCHAR"},
        {"name": "population", "type": "BIGINT"},
    ]
    assert body["rows"] == [["01001", 784], ["34022", 79000]]
    assert (body["row_count"], body["truncated"]) == (2, False)
    assert body["versions"]["municipalities"]["version"] == 2
    assert len(body["versions"]["municipalities"]["sha256"]) == 64
    assert body["engine"].startswith("DuckDB")
    assert body["elapsed_ms"] > 0
    assert set(body) == {
        "columns", "rows", "row_count", "truncated", "versions", "engine", "elapsed_ms",
    }  # fmt: skip


def test_parameters_and_pinned_versions(client: FlaskClient) -> None:
    answer = asked(
        client, 'SELECT name FROM "municipalities@1" WHERE code = $code', params={"code": "59350"}
    )
    assert answer.get_json()["rows"] == [["Lille"]]
    assert next(iter(answer.get_json()["versions"].values()))["version"] == 1


def test_every_version_of_a_table_is_asked_at_once(client: FlaskClient) -> None:
    sql = 'SELECT _version, count(*) FROM "municipalities@all" GROUP BY ALL ORDER BY ALL'
    answer = asked(client, sql)
    assert [row[0] for row in answer.get_json()["rows"]] == [1, 2]
    assert list(answer.get_json()["versions"]) == ["municipalities@1", "municipalities@2"]
    assert answer.headers["X-Versions-Count"] == "2"
    assert set(json.loads(answer.headers["X-Versions"])) == set(answer.get_json()["versions"])


def test_an_unknown_version_says_which_there_are(client: FlaskClient) -> None:
    answer = asked(client, 'SELECT 1\nFROM "municipalities@7"')
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (400, "unknown_version")
    assert (error["line"], error["column"]) == (2, 6)
    assert "1–2" in error["message"]


CODES = "SELECT name FROM municipalities WHERE code = $code AND population < $most"


def test_parameters_of_an_address(client: FlaskClient) -> None:
    both = {"sql": CODES, "$code": "34022", "$most": "80000"}
    answer = client.get(SQL, query_string=both)
    assert answer.get_json()["rows"][0][0].startswith("Kortrijk")
    mixed = {"sql": CODES, "$code": "34022", "params": '{"most": 80000}', "format": "csv"}
    assert "Kortrijk" in client.get(SQL, query_string=mixed).text


@pytest.mark.parametrize(
    ("values", "code", "name"),
    [
        ({"$code": "34022"}, "parameter_missing", "most"),
        ({"$code": "34022", "$most": ""}, "parameter_missing", "most"),
        ({"$code": "34022", "$most": "lots"}, "parameter_integer", "most"),
        ({"$code": "1", "$most": "1", "$more": "1"}, "parameter_unused", "more"),
        ({"params": '{"code": 34022, "most": 1}'}, "parameter_text", "code"),
        ({"$code": ["1", "2"]}, "parameter-repeated", "$code"),
        ({f"$p{n}": "1" for n in range(60)}, "parameters-many", "50"),
        ({"code": "34022"}, "parameter-unknown", "code"),
    ],
)
def test_a_wrong_parameter_is_named(
    client: FlaskClient, values: dict[str, Any], code: str, name: str
) -> None:
    answer = client.get(SQL, query_string={"sql": CODES} | values)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)
    assert name in answer.get_json()["error"]["message"]


def test_json_is_cut_at_ten_thousand_rows_and_says_so(client: FlaskClient) -> None:
    cut = asked(client, "FROM range(10001)")
    assert (cut.get_json()["row_count"], cut.get_json()["truncated"]) == (10_000, True)
    assert cut.headers["X-Truncated"] == "true"
    exact = asked(client, "FROM range(10000)").get_json()
    assert (exact["row_count"], exact["truncated"]) == (10_000, False)
    more = asked(client, "FROM range(10001)", limit=20_000).get_json()
    assert (more["row_count"], more["truncated"]) == (10_001, False)


def test_limits_stand_in_the_headers(client: FlaskClient) -> None:
    headers = asked(client, "SELECT 1").headers
    assert headers["X-Deadline-Seconds"] == "10"
    assert headers["X-Max-Rows"] == "10000"
    assert headers["X-Max-Bytes"] == "1000000000"


@pytest.mark.parametrize("form", ["csv", "ndjson", "arrow", "parquet", "xlsx"])
def test_other_formats_are_whole_and_name_their_versions(client: FlaskClient, form: str) -> None:
    answer = client.post(f"{SQL}?format={form}", json={"sql": "FROM municipalities"})
    assert answer.status_code == 200
    assert answer.headers["X-Row-Count"] == "4"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert json.loads(answer.headers["X-Versions"])["municipalities"]["version"] == 2


@pytest.mark.parametrize(
    ("sql", "status", "place"),
    [
        ("SELECT\n  1 +* 2", 400, (2, 5)),
        ("FROM municipalitis", 400, (1, 6)),
        ("DROP TABLE municipalities", 400, None),
        ("SELECT 1; SELECT 2", 400, None),
        ("FROM read_csv('/etc/passwd')", 400, None),
        ("", 400, None),
    ],
)
def test_a_wrong_statement_says_where(
    client: FlaskClient, sql: str, status: int, place: tuple[int, int] | None
) -> None:
    answer = asked(client, sql)
    error = answer.get_json()["error"]
    assert answer.status_code == status
    assert error["message"]
    if place is not None:
        assert (error["line"], error["column"]) == place


def test_errors_speak_the_language_asked_for(client: FlaskClient) -> None:
    said = {
        lang: client.post(f"{SQL}?lang={lang}", json={"sql": "DROP TABLE x"}).get_json()
        for lang in ("fr", "nl", "en")
    }
    assert len({body["error"]["message"] for body in said.values()}) == 3
    assert len({body["error"]["code"] for body in said.values()}) == 1


@pytest.mark.parametrize(
    ("kwargs", "status", "code"),
    [
        ({"data": "SELECT 1"}, 415, "body-not-json"),
        ({"data": "{", "content_type": "application/json"}, 400, "body-unreadable"),
        ({"json": {"sql": "SELECT 1", "sqll": 1}}, 400, "body-unreadable"),
        ({"json": {"sql": "SELECT 1", "limit": 0}}, 400, "parameter-number"),
        ({"json": {"sql": "SELECT 1", "query_id": "x"}}, 400, "query-id-unfit"),
        ({"json": {"sql": "SELECT 1"}, "query_string": "format=pdf"}, 400, "parameter-choice"),
        ({"json": {"sql": "SELECT '" + "x" * 60_000 + "'"}}, 400, "sql_too_long"),
    ],
)
def test_a_wrong_call_is_refused(
    client: FlaskClient, kwargs: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(SQL, **kwargs)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_a_reading_of_the_same_state_is_not_run_again(client: FlaskClient) -> None:
    address = f"{SQL}?sql=SELECT+count(*)+FROM+municipalities"
    first = client.get(address)
    assert first.get_json()["rows"] == [[4]]
    etag = first.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    other = client.get(address + "&limit=5", headers={"If-None-Match": etag})
    assert other.status_code == 200


def test_a_query_is_cancelled_by_who_sent_it_and_nobody_else(app: Flask) -> None:
    answers: list[Any] = []
    body = {"sql": "SELECT sum(a.i * b.i) FROM range(9000000) a(i), range(900000) b(i)"}

    def run() -> None:
        with app.test_client() as mine:
            answers.append(mine.post(SQL, json={**body, "query_id": "mine-0001"}))

    thread = Thread(target=run)
    thread.start()
    stranger = {"REMOTE_ADDR": "192.0.2.9"}
    began = time.monotonic()
    with app.test_client() as client:
        assert client.delete(f"{SQL}/mine-0001", environ_base=stranger).status_code == 404
        while client.delete(f"{SQL}/mine-0001").status_code == 404:
            assert time.monotonic() - began < 5
            time.sleep(0.02)
    cancelled_at = time.monotonic()
    thread.join(5)
    assert time.monotonic() - cancelled_at < 1
    assert answers[0].get_json()["error"]["code"] == "cancelled"


def test_an_answer_that_fails_on_its_way_is_no_answer(app: Flask, tmp_path: Any) -> None:
    def chunks() -> Any:
        yield b"x" * 6_000_000
        raise RuntimeError("broken")

    room = Room(10_000_000)
    with app.app_context(), pytest.raises(RuntimeError):
        whole(chunks(), folder=tmp_path, room=room, max_bytes=10**9, media_type="text/csv")
    room.take(10_000_000)
    with pytest.raises(Refusal) as refused:
        room.take(1)
    assert refused.value.status == 429


def test_an_answer_beyond_its_bytes_is_refused(app: Flask, tmp_path: Any) -> None:
    chunks = iter([b"x" * 100] * 3)
    with app.app_context(), pytest.raises(Refusal) as refused:
        whole(chunks, folder=tmp_path, room=Room(), max_bytes=250, media_type="text/csv")
    assert refused.value.status == 413


def test_parameters_nested_without_end_are_refused(client: FlaskClient) -> None:
    deep = '{"a":' * 50_000 + "1" + "}" * 50_000
    body = f'{{"sql": "SELECT 1", "params": {deep}}}'
    answer = client.post("/api/v1/sql", data=body, content_type="application/json")
    assert answer.status_code == 400


def test_an_answer_with_a_clock_or_chance_in_it_is_never_kept(client: FlaskClient) -> None:
    kept = client.get("/api/v1/sql?sql=SELECT 1")
    fresh = client.get("/api/v1/sql?sql=SELECT random()")
    assert kept.headers["ETag"]
    assert "ETag" not in fresh.headers
    assert fresh.headers["Cache-Control"] == "no-store"
