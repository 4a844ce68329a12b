"""The main job as its users walk it: one command on an empty folder, then all over HTTP."""

import contextlib
import io
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import requests

from portal.assets import BUILD
from tests.portal import running
from tests.portal.running import Platform

pytestmark = pytest.mark.skipif(
    not (BUILD / "manifest.json").is_file(), reason="the browser assets were not built"
)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running.platform(tmp_path_factory.mktemp("up") / "data") as platform:
        yield platform


def get(up: Platform, path: str, **options: object) -> requests.Response:
    return requests.get(up.url + path, timeout=30, **options)  # type: ignore[arg-type]  # passed on


def sql(up: Platform, text: str, **options: object) -> requests.Response:
    body = {"sql": text, **options}
    return requests.post(f"{up.url}/api/v1/sql", json=body, timeout=30)


def test_the_first_start_shows_datasets_of_many_publishers_of_every_side(up: Platform) -> None:
    answer = get(up, "/api/v1/datasets?limit=100").json()
    assert answer["count"] >= 10
    assert len(answer["facets"]["publisher"]) >= 6
    assert {"FR", "VLG", "WAL"} <= set(answer["facets"]["side"])


def test_the_first_start_has_the_harmonised_table_of_its_stations(up: Platform) -> None:
    text = "SELECT _source, count(*) AS stations FROM bike_share_stations GROUP BY ALL"
    assert sql(up, text).json()["rows"] == [["vlille_stations", 266]]
    found = get(up, "/api/v1/datasets?q=deelfietsen&limit=20").json()["results"]
    assert "bike-share-stations" in [each["id"] for each in found]
    assert get(up, "/nl/datasets/bike-share-stations/contributions").status_code == 200


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
def test_every_page_of_the_main_job_answers_in_each_language(up: Platform, lang: str) -> None:
    paths = ("", "/datasets", "/datasets/municipalities", "/sources", "/sql", "/sign-in")
    for path in paths:
        answer = get(up, f"/{lang}{path}")
        assert answer.status_code == 200, path
        assert f'lang="{lang}' in answer.text, path


@pytest.mark.parametrize(
    ("lang", "words", "expected"),
    [
        ("fr", "fiets", "stations-vlille"),
        ("nl", "école", "vacances-scolaires-zone-b"),
        ("nl", "gemeenten", "municipalities"),
        ("fr", "comunes", "municipalities"),
    ],
)
def test_search_understands_the_other_language_and_typing_errors(
    up: Platform, lang: str, words: str, expected: str
) -> None:
    answer = get(up, "/api/v1/datasets", params={"q": words, "lang": lang}).json()
    assert expected in [found["id"] for found in answer["results"]]


def test_both_names_of_a_place_find_the_same_datasets(up: Platform) -> None:
    found = [
        {d["id"] for d in get(up, f"/api/v1/datasets?q={name}&limit=100").json()["results"]}
        for name in ("Kortrijk", "Courtrai")
    ]
    assert found[0] == found[1] != set()


def test_the_municipality_table_is_read_by_duckdb_and_pandas_over_http(up: Platform) -> None:
    url = f"{up.url}/data/municipalities.parquet"
    extension = Path(duckdb.__file__).parents[1] / "duckdb_extension_httpfs" / "extensions"
    with duckdb.connect() as connection:
        connection.execute(f"LOAD '{next(extension.rglob('httpfs.duckdb_extension'))}'")
        counted = connection.execute(f"SELECT count(*) FROM '{url}'").fetchone()  # noqa: S608  # our own address
    assert counted == (153,)
    assert len(pd.read_parquet(io.BytesIO(get(up, "/data/municipalities.parquet").content))) == 153
    part = get(up, "/data/municipalities.parquet", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"PAR1")


def test_a_table_is_downloaded_in_every_format(up: Platform) -> None:
    for ending in ("csv", "ndjson", "json", "xlsx", "arrow", "parquet"):
        answer = get(up, f"/data/municipalities@1.{ending}")
        assert answer.status_code == 200, ending
        assert answer.content, ending
    excel = get(up, "/data/municipalities.csv?excel=fr").content
    assert excel.startswith(b"\xef\xbb\xbf")
    assert b";" in excel.splitlines()[0]


