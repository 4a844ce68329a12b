"""Datasets that are withdrawn, put back, or erased: what is left for readers, and on the disk."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from catalogue.errors import Conflict, Gone
from catalogue.store import Store, datasets, open_store, versions
from portal.accounts.roles import Role
from portal.accounts.sign_in import add_user
from portal.cli import main
from portal.following import catch_up
from portal.harvesting import run_source
from portal.services import Services
from portal.withdrawing import erase, erase_version, put_back, withdraw
from tests.harvesters.portals import ckan_portal, published
from tests.portal.test_harvesting import LATER, QUICK

PASSWORD = "vier kleine paarden"  # noqa: S105
NAME = "Jan Peeters"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def client(own_app: Flask, own_services: Services) -> FlaskClient:
    for name, role in (("eva", Role.STEWARD), ("wim", Role.VIEWER)):
        with suppress(Conflict):  # of the test before
            add_user(own_services.store, name=name, role=role, password=PASSWORD)
    return own_app.test_client()


def test_a_withdrawn_dataset_is_gone_everywhere_says_why_and_comes_back(
    client: FlaskClient, own_services: Services
) -> None:
    (table, dataset_id) = _first(own_services.store)
    paths = [
        f"/nl/datasets/{dataset_id}",
        f"/datasets/{dataset_id}.ttl",
        f"/api/v1/datasets/{dataset_id}",
        f"/data/{table}.csv",
        f"/data/{table}@1.parquet",
        f"/api/v1/tables/{table}/rows",
    ]
    assert {_status(client, path) for path in paths} == {200}
    assert _asked(client, table) == 200
    client.post("/nl/sign-in", data={"name": "eva", "password": PASSWORD})
    asked = client.post(f"/nl/datasets/{dataset_id}/withdraw", data={"reason": " "})
    assert (asked.status_code, 'role="alert"' in asked.text) == (400, True)
    done = client.post(f"/nl/datasets/{dataset_id}/withdraw", data={"reason": "Fout in <bron>."})
    assert done.status_code == 303
    assert {_status(client, path) for path in paths} == {410}
    page = client.get(paths[0]).text
    assert "Dit is niet meer hier" in page
    assert "Fout in &lt;bron&gt;." in page
    assert client.get(paths[2]).json["error"]["code"] == "dataset-withdrawn"
    assert _asked(client, table) == 400
    catch_up(own_services.store, own_services.search)
    assert dataset_id not in client.get("/sitemap.xml").text
    assert dataset_id not in datasets.findable_ids(own_services.store)
    assert client.post(f"/nl/withdrawn/{dataset_id}/back").status_code == 303
    assert {_status(client, path) for path in paths} == {200}
    assert _asked(client, table) == 200
    assert client.post(f"/nl/withdrawn/{dataset_id}/back").status_code == 404


def test_programs_withdraw_and_put_back_and_strangers_do_not(
    client: FlaskClient, own_services: Services
) -> None:
    (_, dataset_id) = _first(own_services.store)
    path = f"/api/v1/datasets/{dataset_id}"
    assert client.delete(f"{path}?reason=x").status_code == 401
    client.post("/nl/sign-in", data={"name": "wim", "password": PASSWORD})
    assert client.delete(f"{path}?reason=x").status_code == 403
    assert client.get(f"/nl/datasets/{dataset_id}/withdraw").status_code == 403
    client.post("/nl/sign-in", data={"name": "eva", "password": PASSWORD})
    assert client.delete(path).status_code == 400
    assert client.delete(f"{path}?reason=x").status_code == 204
    assert client.delete(f"{path}?reason=x").status_code == 410
    assert "<button" in _row(client.get("/fr/withdrawn").text, dataset_id)
    assert client.post(f"{path}/back").status_code == 204
    assert client.get(path).status_code == 200


def test_a_run_fetches_nothing_of_what_is_withdrawn_and_goes_on_when_it_is_back(
    store: Store,
) -> None:
    with ckan_portal([published("velos"), published("zones")]) as portal:
        source = portal.source()
        run = run_source(store, source, fetch_settings=QUICK)
        dataset_id = next(each.dataset_id for each in run.records if each.remote_id == "velos")
        assert dataset_id is not None
        withdraw(store, dataset_id, reason="why", by="eva")
        portal.datasets[0] = published("velos", "code;nom\n1;Un\n", modified=LATER)
        held = run_source(store, source, fetch_settings=QUICK)
        assert (held.counts["skipped"], held.counts["missing"]) == (1, 0)
        put_back(store, dataset_id, by="eva")
        again = run_source(store, source, fetch_settings=QUICK)
    assert again.counts["changed"] == 1


def test_what_is_erased_leaves_no_byte_and_does_not_come_back(store: Store) -> None:
    first = f"nom;places\n{NAME};12\n"
    with ckan_portal([published("velos", "nom;places\nGare;12\n")]) as portal:
        run_source(store, portal.source(), fetch_settings=QUICK)
        portal.datasets[0] = published("velos", first, modified=LATER)
        run_source(store, portal.source(), fetch_settings=QUICK)
        (table, dataset_id) = _first(store)
        assert _holds_name(store)
        erase_version(store, table, 2, reason="AVG", by="eva")
        assert not _holds_name(store)
        assert versions.get(store, table).n == 1
        with pytest.raises(Gone):
            versions.get(store, table, 2)
        run = run_source(store, portal.source(), fetch_settings=QUICK)
        assert [issue.code for issue in run.records[0].issues] == ["bytes-erased"]
        assert not _holds_name(store)
        portal.datasets[0] = published(
            "velos", "nom;places\nPlace;3\n", modified="2026-03-03T08:00:00"
        )
        run_source(store, portal.source(), fetch_settings=QUICK)
    assert versions.get(store, table).n == 3
    erase(store, dataset_id, reason="AVG", by="eva")
    with pytest.raises(Gone):
        datasets.get(store, dataset_id)
    assert not list((store.folder / "objects").rglob("*.parquet"))
    assert not [file for file in (store.folder / "raw").rglob("*") if file.is_file()]


def test_the_command_line_withdraws_puts_back_and_erases(store: Store) -> None:
    with ckan_portal([published("velos")]) as portal:
        run_source(store, portal.source(), fetch_settings=QUICK)
    (table, dataset_id) = _first(store)
    data = ["--data", str(store.folder)]

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, [*arguments, *data], env={"LC_ALL": "nl_BE.UTF-8"})
        return done.exit_code, done.output

    assert run("withdraw", dataset_id)[0] == 2
    assert run("withdraw", dataset_id, "--reason", "fout")[0] == 0
    assert "ingetrokken" in run("withdraw", dataset_id, "--reason", "fout")[1]
    assert run("withdraw", dataset_id, "--back")[0] == 0
    assert run("erase", f"{table}@9", "--reason", "AVG", "--yes")[0] == 2
    assert run("erase", f"{table}@1", "--reason", "AVG", "--yes")[0] == 0
    assert run("erase", dataset_id, "--reason", "AVG", "--yes")[0] == 0
    assert run("withdraw", dataset_id, "--back")[0] == 2


def _status(client: FlaskClient, path: str) -> int:
    with client.get(path) as answer:
        return answer.status_code


def _asked(client: FlaskClient, table: str) -> int:
    with client.post("/api/v1/sql", json={"sql": f"FROM {table}"}) as answer:
        return answer.status_code


def _first(store: Store) -> tuple[str, str]:
    relation = versions.snapshot(store).relations[0]
    return relation.table, versions.dataset_of(store, relation.table)


def _holds_name(store: Store) -> bool:
    """Look for the name in every file, written out or in a Parquet file of a version."""
    with store.read() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    files = (file for file in store.folder.rglob("*") if file.is_file())
    return any(NAME.encode() in file.read_bytes() for file in files)


def _row(text: str, name: str) -> str:
    return next(row for row in text.split("<tr") if name in row)
