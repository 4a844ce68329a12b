"""Readers ask about a dataset: what is refused, what a steward decides, what everyone sees."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalogue.errors import Conflict
from catalogue.store import Store, accounts, questions
from catalogue.store.questions import Kind, Place, Status
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE, sha256
from portal.app import create_app
from portal.pages.dataset import questions as page
from portal.public_forms import Gate
from portal.services import Services

PAGE = "/datasets/stations-de-velos/questions"
GOOD = {
    "kind": "error",
    "text": "Cette <b>borne</b>\nn’existe plus.",
    "column": "docks",
    "row": "7",
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def services(sample_services: Services) -> Iterator[Services]:
    yield sample_services
    store = sample_services.store
    for one in (*questions.waiting(store), *questions.public(store, "stations-de-velos")):
        questions.decide(store, one.id, Status.HIDDEN, by="test", answer=None)


@pytest.fixture
def client(services: Services, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(page, "GATE", Gate(least_s=0, most=3))
    return create_app(services).test_client()


@pytest.fixture
def store(services: Services) -> Store:
    return services.store


def send(client: FlaskClient, **changes: Any) -> Any:
    path = f"/fr{PAGE}/new"
    found = re.search(r'name="ticket" value="([^"]+)"', client.get(path).text)
    assert found
    return client.post(path, data={**GOOD, "ticket": found[1], **changes})


def signed_in(client: FlaskClient, store: Store, role: Role = Role.STEWARD) -> None:
    name = f"asker-{role}-{token_hex(4)}"  # the sample is shared
    made = accounts.add_user(store, name=name, role=role.value, password_hash="x")  # noqa: S106  # never compared
    accounts.begin_session(store, made.id, sha256(name), from_now(hours=1))
    client.set_cookie(COOKIE, name)


def test_question_and_answer_are_shown_once_a_steward_lets_them_through(
    client: FlaskClient, store: Store
) -> None:
    assert send(client).status_code == 303
    (asked,) = questions.waiting(store, "stations-de-velos")
    assert asked.place == Place(
        table="stations", version=asked.place.version if asked.place else 0, column="docks", row=7
    )
    for path in (f"/nl{PAGE}", f"/nl{PAGE}.json", f"/nl{PAGE}.atom"):
        assert "borne" not in client.get(path).text
    signed_in(client, store)
    assert "&lt;b&gt;borne" in client.get(f"/nl{PAGE}").text
    assert "&lt;b&gt;borne" in client.get("/nl/questions").text
    told = client.post(
        f"/nl/questions/{asked.id}/decide", data={"status": "answered", "answer": "Verwijderd."}
    )
    assert told.headers["Location"].endswith(f"{PAGE}#question-{asked.id}")
    client.delete_cookie(COOKIE)
    text = client.get(f"/nl{PAGE}").text
    assert 'lang="fr">Cette &lt;b&gt;borne' in text
    assert "Verwijderd." in text
    assert '<form method="post" action="/nl/questions' not in text
    (given,) = client.get(f"/nl{PAGE}.json").get_json()["results"]
    assert given["answer"] == "Verwijderd."
    assert given["place"]["row"] == 7
    feed = ET.fromstring(client.get(f"/nl{PAGE}.atom").data)  # noqa: S314  # ours
    assert [entry.findtext(f"{ATOM}content") for entry in feed.iter(f"{ATOM}entry")] == [
        "Cette <b>borne</b>\nn’existe plus.\n\nVerwijderd."
    ]


@pytest.mark.parametrize(
    "changes",
    [{"text": "court"}, {"text": "x" * 1001}, {"text": "abcdefghijk\x00"}, {"kind": "spam"},
     {"column": "nothing"}, {"row": "0"}, {"row": "99999999999"}, {"row": "²"},
     {"ticket": "forged"}],
    ids=str,
)  # fmt: skip
def test_a_question_that_does_not_fit_is_shown_again(
    client: FlaskClient, store: Store, changes: dict[str, str]
) -> None:
    response = send(client, **changes)
    assert response.status_code == 400
    assert "problems" in response.text
    assert questions.waiting(store) == []


def test_programs_and_senders_of_many_questions_are_held_off(
    client: FlaskClient, store: Store
) -> None:
    assert send(client, fax="1").status_code == 303
    assert questions.waiting(store) == []
    assert [send(client).status_code for _ in range(4)] == [303, 303, 303, 429]


def test_no_more_questions_wait_for_a_dataset_than_a_steward_can_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "MOST_PENDING_OF_A_DATASET", 1)
    asked = {"kind": Kind.QUESTION, "text": "Pourquoi donc ?", "language": "fr"}
    questions.add(store, "stations-de-velos", **asked)  # type: ignore[arg-type]  # the three fit
    with pytest.raises(Conflict):
        questions.add(store, "stations-de-velos", **asked)  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize(("role", "status"), [(None, 401), (Role.DEVELOPER, 403)])
def test_only_stewards_answer(
    client: FlaskClient, store: Store, role: Role | None, status: int
) -> None:
    send(client)
    (asked,) = questions.waiting(store)
    if role:
        signed_in(client, store, role)
    answer = {"status": "answered", "answer": "x"}
    assert client.post(f"/fr/questions/{asked.id}/decide", data=answer).status_code == status
    assert client.get("/fr/questions").status_code == status
    assert questions.get(store, asked.id).status is Status.PENDING


def test_an_answer_says_something_and_what_is_hidden_is_gone(
    client: FlaskClient, store: Store
) -> None:
    send(client)
    (asked,) = questions.waiting(store)
    signed_in(client, store)

    def decide(number: int, **form: str) -> int:
        return client.post(f"/en/questions/{number}/decide", data=form).status_code

    assert decide(asked.id, status="answered", answer=" ") == 400
    assert decide(asked.id, status="pending") == 400
    assert decide(2**70, status="open") == 404
    assert decide(asked.id, status="open") == 303
    assert "No answer yet." in client.get(f"/en{PAGE}").text
    assert decide(asked.id, status="hidden") == 303
    assert "borne" not in client.get(f"/en{PAGE}").text


def test_the_form_knows_the_column_and_row_that_it_was_opened_from(client: FlaskClient) -> None:
    row = client.get("/en/datasets/stations-de-velos/rows/7").text
    asked = re.search(r'href="([^"]+/questions/new\?[^"]+)"', row)
    assert asked
    text = client.get(asked[1].replace("&amp;", "&")).text
    assert 'value="7"' in text
    assert '<option value="error" selected>' in text
    column = client.get("/en/datasets/stations-de-velos/columns/docks").text
    assert "/questions/new?column=docks" in column
