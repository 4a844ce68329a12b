"""The audit log: what is written down, who reads it, and that nobody writes over it."""

import json
from contextlib import suppress

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from catalogue.errors import Conflict
from catalogue.store import Store, audit
from catalogue.store import schema as db
from portal.accounts.roles import Role
from portal.accounts.sign_in import add_user
from portal.audit import record
from portal.cli import main
from portal.services import Services

PASSWORD = "vier kleine paarden"  # noqa: S105


@pytest.fixture
def client(own_app: Flask, own_services: Services) -> FlaskClient:
    for name, role in (("ada", Role.ADMIN), ("eva", Role.STEWARD)):
        with suppress(Conflict):
            add_user(own_services.store, name=name, role=role, password=PASSWORD)
    return own_app.test_client()


def test_an_admin_reads_filters_and_exports_who_did_what(
    client: FlaskClient, own_services: Services
) -> None:
    store = own_services.store
    record(store, "dataset-withdrawn", "dataset:velos", by="eva", reason="<b>fout</b>")
    record(store, "dataset-put-back", "dataset:velos", by="eva")
    record(store, "token-made", "token:1", by="wim", scopes=["read"])
    client.post("/nl/sign-in", data={"name": "ada", "password": PASSWORD})
    page = client.get("/nl/audit?subject=dataset:velos").text
    assert page.index("dataset-put-back") < page.index("&lt;b&gt;fout&lt;/b&gt;")
    assert "token:1" not in page
    told = [
        json.loads(line) for line in client.get("/api/v1/audit.ndjson?actor=eva").text.splitlines()
    ]
    assert [line["action"] for line in told] == ["dataset-withdrawn", "dataset-put-back"]
    rows = client.get("/api/v1/audit.csv?deed=token-made").text.splitlines()
    assert len(rows) == 2
    assert rows[0] == "id,at,actor,action,subject,details"


@pytest.mark.parametrize("path", ["/nl/audit", "/api/v1/audit.csv", "/api/v1/audit.ndjson"])
def test_nobody_else_reads_it(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 401
    client.post("/nl/sign-in", data={"name": "eva", "password": PASSWORD})
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("change", [sa.update(db.audit).values(actor="x"), sa.delete(db.audit)])
def test_the_database_lets_nobody_write_over_a_line(
    own_services: Services, change: "sa.Update | sa.Delete"
) -> None:
    store: Store = own_services.store
    record(store, "token-made", "token:2", by="eva")
    with pytest.raises(sa.exc.DatabaseError), store.write() as connection:
        connection.execute(change)
    assert any(line.subject == "token:2" for line in audit.every(store))


def test_the_command_writes_it_out(own_services: Services) -> None:
    record(own_services.store, "token-made", "token:3", by="eva")
    data = str(own_services.settings.data)
    done = CliRunner().invoke(main, ["audit", "--subject", "token:3", "--data", data])
    assert [json.loads(line)["actor"] for line in done.output.splitlines()] == ["eva"]