def test_stations_and_municipalities_are_joined_in_sql(up: Platform) -> None:
    answer = sql(
        up,
        "SELECT m.name_fr, count(*) AS stations FROM vlille_stations AS v"
        ' JOIN "municipalities@1" AS m ON m.code = v.municipality_code'
        " GROUP BY ALL ORDER BY 2 DESC",
    ).json()
    assert [column["name"] for column in answer["columns"]] == ["name_fr", "stations"]
    assert answer["row_count"] == len(answer["rows"]) > 0
    assert answer["truncated"] is False
    assert set(answer["versions"]) >= {"vlille_stations"}
    assert answer["engine"].startswith("DuckDB")


def test_sql_that_is_wrong_says_where_and_shows_no_path(up: Platform) -> None:
    answer = sql(up, "SELECT\n  nam_fr FROM municipalities")
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert error["line"] == 2
    for statement in (
        "SELECT * FROM '/etc/passwd'",
        "COPY municipalities TO 'x.csv'",
        "PRAGMA version",
    ):
        refused = sql(up, statement)
        assert refused.status_code == 400
        assert str(up.data) not in refused.text


def test_a_file_published_beside_the_server_is_there_within_two_seconds(
    up: Platform, tmp_path: Path
) -> None:
    file = tmp_path / "arbres.csv"
    file.write_bytes("essence;insee;hauteur\nChêne;01001;12,5\nOrme;59350;8,25\n".encode("cp1252"))
    done = running.command(
        "publish", str(file), "--title", "Arbres remarquables", "--json", "--data", str(up.data)
    )
    answer = json.loads(done.stdout)
    assert answer["tables"][0]["rows"] == 2, done.stderr
    deadline = time.monotonic() + 2
    name = answer["tables"][0]["name"]
    while True:
        in_sql = sql(up, f"SELECT insee, hauteur FROM {name} ORDER BY 1")  # noqa: S608  # a table name
        found = get(up, "/api/v1/datasets?q=arbres").json()["results"]
        in_search = answer["dataset"] in [dataset["id"] for dataset in found]
        if (in_sql.status_code == 200 and in_search) or time.monotonic() > deadline:
            break
    assert in_sql.json()["rows"] == [["01001", 12.5], ["59350", 8.25]]
    assert in_search


def test_the_command_line_answers_the_same_sql(up: Platform) -> None:
    done = running.command(
        "sql", "SELECT count(*) AS n FROM municipalities", "--json", "--data", str(up.data)
    )
    assert json.loads(done.stdout)["rows"] == [[153]], done.stderr


def test_kill_of_up_leaves_no_process_and_the_next_start_finds_everything(tmp_path: Path) -> None:
    first = Platform(tmp_path / "data")
    first.wait_until_ready()
    assert len(first.pids()) > 2
    first.stop(signal.SIGKILL)
    first.output()
    deadline = time.monotonic() + 10
    while first.pids() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert first.pids() == set()
    second = Platform(tmp_path / "data")
    second.wait_until_ready()
    assert requests.get(f"{second.url}/api/v1/datasets", timeout=10).json()["count"] >= 10
    second.stop(signal.SIGINT)
    assert "Traceback" not in second.output()
    assert second.pids() == set()


def test_processes_that_die_are_started_again(tmp_path: Path) -> None:
    with running.platform(tmp_path / "data") as platform:
        before = platform.pids()
        for pid in before - {platform.process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while not (started := _workers(platform) - before) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert started
        platform.wait_until_ready()
        assert sql(platform, "SELECT 1 AS one").json()["rows"] == [[1]]


def _workers(platform: Platform) -> set[int]:
    return set(platform.commands("portal.cli worker"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [("port", "is in use"), ("host", "cannot be listened on"), ("folder", "cannot be written")],
)
def test_what_cannot_work_is_one_sentence_and_exit_code_2(
    tmp_path: Path, wrong: str, says: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1] if wrong == "port" else running.free_port()
        host = "192.0.2.1" if wrong == "host" else "127.0.0.1"  # of no machine, RFC 5737
        (tmp_path / "file").write_bytes(b"")
        folder = tmp_path / ("file/data" if wrong == "folder" else "data")
        address = ["--host", host, "--port", str(port)]
        done = running.command("up", *address, "--data", str(folder))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert says in done.stderr
