"""Publishing by a program: the same gate as in the browser, in one call."""

import io
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalogue.search import SearchIndex
from catalogue.store import Store, accounts, datasets, open_store, submissions
from portal.accounts.roles import Role, Scope
from portal.accounts.tokens import make_token
from portal.app import create_app
from portal.services import Services
from portal.settings import Settings
from portal.submitting import start

CLEAN = b"name,places\nA,12\nB,30\n"
SAID = {
    "title": "Parkings",
    "description": "One row a car park.",
    "publisher": "Stad Menen",
    "licence": "CC BY 4.0",
    "theme": "TRAN",
    "lang": "en",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def client(store: Store, sample_services: Services) -> Iterator[FlaskClient]:
    search = SearchIndex()
    services = Services(Settings(data=store.folder), store, search, sample_services.sandbox)
    yield create_app(services).test_client()
    search.close()


@pytest.fixture
def steward(client: FlaskClient, store: Store) -> dict[str, str]:
    return token(store, "steward", Scope.PUBLISH)


def token(store: Store, role: str, scope: Scope) -> dict[str, str]:
    account = accounts.add_user(store, name=f"the-{role}-{scope}", role=role, password_hash="x")  # noqa: S106  # never compared
    secret, _ = make_token(
        store, user_id=account.id, role=Role(role), label="t", scopes=[scope.value], days=1
    )
    return {"Authorization": f"Bearer {secret}"}


def add(
    client: FlaskClient, headers: dict[str, str], data: bytes = CLEAN, **said: str
) -> TestResponse:
    form = {"file": (io.BytesIO(data), "parkings.csv")}
    return client.post(
        "/api/v1/datasets", query_string={**SAID, **said}, data=form, headers=headers
    )


def put(client: FlaskClient, headers: dict[str, str], data: bytes, **asked: str) -> TestResponse:
    address = "/api/v1/datasets/parkings/file"
    query = {"filename": "parkings.csv", "lang": "en", **asked}
    return client.put(address, query_string=query, data=data, headers=headers)


def test_a_file_is_published_and_its_next_version_too(
    client: FlaskClient, store: Store, steward: dict[str, str]
) -> None:
    made = add(client, steward)
    assert made.status_code == 200, made.text
    told = made.get_json()
    assert (told["published"], told["dataset"]) == (True, "parkings")
    assert [(one["table"], one["version"], one["is_new"]) for one in told["tables"]] == [
        ("parkings", 1, True)
    ]
    dataset = datasets.get(store, "parkings").dataset
    assert (dataset.licence, dataset.themes) == ("cc-by-4.0", ["TRAN"])
    trial = put(client, steward, CLEAN + b"C,4\n", trial="1").get_json()
    assert (trial["published"], trial["tables"][0]["verdict"]) == (False, "patch")
    (one,) = put(client, steward, CLEAN + b"C,4\n").get_json()["tables"]
    assert (one["version"], one["row_count"], one["verdict"]) == (2, 3, "patch")
    (same,) = put(client, steward, CLEAN + b"C,4\n").get_json()["tables"]
    assert (same["version"], same["is_new"]) == (2, False)
    assert not submissions.opened(store)


def test_what_would_break_programs_is_refused_unless_it_is_meant(
    client: FlaskClient, store: Store, steward: dict[str, str]
) -> None:
    add(client, steward)
    renamed = CLEAN.replace(b"places", b"capacity")
    refused = put(client, steward, renamed)
    assert refused.status_code == 409
    assert refused.get_json()["error"]["code"] == "submission-breaks-api"
    (table,) = datasets.get(store, "parkings").tables
    assert table.current is not None
    assert table.current.n == 1
    done = put(client, steward, renamed, breaking="1").get_json()
    assert (done["published"], done["tables"][0]["verdict"]) == (True, "major")


def test_a_file_with_errors_waits_on_its_page_and_is_replaced_by_the_next(
    client: FlaskClient, store: Store, steward: dict[str, str]
) -> None:
    add(client, steward, schema="car-parking")
    assert not datasets.since(store, 0)  # the schema wants other columns
    (waiting,) = submissions.opened(store)
    submissions.discard(store, waiting)
    add(client, steward)
    for _ in range(2):
        refused = put(client, steward, b"name,places\nA,B,C\n")
        assert refused.status_code == 422
        told = refused.get_json()
        assert told["error"]["code"] == "submission-has-errors"
        assert told["tables"][0]["error_count"] == 1
    (waiting,) = submissions.opened(store)
    assert told["mend_at"] == f"/en/publish/{waiting.id}/check"
    assert put(client, steward, CLEAN + b"C,4\n").get_json()["published"]
    assert not submissions.opened(store)


def test_what_a_person_works_on_is_left_alone(
    client: FlaskClient, store: Store, steward: dict[str, str]
) -> None:
    add(client, steward)
    account = accounts.user_named(store, "the-steward-publish")
    file = io.BytesIO(CLEAN + b"D,9\n")
    own = start(store, file, "mine.csv", user_id=account.id, by="her", dataset_id="parkings")
    put(client, steward, CLEAN + b"C,4\n", trial="1")
    put(client, steward, b"name,places\nA,B,C\n")
    assert submissions.get(store, own.id) == own
    waiting = [one for one in submissions.opened(store) if one.id != own.id]
    assert len(waiting) == 1
    save = msgspec.structs.replace(waiting[0].record, is_automatic=False)
    submissions.save(store, waiting[0], save)  # somebody begins to mend it
    put(client, steward, b"name,places\nA,B,C\n")
    assert len(submissions.opened(store)) == 3


def test_personal_data_and_a_bare_description_are_held(
    client: FlaskClient, steward: dict[str, str]
) -> None:
    bare = add(client, steward, description="", theme="")
    assert bare.status_code == 422
    assert "description" in bare.get_json()["error"]["message"]
    people = add(client, steward, b"naam;rijksregister\nA;93.05.18-223.61\n", title="Leden")
    assert people.status_code == 422
    assert people.get_json()["tables"][0]["personal_data"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"licence": "of my own"}, 400),
        ({"schema": "no-such"}, 404),
        ({"colour": "red"}, 400),
    ],
)
def test_what_is_asked_wrongly_is_said(
    client: FlaskClient, store: Store, steward: dict[str, str], asked: dict[str, str], status: int
) -> None:
    assert add(client, steward, **asked).status_code == status
    assert not submissions.opened(store)


def test_rights_decide_and_other_datasets_are_left_alone(
    client: FlaskClient, store: Store, steward: dict[str, str]
) -> None:
    assert add(client, {}).status_code == 401
    assert add(client, token(store, "steward", Scope.SQL)).status_code == 403
    assert put(client, steward, CLEAN).status_code == 404
    assert put(client, {}, CLEAN).status_code == 401
    assert put(client, steward, b"").status_code in (400, 404)
