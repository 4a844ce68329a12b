"""Feeds played again over HTTP: by another base address, with options that every file keeps."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from catalogue.search import SearchIndex
from catalogue.store import open_store
from portal.app import create_app
from portal.cli import main
from portal.services import Services
from portal.settings import Settings
from tests.portal.api.conftest import Client
from tests.sandbox.replay.test_recording import feed

V3 = "/replay/vlille-simulated-v3"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sample_services: Services) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("replay") / "data"
    store, search = open_store(folder), SearchIndex(None)
    made = create_app(Services(Settings(data=folder), store, search, sample_services.sandbox))
    made.test_client_class = Client
    yield made
    search.close()
    store.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def data_of(client: FlaskClient) -> Path:
    services: Services = client.application.extensions["eurometropolis"]
    return services.settings.data


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments], env={"LC_ALL": "C.UTF-8"})


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_client_follows_the_feed_with_the_options_of_its_address(
    client: FlaskClient, version: str
) -> None:
    base = f"/replay/vlille-simulated-{version}/at=08:30;seed=3"
    found = client.get(f"{base}/gbfs.json")
    assert (found.status_code, found.mimetype) == (200, "application/json")
    assert found.headers["X-Replay"] == "simulated"
    assert found.headers["Cache-Control"] == "no-store"
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    data = found.get_json()["data"]
    feeds = data["feeds"] if version == "v3" else data["fr"]["feeds"]
    for each in feeds:
        parts = urlsplit(each["url"])
        assert parts.netloc == "localhost"
        assert parts.path.startswith(f"{base}/")
        one = client.get(parts.path)
        assert one.status_code == 200
        assert one.headers["X-Replay-At"] == "30600.000"
        assert one.data == client.get(parts.path).data


def test_options_in_the_query_are_carried_on_too(client: FlaskClient) -> None:
    found = client.get(f"{V3}/gbfs.json?at=3600&times=2026-03-01T12:00:00%2B01:00")
    address = urlsplit(found.get_json()["data"]["feeds"][0]["url"]).path
    one = client.get(address)
    assert one.headers["X-Replay-At"] == "3600.000"
    assert client.get(f"{V3}/at=7200/gbfs.json?at=3600").headers["X-Replay-At"] == "3600.000"


def test_faults_have_the_status_and_headers_of_real_ones(client: FlaskClient) -> None:
    limited = client.get(f"{V3}/at=0;limited=1/station_status.json")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "30")
    assert limited.headers["X-Replay-Fault"] == "limited"
    assert client.get(f"{V3}/at=0;errors=1/station_status.json").status_code in (500, 502, 503)
    cut = client.get(f"{V3}/at=0;truncated=1/station_status.json")
    assert (cut.status_code, cut.headers["X-Replay-Fault"]) == (200, "truncated")
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut.data)


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/replay/none/gbfs.json", 404, "replay-unknown"),
        ("/replay/..%2f..%2fobjects/gbfs.json", 404, "replay-file-unknown"),
        (f"{V3}/none.json", 404, "replay-file-unknown"),
        (f"{V3}/../../catalogue.db", 404, "replay-file-unknown"),
        (f"{V3}/bodies/x", 404, "replay-file-unknown"),
        (f"{V3}/colour=red/gbfs.json", 400, "replay-option-unknown"),
        (f"{V3}/gbfs.json?at=soon", 400, "replay-option-unfit"),
        (f"{V3}/{';'.join(['at=1'] * 50)}/gbfs.json", 400, "parameters-many"),
    ],
)
def test_what_cannot_be_played_is_told(
    client: FlaskClient, address: str, status: int, code: str
) -> None:
    answer = client.get(address)
    if "%2f" in address:
        assert answer.status_code == 404
        return
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_a_feed_is_recorded_by_command_and_played(client: FlaskClient) -> None:
    def give(path: str, count: int) -> bytes:
        return f"{path} {count}".encode()

    data = str(data_of(client))
    with feed(give) as site:
        options = ["--for", "0.3s", "--every", "0.25s", "-o", "mine", "--data", data]
        refused = command("record", f"{site}/a.txt", *options)
        assert refused.exit_code == 2  # loopback is not for strangers' addresses
        assert not (data_of(client) / "replay" / "mine").exists()
        done = command("record", f"{site}/a.txt", "--trusted-network", "--json", *options)
        assert done.exit_code == 0, done.output
        again = command("record", f"{site}/a.txt", "--trusted-network", *options)
        assert again.exit_code == 2
    assert json.loads(done.stdout)["files"] == ["a.txt"]
    first = client.get("/replay/mine/at=0/a.txt")
    assert (first.data, first.mimetype, first.headers["X-Replay"]) == (
        b"/a.txt 0",
        "text/plain",
        "recorded",
    )
    assert client.get("/replay/mine/at=999;loop=0/a.txt").data == b"/a.txt 1"
    listed = client.get("/replay.json").get_json()["results"]
    assert {each["id"]: each["is_simulated"] for each in listed} == {
        "vlille-simulated-v2": True,
        "vlille-simulated-v3": True,
        "mine": False,
    }
    assert "a.txt" in client.get("/en/replay").text


@pytest.mark.parametrize(
    ("lang", "label"), [("fr", "simulé"), ("nl", "gesimuleerd"), ("en", "simulated")]
)
def test_the_page_says_that_the_day_is_simulated(
    client: FlaskClient, lang: str, label: str
) -> None:
    page = client.get(f"/{lang}/replay").text
    assert page.count(f'<span class="badge">{label}</span>') == 2
    assert client.get("/replay", headers={"Accept-Language": lang}).location == f"/{lang}/replay"


def test_a_simulated_day_is_made_by_command(client: FlaskClient) -> None:
    data = data_of(client)
    made = command(
        "simulate", "-o", "own-day", "--seed", "5", "--every", "3600", "--data", str(data)
    )
    assert made.exit_code == 0, made.output
    assert client.get("/replay/own-day/at=0/gbfs.json").headers["X-Replay"] == "simulated"
    shutil.rmtree(data / "replay" / "own-day")
    refused = command("simulate", "-o", "../own-day", "--data", str(data))
    assert refused.exit_code == 2
