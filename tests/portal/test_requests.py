"""Visitors ask for data: what is refused, what a steward decides, what everyone sees."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalogue.search import SearchIndex
from catalogue.store import Store, accounts, datasets, open_store, requests
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE, sha256
from portal.app import create_app
from portal.following import catch_up
from portal.pages import data_requests
from portal.public_forms import Gate
from portal.services import Services
from portal.settings import Settings
from tests.factories import dataset

GOOD = {"topic": "Bancs publics", "details": "Par <b>rue</b>\nde Lille", "side": "FR", "theme": ""}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    datasets.save(opened, dataset())
    yield opened
    opened.close()


@pytest.fixture
def client(
    store: Store, sample_services: Services, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    monkeypatch.setattr(data_requests, "GATE", Gate(least_s=0, most=3))
    monkeypatch.setattr(data_requests, "VOTES", Gate(least_s=0, most=1))
    search = SearchIndex()
    catch_up(store, search)
    services = Services(Settings(data=store.folder), store, search, sample_services.sandbox)
    yield create_app(services).test_client()
    search.close()


def ticket(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def send(client: FlaskClient, **changes: Any) -> Any:
    path = "/fr/requests/new"
    return client.post(path, data={**GOOD, "ticket": ticket(client, path), **changes})


def steward(client: FlaskClient, store: Store, role: Role = Role.STEWARD) -> None:
    account = accounts.add_user(store, name=f"the-{role}", role=role.value, password_hash="x")  # noqa: S106  # never compared
    accounts.begin_session(store, account.id, sha256("secret"), from_now(hours=1))
    client.set_cookie(COOKIE, "secret")


def test_a_request_is_shown_once_a_steward_lets_it_through(
    client: FlaskClient, store: Store
) -> None:
    assert send(client).status_code == 303
    assert "Bancs publics" not in client.get("/nl/requests").text
    assert client.get("/requests.json").get_json()["count"] == 0
    steward(client, store)
    assert "Bancs publics" in client.get("/nl/requests").text
    assert client.post("/nl/requests/1/decide", data={"status": "open"}).status_code == 303
    client.delete_cookie(COOKIE)
    text = client.get("/nl/requests?side=FR").text
    assert '<h3 class="card-title" lang="fr">Bancs publics</h3>' in text
    assert "&lt;b&gt;rue" in text
    assert "Bancs publics" not in client.get("/nl/requests?side=VLG").text
    rows = list(csv.DictReader(io.StringIO(client.get("/requests.csv").text)))
    assert [(row["topic"], row["side"], row["votes"]) for row in rows] == [
        ("Bancs publics", "FR", "1")
    ]


@pytest.mark.parametrize(
    "changes",
    [{"topic": ""}, {"topic": "x" * 121}, {"details": "x" * 1001}, {"topic": "=cmd|x"},
     {"topic": "abc\x00d"}, {"side": "DE"}, {"theme": "NONE"}, {"ticket": "forged"}],
    ids=str,
)  # fmt: skip
def test_a_form_that_does_not_fit_is_shown_again(
    client: FlaskClient, store: Store, changes: dict[str, str]
) -> None:
    response = send(client, **changes)
    assert response.status_code == 400
    assert "problems" in response.text
    assert requests.waiting(store) == []


def test_programs_and_senders_of_many_are_held_off(client: FlaskClient, store: Store) -> None:
    assert send(client, fax="1").status_code == 303
    assert requests.waiting(store) == []
    assert [send(client).status_code for _ in range(4)] == [303, 303, 303, 429]
    assert len(requests.waiting(store)) == 3


def test_a_steward_answers_with_a_dataset_or_a_reason_or_hides(
    client: FlaskClient, store: Store
) -> None:
    for topic in ("Vélos", "Secrets", "Spam"):
        send(client, topic=topic)
    steward(client, store)
    known = datasets.since(store, 0)[0].id

    def decide(number: int, **form: str) -> int:
        return client.post(f"/en/requests/{number}/decide", data=form).status_code

    assert decide(1, status="answered", dataset="nothing") == 404
    assert decide(1, status="answered", dataset=f"http://localhost/fr/datasets/{known}?a=b") == 303
    assert decide(2, status="declined") == 400
    assert decide(2, status="declined", reason="Personal data.") == 303
    assert decide(3, status="hidden") == 303
    assert decide(3, status="pending") == 400
    assert decide(99, status="open") == 404
    client.delete_cookie(COOKIE)
    text = client.get("/en/requests").text
    assert f'href="/en/datasets/{known}"' in text
    assert "Personal data." in text
    assert "Spam" not in text


def test_only_stewards_decide(client: FlaskClient, store: Store) -> None:
    send(client)
    assert client.post("/fr/requests/1/decide", data={"status": "open"}).status_code == 401
    assert requests.public(store) == []


def test_asking_the_same_counts_once_from_one_place(client: FlaskClient, store: Store) -> None:
    for topic in ("Un", "Deux"):
        send(client, topic=f"{topic} banc")
    for number in (1, 2):
        requests.decide(store, number, requests.Status.OPEN, by="s")
    sent = {"ticket": ticket(client, "/fr/requests")}
    for _ in range(3):
        assert client.post("/fr/requests/1/me-too", data=sent).status_code == 303
    assert client.post("/fr/requests/77/me-too", data=sent).status_code == 404
    assert client.post("/fr/requests/2/me-too", data={"ticket": "x"}).status_code == 400
    assert [(one.id, one.votes) for one in requests.public(store)] == [(1, 2), (2, 1)]
    assert [one.id for one in requests.public(store, order="newest")] == [2, 1]


def test_a_search_without_result_offers_the_other_side_and_the_form(client: FlaskClient) -> None:
    text = client.get("/en/datasets?q=bicycle&side=WAL").text
    assert "1 dataset about this on the other side of the border" in text
    assert 'href="/en/datasets?q=bicycle"' in text
    asked = re.search(r'href="(/en/requests/new\?[^"]+)"', text)
    assert asked
    form = client.get(asked[1].replace("&amp;", "&")).text
    assert 'value="bicycle"' in form
    assert '<option value="WAL" selected>' in form


def test_a_search_without_result_offers_a_concept_that_finds_something(client: FlaskClient) -> None:
    text = client.get("/fr/datasets?q=trottinettes").text
    assert "Proche de cela" in text
    address = re.search(r'class="chip" href="(/fr/datasets\?q=[^"]+)"', text)
    assert address
    assert "Aucun résultat" not in client.get(address[1]).text
