"""Tables that users keep for themselves: seen by their sender alone, and gone after a while."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from catalogue.search import SearchIndex
from catalogue.store import Store, accounts, open_store
from catalogue.store import schema as db
from portal import own_tables
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE, sha256
from portal.accounts.tokens import make_token
from portal.app import create_app
from portal.context import services_of
from portal.following import catch_up
from portal.services import Services
from portal.settings import Settings
from tests.factories import dataset
from tests.portal.api.conftest import Client
from tests.portal.api.published import publish

OWN, SQL = "/api/v1/own-tables", "/api/v1/sql"
CSV = b"n,word\n2,deux\n3,trois\n"
JOIN = "SELECT word FROM numbers JOIN my_words USING (n) ORDER BY n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    publish(opened, "numbers", pa.table({"n": pa.array([1, 2, 3], pa.int64())}))
    yield opened
    opened.close()


@pytest.fixture
def client(store: Store, sample_services: Services) -> Iterator[FlaskClient]:
    search = SearchIndex()
    catch_up(store, search)
    here = Services(Settings(data=store.folder), store, search, sample_services.sandbox)
    app = create_app(here)
    app.test_client_class = Client
    yield app.test_client()
    search.close()


def user(store: Store, name: str) -> int:
    return accounts.add_user(store, name=name, role=Role.VIEWER, password_hash="x").id  # noqa: S106


def token(store: Store, user_id: int, scope: str = "sql") -> dict[str, str]:
    secret, _ = make_token(
        store, user_id=user_id, role=Role.VIEWER, label="t", scopes=[scope], days=1
    )
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def an(store: Store) -> dict[str, str]:
    return token(store, user(store, "an"))


def keep(
    client: FlaskClient,
    headers: dict[str, str],
    data: bytes = CSV,
    *,
    name: str = "words",
    filename: str = "words.csv",
) -> Any:
    return client.put(
        f"{OWN}/{name}", query_string={"filename": filename}, data=data, headers=headers
    )


def rows(client: FlaskClient, sql: str, headers: dict[str, str]) -> Any:
    answer = client.post(SQL, json={"sql": sql}, headers=headers)
    return answer.get_json().get("rows") or answer.get_json()["error"]["code"]


def test_ones_own_table_is_joined_with_those_of_the_catalogue_by_its_sender_alone(
    client: FlaskClient, store: Store, an: dict[str, str]
) -> None:
    kept = keep(client, an)
    assert kept.status_code == 201, kept.text
    (table,) = kept.get_json()["results"]
    assert (table["name"], table["rows"], table["filename"]) == ("my_words", 2, "words.csv")
    assert rows(client, JOIN, an) == [["deux"], ["trois"]]
    assert rows(client, JOIN, token(store, user(store, "bo"))) == "unknown_table"
    assert rows(client, JOIN, {}) == "unknown_table"
    assert client.get(OWN, headers=an).get_json()["count"] == 1


def test_an_answer_made_of_it_is_never_kept_on_the_way(
    client: FlaskClient, an: dict[str, str]
) -> None:
    keep(client, an)
    first = client.get(SQL, query_string={"sql": JOIN}, headers=an)
    assert first.headers["Cache-Control"] == "no-store"
    assert "ETag" not in first.headers
    keep(client, an, b"n,word\n1,un\n")
    assert client.get(SQL, query_string={"sql": JOIN}, headers=an).get_json()["rows"] == [["un"]]


def test_a_workbook_becomes_a_table_for_each_sheet(client: FlaskClient, an: dict[str, str]) -> None:
    book = openpyxl.Workbook()
    for name in ("Écoles", "Crèches"):
        sheet = book.create_sheet(name)
        sheet.append(["id", "name"])
        sheet.append([1, name])
    del book["Sheet"]
    file = io.BytesIO()
    book.save(file)
    kept = keep(client, an, file.getvalue(), name="my_plan", filename="plan.xlsx").get_json()
    assert [each["name"] for each in kept["results"]] == ["my_plan_ecoles", "my_plan_creches"]
    assert rows(client, "SELECT name FROM my_plan_ecoles", an) == [["Écoles"]]


@pytest.mark.parametrize(
    ("data", "filename", "status", "code"),
    [
        (b"", "words.csv", 400, "check-empty"),
        (CSV, "", 400, "parameter-missing"),
        (b"a,b\n1,2,3\n", "words.csv", 400, "own-table-has-errors"),
        (b"\x00\x01\x02", "words.exe", 400, "own-table-has-errors"),
    ],
)
def test_a_file_that_cannot_be_a_table_is_told_and_leaves_nothing(
    client: FlaskClient,
    store: Store,
    an: dict[str, str],
    data: bytes,
    filename: str,
    status: int,
    code: str,
) -> None:
    answer = keep(client, an, data, filename=filename)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert client.get(OWN, headers=an).get_json()["count"] == 0
    assert list((store.folder / "own").glob("*")) == []


def test_more_than_ones_room_is_refused_and_nothing_is_replaced(
    client: FlaskClient, store: Store, an: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = keep(client, an).get_json()["results"][0]["bytes"]
    monkeypatch.setattr(own_tables, "MAX_BYTES", held + 100)
    more = "n,word\n" + "".join(f"{n},word{n * 7919}\n" for n in range(100))
    whole_rows = more[: held + 100].rpartition("\n")[0]
    answer = keep(client, an, whole_rows.encode())
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "own-tables-too-large")
    assert rows(client, JOIN, an) == [["deux"], ["trois"]]
    assert len(list((store.folder / "own").glob("*"))) == 1
    monkeypatch.setattr(own_tables, "MAX_BYTES", 10)
    assert keep(client, an).status_code == 413


def test_what_is_removed_replaced_or_expired_leaves_no_file(
    client: FlaskClient, store: Store, an: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(client, an)
    keep(client, an)
    files = store.folder / "own"
    assert len(list(files.glob("*"))) == 1
    assert client.delete(f"{OWN}/my_words", headers=an).status_code == 204
    assert client.delete(f"{OWN}/my_words", headers=an).status_code == 404
    assert list(files.glob("*")) == []
    keep(client, an)
    with store.write() as connection:
        connection.execute(sa.update(db.own_table).values(expires_at=from_now(hours=-1)))
    assert rows(client, JOIN, an) == "unknown_table"
    monkeypatch.setattr(own_tables, "_MAKING_S", -1.0)
    own_tables.own_tables_of(client.application).sweep()
    assert list(files.glob("*")) == []


def test_what_others_shall_run_is_not_made_of_it(client: FlaskClient, an: dict[str, str]) -> None:
    keep(client, an)
    saved = client.post("/api/v1/queries", json={"title": "Words", "sql": JOIN}, headers=an)
    cited = client.post("/api/v1/answers", json={"sql": JOIN}, headers=an)
    for answer in (saved, cited):
        assert answer.status_code == 400
        assert answer.get_json()["error"]["code"] == "own-table-not-shared"


def test_its_name_is_in_no_count_that_others_read(
    client: FlaskClient, store: Store, an: dict[str, str]
) -> None:
    keep(client, an)
    rows(client, JOIN, an)
    services_of(client.application).usage.flush()
    with store.read() as connection:
        assert connection.execute(sa.select(db.usage_total.c.name)).scalars().all() == ["numbers"]


def test_nobody_else_reaches_it(client: FlaskClient, store: Store, an: dict[str, str]) -> None:
    keep(client, an)
    bo = token(store, user(store, "bo"))
    assert client.get(OWN, headers=bo).get_json()["count"] == 0
    assert client.delete(f"{OWN}/my_words", headers=bo).status_code == 404
    assert client.get(OWN, headers=token(store, 1, "read")).status_code == 403
    assert client.get(OWN).status_code == 401
    assert keep(client, {}).status_code == 401
    (file,) = (store.folder / "own").glob("*")
    assert file.stat().st_mode & 0o077 == 0


def test_no_table_of_the_catalogue_is_called_as_one(store: Store) -> None:
    made = publish(store, "my_words", pa.table({"code": ["a"]}), record=dataset(remote_id="words"))
    assert made.table == "t_my_words"


def test_the_page_takes_a_file_and_goes_on_to_its_rows(client: FlaskClient, store: Store) -> None:
    assert "/sign-in" in client.get("/fr/sql/own").headers["Location"]
    user_id = user(store, "an")
    accounts.begin_session(store, user_id, sha256("s"), from_now(hours=1))
    client.set_cookie(COOKIE, "s")
    sent = client.post("/fr/sql/own", data={"file": (io.BytesIO(CSV), "mots.csv"), "name": ""})
    page = client.get(sent.headers["Location"]).text
    assert "deux" in page
    assert "my_mots" in page
    listed = client.get("/fr/sql/own").text
    assert "mots.csv" in listed
    wrong = client.post("/nl/sql/own", data={"file": (io.BytesIO(b"a,b\n1,2,3\n"), "x.csv")})
    assert wrong.status_code == 400
    assert "rij 2" in wrong.text
    client.post("/fr/sql/own/my_mots/remove")
    assert "mots.csv" not in client.get("/fr/sql/own").text
