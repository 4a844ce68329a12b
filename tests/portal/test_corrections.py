"""An organisation corrects itself: what is refused, what a steward sees, what is published."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from flask.testing import FlaskClient

from catalogue import players
from catalogue.errors import CatalogueError, Conflict
from catalogue.search import SearchIndex
from catalogue.store import Store, accounts, corrections, datasets, open_store, versions
from catalogue.store.corrections import Proposal, Status
from portal import correction_form
from portal.accounts.errors import TooManyTries, Unfit
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE, sha256
from portal.app import create_app
from portal.correction_form import Lists
from portal.corrections import accept, decline, withdraw
from portal.pages import player_corrections
from portal.public_forms import Gate
from portal.services import Services
from portal.settings import Settings
from tests.portal.pages.network import CYBERLAB, publish_network, publish_table

LISTS = Lists(hubs={"hangar-k"}, municipalities={"34022", "59350"}, competencies={"software"})
GOOD: dict[str, Any] = {
    "name": "Barco",
    "role": "company",
    "hub": "hangar-k",
    "municipality_code": "34022",
    "competencies": ["software", "cybersecurity"],
    "website": "https://www.barco.com",
    "source_url": "https://www.barco.com/about",
    "note": "Screens.",
    "message": "We also do <b>security</b>",
    "contact": "info@barco.example",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    publish_network(opened)
    yield opened
    opened.close()


@pytest.fixture
def client(
    store: Store, sample_services: Services, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    monkeypatch.setattr(player_corrections, "GATE", Gate(least_s=0, most=3))
    search = SearchIndex()
    services = Services(Settings(data=store.folder), store, search, sample_services.sandbox)
    yield create_app(services).test_client()
    search.close()


def sign_in(client: FlaskClient, store: Store, role: Role) -> None:
    account = accounts.add_user(store, name=f"the-{role}", role=role.value, password_hash="x")  # noqa: S106  # never compared
    accounts.begin_session(store, account.id, sha256("secret"), from_now(hours=1))
    client.set_cookie(COOKIE, "secret")


def ticket(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def send(client: FlaskClient, *, player: str | None = None, **changes: Any) -> Any:
    path = "/nl/player-corrections/new" + (f"?player={player}" if player else "")
    form = {**GOOD, "ticket": ticket(client, path), **changes}
    return client.post(path, data=form)


def proposal(**changes: Any) -> Proposal:
    values = {
        "name": "Nieuwe speler",
        "role": "company",
        "municipality_code": "34022",
        "source_url": "https://example.org/a",
        "competencies": ("software",),
    }
    return Proposal(**{**values, **changes})


def hand_in(store: Store, player_id: str | None = None, **changes: Any) -> int:
    said = proposal(**changes)
    return corrections.add(store, said, player_id=player_id, message="", contact="a@b.example")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "form-missing"),
        ("name", "x" * 121, "form-too-long"),
        ("name", "A|B", "form-signs"),
        ("name", "=cmd()", "form-signs"),
        ("name", "Bar\u202eco", "form-signs"),
        ("name", "Bar\x00co", "form-signs"),
        ("role", "king", "form-choice"),
        ("role", "", "form-missing"),
        ("hub", "else", "form-choice"),
        ("municipality_code", "75056", "form-choice"),
        ("website", "javascript:alert(1)", "form-address"),
        ("website", "https://user:pass@example.org", "form-address"),
        ("website", "https://example", "form-address"),
        ("website", "http://[::1]/", "form-address"),
        ("website", "http://127.0.0.1/", "form-address"),
        ("website", "https://example.org:99999/", "form-address"),
        ("website", "https://exa mple.org", "form-address"),
        ("source_url", "", "form-missing"),
        ("source_url", "ftp://example.org", "form-address"),
        ("source_url", "https://example.org/" + "x" * 300, "form-too-long"),
        ("note", "x" * 401, "form-too-long"),
        ("message", "x" * 1001, "form-too-long"),
        ("contact", "nobody", "form-contact"),
        ("contact", "a@b.example\nBcc: all@example.org", "form-contact"),
        ("other_names", "a\nb\nc\nd\ne\nf", "form-too-many"),
        ("other_names", "a|b", "form-signs"),
    ],
)
def test_what_does_not_fit_is_named_with_its_field(field: str, value: str, code: str) -> None:
    form = correction_form.filled({**GOOD, field: value}, ["software"])
    found = [(each.field, each.code) for each in correction_form.problems(form, LISTS)]
    assert found == [(field, code)]


@pytest.mark.parametrize("chosen", [[], ["software", "magic"]])
def test_competencies_are_those_of_the_list(chosen: list[str]) -> None:
    form = correction_form.filled(GOOD, chosen)
    assert [each.field for each in correction_form.problems(form, LISTS)] == ["competencies"]


def test_what_is_sent_waits_and_changes_nothing(client: FlaskClient, store: Store) -> None:
    response = send(client, player="barco")
    assert (response.status_code, response.location) == (303, "/nl/player-corrections/thanks")
    (waiting,) = corrections.listed(store, Status.PENDING)
    assert waiting.player_id == "barco"
    assert waiting.proposal.competencies == ("software", "cybersecurity")
    assert "cybersecurity" not in client.get("/players/barco.json").text.split("partners")[0]


def test_a_form_with_faults_comes_back_filled_in_and_in_the_readers_language(
    client: FlaskClient, store: Store
) -> None:
    response = send(client, website="javascript:alert(1)", message="Blijf <i>hier</i>")
    assert response.status_code == 400
    assert 'href="#website">Website: is geen webadres' in response.text
    assert 'aria-invalid="true"' in response.text
    assert "Blijf &lt;i&gt;hier&lt;/i&gt;" in response.text
    assert corrections.listed(store, Status.PENDING) == []


def test_what_fills_the_hidden_field_is_thanked_and_forgotten(
    client: FlaskClient, store: Store
) -> None:
    assert send(client, fax="123").status_code == 303
    assert corrections.listed(store, Status.PENDING) == []


def test_a_client_sends_a_few_forms_and_then_waits(client: FlaskClient, store: Store) -> None:
    assert [send(client).status_code for _ in range(4)] == [303, 303, 303, 429]
    assert len(corrections.listed(store, Status.PENDING)) == 3
    database = b"".join(file.read_bytes() for file in store.folder.glob("catalogue.db*"))
    assert b"127.0.0.1" not in database


def test_a_form_without_a_ticket_of_ours_is_kept_for_another_try(client: FlaskClient) -> None:
    response = send(client, ticket="1700000000.forged")
    assert response.status_code == 400
    assert 'value="Barco"' in response.text
    again = re.search(r'name="ticket" value="([^"]+)"', response.text)
    assert again
    assert again[1] != "1700000000.forged"


def test_the_gate_counts_a_client_in_its_window_and_no_other() -> None:
    at = [0.0]
    gate = Gate(most=2, window_s=100, least_s=3, clock=lambda: at[0])
    opened = gate.ticket()
    with pytest.raises(Unfit, match="form-too-soon"):
        gate.check(opened, "a")
    at[0] = 5.0
    gate.check(opened, "a")
    gate.check(opened, "a")
    with pytest.raises(TooManyTries) as refused:
        gate.check(opened, "a")
    assert refused.value.retry_after_s == 100
    gate.check(opened, "b")
    at[0] = 106.0
    gate.check(opened, "a")


def test_too_many_that_wait_are_told_so(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "MOST_PENDING", 1)
    assert send(client).status_code == 303
    assert send(client).status_code == 503


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.DEVELOPER])
def test_only_stewards_see_and_decide(client: FlaskClient, store: Store, role: Role | None) -> None:
    number = hand_in(store, "barco")
    if role is not None:
        sign_in(client, store, role)
    wanted = 401 if role is None else 403
    for path in ("", f"/{number}"):
        assert client.get(f"/fr/player-corrections{path}").status_code == wanted
    for path in ("accept", "decline", "withdraw"):
        answer = client.post(f"/fr/player-corrections/{number}/{path}", data={"reason": "x"})
        assert answer.status_code == wanted
    assert corrections.get(store, number).status is Status.PENDING


def test_a_steward_sees_what_changes_field_by_field_and_declines(
    client: FlaskClient, store: Store
) -> None:
    assert send(client, player="barco").status_code == 303
    sign_in(client, store, Role.STEWARD)
    (waiting,) = corrections.listed(store, Status.PENDING)
    path = f"/en/player-corrections/{waiting.id}"
    text = client.get(path).text
    changed = re.findall(r'class="is-change">\s*<th[^>]*>([^<]+) <span', text)
    assert changed == [
        "Public page that shows it", "Competencies", "Website", "Short description, in English",
    ]  # fmt: skip
    assert "info@barco.example" in text
    assert "&lt;b&gt;security" in text
    assert client.post(f"{path}/decline", data={"reason": " "}).status_code == 400
    assert client.post(f"{path}/decline", data={"reason": "Not on the page"}).status_code == 303
    declined = corrections.get(store, waiting.id)
    assert (declined.status, declined.reason) == (Status.DECLINED, "Not on the page")
    assert declined.contact is None
    assert "Not on the page" in client.get(path).text
    assert client.post(f"{path}/decline", data={"reason": "again"}).status_code == 409


def test_what_is_accepted_is_published_and_stays_over_the_next_harvest(
    client: FlaskClient, store: Store
) -> None:
    assert send(client, player="barco").status_code == 303
    new = hand_in(store, name="Été & Zonen", municipality_code="57081")
    (first, _) = corrections.listed(store, Status.PENDING)
    sign_in(client, store, Role.STEWARD)
    assert client.post(f"/fr/player-corrections/{first.id}/accept").status_code == 303
    assert accept(store, new, by="the-steward") == "ete-zonen"
    found = {each.id: each for each in players.players(store)}
    assert found["barco"].is_corrected
    assert found["barco"].source_date == first.created_at[:10]
    assert (found["ete-zonen"].side, found["ete-zonen"].country) == ("WAL", "BE")
    version = versions.get(store, players.CORRECTIONS)
    assert (version.n, version.row_count, version.schema["name"]) == (2, 2, players.SCHEMA)
    (harvested,) = datasets.of_source(store, "test")
    publish_table(store, harvested.id, "players", pa.Table.from_pylist([CYBERLAB]))
    kept = {each.id for each in players.players(store)}
    assert kept == {"barco", "ete-zonen", "cyberlab-example"}
    text = client.get("/en/players/barco").text
    assert "Given by the organisation, checked by a steward" in text
    decided = corrections.get(store, first.id)
    assert (decided.decided_by, decided.contact) == ("the-steward", None)
    assert decided.before is not None
    assert decided.before.competencies == ("games_image", "iot_electronics", "software")


def test_a_later_correction_of_the_same_player_stands_for_the_earlier(store: Store) -> None:
    for number, note in enumerate(("first", "second"), 1):
        assert hand_in(store, "barco", name="Barco", note=note) == number
        accept(store, number, by="s")
    (row,) = [each for each in players.players(store) if each.id == "barco"]
    assert row.note == "second"
    assert versions.get(store, players.CORRECTIONS).row_count == 1


def test_what_is_taken_back_leaves_what_stood_there_before(store: Store) -> None:
    number = hand_in(store, name="Vergissing")
    player_id = accept(store, number, by="s")
    withdraw(store, number, by="s", reason="no such organisation")
    assert player_id not in {each.id for each in players.players(store)}
    assert versions.get(store, players.CORRECTIONS).row_count == 0
    assert corrections.get(store, number).status is Status.DECLINED
    with pytest.raises(Conflict, match="correction-decided"):
        withdraw(store, number, by="s", reason="again")


def test_a_decision_is_made_once(store: Store) -> None:
    number = hand_in(store, "barco")
    decline(store, number, by="s", reason="no")
    with pytest.raises(Conflict, match="correction-decided"):
        accept(store, number, by="s")
    with pytest.raises(CatalogueError):
        versions.get(store, players.CORRECTIONS)


def test_a_row_that_does_not_pass_the_check_is_not_published(store: Store) -> None:
    number = hand_in(store, "Not An Id")
    with pytest.raises(CatalogueError, match="corrections-refused"):
        accept(store, number, by="s")
    assert corrections.get(store, number).status is Status.PENDING
    assert len(players.players(store)) == 63
