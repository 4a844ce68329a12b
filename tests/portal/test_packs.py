"""Test packs of a running platform: pages, downloads, recipes of one's own."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from catalogue import parquet
from catalogue.search import SearchIndex
from catalogue.store import open_store, usage, versions
from catalogue.store.usage import Kind
from portal.accounts.roles import Role
from portal.accounts.sign_in import add_user
from portal.accounts.tokens import make_token
from portal.app import create_app
from portal.cli import main
from portal.packs import FOLDER, make_room
from portal.services import Services
from portal.settings import Settings
from tests.portal.api.conftest import Client

PASSWORD = "vier kleine paarden"  # noqa: S105
OWN = {
    "id": "mine",
    "seed": 1,
    "area": {"municipalities": ["59350"]},
    "tables": [{"table": "vlille_stations@1", "rows": 12}],
}


@pytest.fixture(scope="module")
def services(
    tmp_path_factory: pytest.TempPathFactory, sample_services: Services
) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("starter") / "data"
    done = CliRunner().invoke(main, ["harvest", "starter", "--data", str(folder)])
    assert done.exit_code == 0, done.output
    store, search = open_store(folder), SearchIndex(None)
    yield Services(Settings(data=folder), store, search, sample_services.sandbox)
    search.close()
    store.close()


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    made = create_app(services)
    made.test_client_class = Client
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def token(services: Services) -> dict[str, str]:
    user = add_user(services.store, name="tess", role=Role.VIEWER, password=PASSWORD)
    secret, _ = make_token(
        services.store, user_id=user.id, role=Role.VIEWER, label="ci", scopes=["sql"], days=1
    )
    return {"Authorization": f"Bearer {secret}"}


def test_whoever_takes_a_pack_takes_each_of_its_tables(
    client: FlaskClient, services: Services
) -> None:
    tables = [
        each["table"] for each in client.get("/api/v1/packs/bike-share").json["manifest"]["tables"]
    ]
    services.usage.flush()
    before = usage.of(services.store, Kind.DOWNLOAD, tables, since="2000-01-01")
    for headers in ({}, {"User-Agent": "a robot: crawler"}):
        client.get("/packs/bike-share.zip", headers=headers)
    client.get("/packs/bike-share.sha256")
    services.usage.flush()
    after = usage.of(services.store, Kind.DOWNLOAD, tables, since="2000-01-01")
    assert len(tables) > 1
    for table in tables:
        assert after[table].total == (before[table].total if table in before else 0) + 1


def test_a_pack_is_downloaded_with_a_strong_validator_and_its_sum(client: FlaskClient) -> None:
    whole = client.get("/packs/bike-share.zip")
    digest = hashlib.sha256(whole.data).hexdigest()
    assert (whole.status_code, whole.mimetype) == (200, "application/zip")
    assert whole.headers["ETag"] == f'"{digest}"'
    assert "Last-Modified" not in whole.headers
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/packs/bike-share.sha256").text == f"{digest}  bike-share.zip\n"
    held = client.get("/packs/bike-share.zip", headers={"If-None-Match": f'"{digest}"'})
    assert held.status_code == 304
    part = client.get("/packs/bike-share.zip", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"PK\x03\x04")
    beyond = client.get("/packs/bike-share.zip", headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    head = client.head("/packs/bike-share.zip")
    assert (head.data, int(head.headers["Content-Length"])) == (b"", len(whole.data))


def test_the_command_makes_the_bytes_that_the_platform_gives(
    client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    target = tmp_path / "a.zip"
    arguments = ["pack", "make", "rail-stations", "-o", str(target)]
    done = CliRunner().invoke(main, [*arguments, "--data", str(services.settings.data)])
    assert done.exit_code == 0, done.output
    assert client.get("/packs/rail-stations.zip").data == target.read_bytes()


def test_a_pinned_address_gives_the_same_after_a_newer_version(
    client: FlaskClient, services: Services
) -> None:
    told = client.get("/api/v1/packs/digital-network").get_json()
    before = client.get(told["pinned_zip"])
    assert hashlib.sha256(before.data).hexdigest() == told["sha256"]
    store = services.store
    players = versions.get(store, "players")
    file = store.objects.parquet_path(players.sha256)
    fewer = pq.read_table(file).slice(1)
    publish_again(services, fewer, players.schema)
    assert client.get(told["pinned_zip"]).data == before.data
    now = client.get("/api/v1/packs/digital-network").get_json()
    assert {t["table"]: t["version"] for t in now["manifest"]["tables"]}["players"] == 2
    assert now["sha256"] != told["sha256"]


def publish_again(services: Services, table: pa.Table, schema: dict[str, object]) -> None:
    prepared = parquet.prepare(table, schema, services.store.objects.scratch())
    versions.publish(
        services.store,
        "players",
        prepared,
        raw_sha256="0" * 64,
        schema=schema,
        recipe={},
        report={},
    )


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/packs/nothing.zip", 404, "pack-unknown"),
        ("/api/v1/packs/nothing", 404, "pack-unknown"),
        ("/packs/bike-share.zip?pin=vlille_stations@99", 404, "version-unknown"),
        ("/packs/bike-share.zip?pin=players@1", 400, "pack-pin-unknown"),
        ("/packs/bike-share.zip?pin=players", 400, "pack-pin-unreadable"),
        ("/packs/bike-share.zip?pin=a@1&pin=a@2", 400, "pack-pin-unreadable"),
        ("/packs/bike-share.zip?version=1", 400, "parameter-unknown"),
    ],
)
def test_what_cannot_be_given_is_told(
    client: FlaskClient, address: str, status: int, code: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_a_pack_is_made_once(client: FlaskClient, services: Services) -> None:
    client.get("/packs/bike-share.zip")
    folder = services.settings.data / FOLDER
    kept = {file.name: file.stat().st_ino for file in folder.iterdir()}
    client.get("/packs/bike-share.zip?pin=vlille_stations@1")
    client.get("/en/packs/bike-share")
    assert {file.name: file.stat().st_ino for file in folder.iterdir()} == kept


def test_what_was_not_asked_for_longest_makes_room(tmp_path: Path) -> None:
    for place, name in enumerate("abc"):
        for ending in ("zip", "json"):
            (tmp_path / f"{name}.{ending}").write_bytes(b"x" * 10)
        os.utime(tmp_path / f"{name}.zip", (1000 + place, 1000 + place))
    (tmp_path / "young.zip").write_bytes(b"x" * 10)
    make_room(tmp_path, budget_bytes=25)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["c.json", "c.zip", "young.zip"]
    make_room(tmp_path, budget_bytes=0)
    assert [file.name for file in tmp_path.iterdir()] == ["young.zip"]


@pytest.mark.parametrize("kind", ["json", "toml"])
def test_who_is_signed_in_makes_a_pack_of_an_own_recipe(
    client: FlaskClient, token: dict[str, str], kind: str
) -> None:
    toml = 'id = "mine"\nseed = 1\narea = {municipalities = ["59350"]}\n'
    toml += '[[tables]]\ntable = "vlille_stations@1"\nrows = 12\n'
    body = json.dumps(OWN) if kind == "json" else toml
    sent = {"data": body, "content_type": f"application/{kind}"}
    assert client.post("/api/v1/packs", **sent).status_code == 401
    made = client.post("/api/v1/packs", headers=token, **sent)
    assert (made.status_code, made.mimetype) == (200, "application/zip")
    assert made.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    rows = {table["table"]: table["rows"] for table in manifest["tables"]}
    assert rows == {"municipalities": 1, "vlille_stations": 12}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "body-unreadable"),
        ("[]", 400, "pack-recipe-unreadable"),
        (json.dumps(OWN | {"rows": 10**9}), 400, "pack-recipe-unreadable"),
        (json.dumps(OWN | {"tables": [{"table": "no_such"}]}), 404, "table-unknown"),
        (
            json.dumps(OWN | {"tables": [{"table": "vlille_stations", "where": {"x__eq": 1}}]}),
            400,
            "view-column-unknown",
        ),
        (" " * 200_000, 413, "body-too-large"),
    ],
)
def test_a_recipe_that_does_not_fit_is_refused(
    client: FlaskClient, token: dict[str, str], body: str, status: int, code: str
) -> None:
    headers = {**token, "Content-Type": "application/json"}
    answer = client.post("/api/v1/packs", headers=headers, data=body)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("lang", "title", "source"),
    [
        ("fr", "Vélos en libre-service", "Licence Ouverte 2.0"),
        ("nl", "Deelfietsen", "Open licentie 2.0 (Frankrijk)"),
        ("en", "Shared bikes", "Open Licence 2.0 (France)"),
    ],
)
def test_a_page_says_what_is_in_a_pack_and_how_to_take_it(
    client: FlaskClient, lang: str, title: str, source: str
) -> None:
    assert title in client.get(f"/{lang}/packs").text
    page = client.get(f"/{lang}/packs/bike-share").text
    assert title in page
    assert source in page
    assert "vlille_stations@1" in page
    assert client.get("/packs/bike-share.sha256").text.split()[0] in page
    assert client.get("/packs/bike-share", headers={"Accept-Language": lang}).location == (
        f"/{lang}/packs/bike-share"
    )


def test_a_catalogue_without_the_tables_says_so(pages: FlaskClient) -> None:
    assert "vlille_stations" in pages.get("/en/packs/bike-share").text
    (first, *_) = pages.get("/api/v1/packs").get_json()["results"]
    assert (first["id"], first["missing_tables"]) == ("bike-share", ["vlille_stations"])
    assert pages.get("/packs/bike-share.zip").status_code == 404
