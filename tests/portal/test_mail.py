"""Mail: nobody is told who has not confirmed, all that changes is told, one click ends it."""

import re
import socketserver
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from catalogue.search import SearchIndex
from catalogue.store import (
    Store,
    accounts,
    datasets,
    mail,
    mail_followings,
    open_store,
    publisher_days,
    questions,
)
from catalogue.store import schema as db
from catalogue.store.mail import Letter
from catalogue.store.publisher_days import DayOf, Needing
from catalogue.store.questions import Kind
from catalogue.store.webhooks import Followed
from portal.accounts.moments import from_now
from portal.accounts.sign_in import COOKIE, sha256
from portal.app import create_app
from portal.following import catch_up
from portal.mail.digests import tell
from portal.mail.sending import PAUSES_S, send_due
from portal.pages import mail_following
from portal.public_forms import Gate
from portal.services import Services
from portal.settings import MailSettings, Settings
from tests.factories import dataset

ROOT = "https://data.example"


class Postbox(socketserver.ThreadingTCPServer):
    """A real SMTP server on loopback that keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.letters: list[EmailMessage] = []
        self.is_refusing = False

    @property
    def settings(self) -> MailSettings:
        """Return how to reach it."""
        port = self.server_address[1]
        return MailSettings(
            host="127.0.0.1", port=int(port), security="none", sender="Data <data@data.example>"
        )


class _Smtp(socketserver.StreamRequestHandler):
    server: Postbox

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()
            if verb.startswith("RCPT") and self.server.is_refusing:
                self._say("450 not now")
            elif verb == "DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                text = b"".join(line.removeprefix(b".") for line in lines)
                made = message_from_bytes(text, policy=policy.default)
                self.server.letters.append(made)
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with Postbox() as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    datasets.save(opened, dataset())
    yield opened
    opened.close()


@pytest.fixture
def client(
    store: Store, sample_services: Services, monkeypatch: pytest.MonkeyPatch, postbox: Postbox
) -> Iterator[FlaskClient]:
    monkeypatch.setattr(mail_following, "GATE", Gate(least_s=0, most=5))
    search = SearchIndex()
    catch_up(store, search)
    settings = Settings(data=store.folder, base_url=ROOT, mail=postbox.settings)
    yield create_app(Services(settings, store, search, sample_services.sandbox)).test_client()
    search.close()


def follow(client: FlaskClient, lang: str = "fr", **changes: str) -> int:
    path = f"/{lang}/follow"
    ticket = re.search(r'name="ticket" value="([^"]+)"', client.get(path).text)
    form = {"address": "ann@example.org", "kind": "publisher", "followed": "lille", "days": "1"}
    sent = form | {"ticket": ticket[1] if ticket else ""} | changes
    return client.post(path, data=sent).status_code


def let_time_pass(store: Store) -> None:
    columns = db.mail_following.c
    with store.write() as connection:
        was = sa.update(db.mail_following).where(columns.next_at.is_not(None))
        connection.execute(was.values(next_at="2001-01-01T00:00:00.000000Z"))


def body(letter: EmailMessage) -> str:
    return str(letter.get_content())


def test_an_address_is_told_of_changes_once_it_has_confirmed_until_it_ends_it(
    client: FlaskClient, store: Store, postbox: Postbox
) -> None:
    assert follow(client) == 303
    assert send_due(store, postbox.settings) == 1
    (asked,) = postbox.letters
    assert (asked["To"], asked["Content-Language"]) == ("ann@example.org", "fr")
    link = re.search(r"https://data\.example(/fr/follow/\S+)", body(asked))
    assert link
    page = link[1]
    datasets.save(store, dataset(description={"fr": "Neuf"}))
    client.get(page)  # a program that opens every link confirms nothing
    let_time_pass(store)
    tell(store, ROOT)
    assert send_due(store, postbox.settings) == 0
    assert client.post(f"{page}/confirm").status_code == 303
    assert "Confirmé" in client.get(page).text
    let_time_pass(store)
    tell(store, ROOT)
    tell(store, ROOT)
    assert send_due(store, postbox.settings) == 1
    told = postbox.letters[1]
    assert "Stations de vélos" in body(told)
    assert f"{ROOT}/fr/datasets/" in body(told)
    assert told["Subject"] == "Données que vous suivez\u00a0: 1 changement"
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told["List-Unsubscribe"].strip() == f"<{ROOT}{page}/end>"
    let_time_pass(store)
    tell(store, ROOT)
    assert send_due(store, postbox.settings) == 0  # nothing has changed since
    ended = client.post(
        f"{page}/end",
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert ended.status_code == 200
    assert client.get(page).status_code == 404
    datasets.save(store, dataset(description={"fr": "Plus neuf"}))
    let_time_pass(store)
    tell(store, ROOT)
    assert send_due(store, postbox.settings) == 0


def test_the_weekly_letter_names_what_needs_a_human_and_comes_only_where_something_does(
    client: FlaskClient, store: Store, postbox: Postbox
) -> None:
    assert follow(client, kind="report") == 400  # for stewards alone
    made = accounts.add_user(store, name="st", role="steward", password_hash="x")  # noqa: S106  # never compared
    accounts.begin_session(store, made.id, sha256("secret"), from_now(hours=1))
    client.set_cookie(COOKIE, "secret")
    assert follow(client, kind="report", days="7") == 303
    page = re.search(r"https://data\.example(/fr/follow/\S+)", mail.due(store, limit=1)[0].body)
    assert page
    client.post(f"{page[1]}/confirm")
    send_due(store, postbox.settings)
    let_time_pass(store)
    tell(store, ROOT)
    assert send_due(store, postbox.settings) == 0
    entry = datasets.since(store, 0)[0]
    day = DayOf(
        day="2026-11-28", dataset_count=1, in_order_count=0, overdue_count=1, error_count=0,
        draft_count=0, problem_count=0, incomplete_count=0,
    )  # fmt: skip
    needs = Needing(id=entry.id, title=entry.dataset.title, reasons=["overdue", "problem"])
    publisher_days.keep(store, "lille", day, [needs])
    assert publisher_days.of(store, "lille", since="2026-11-01") == [day]
    questions.add(store, entry.id, kind=Kind.ERROR, text="Rien ne va plus", language="fr")
    let_time_pass(store)
    tell(store, ROOT)
    assert send_due(store, postbox.settings) == 1
    told = body(postbox.letters[-1])
    assert "Stations de vélos\u00a0: en retard, un lien ou un fichier brisé" in told
    assert f"{ROOT}/fr/datasets/{entry.id}/questions" in told


def test_nobody_fills_the_mailbox_of_another_with_questions(
    client: FlaskClient, store: Store
) -> None:
    statuses = [follow(client, kind="theme", theme=theme) for theme in ("ENVI", "TRAN", "ECON")]
    assert statuses == [303] * 3
    assert follow(client, kind="theme", theme="ENVI") == 303  # said alike, and not sent
    assert follow(client, kind="all") == 303
    assert len(mail.due(store, limit=9)) == 3
    assert follow(client, kind="all") == 429


@pytest.mark.parametrize(
    "changes",
    [{"address": "no"}, {"address": "a@b"}, {"address": "a@example.org\nBcc: b@example.org"},
     {"address": "a@example.org, b@example.org"}, {"followed": "nobody"}, {"kind": "spam"},
     {"ticket": "forged"}],
    ids=str,
)  # fmt: skip
def test_a_form_that_does_not_fit_sends_nothing(
    client: FlaskClient, store: Store, changes: dict[str, str]
) -> None:
    assert follow(client, **changes) in (400, 404)
    assert mail.due(store, limit=9) == []


def test_programs_that_fill_every_field_send_nothing(client: FlaskClient, store: Store) -> None:
    assert follow(client, fax="1") == 303
    assert mail.due(store, limit=9) == []


def test_an_installation_without_mail_has_no_form(store: Store, sample_services: Services) -> None:
    plain = create_app(sample_services).test_client()
    assert plain.get("/fr/follow").status_code == 404
    assert "/fr/follow" not in plain.get("/fr/publishers/lille").text


def test_what_a_server_does_not_take_is_tried_again_and_then_forgotten(
    store: Store, postbox: Postbox
) -> None:
    mail.put(store, Letter(recipient="a@example.org", subject="é", body="x", language="fr"))
    postbox.is_refusing = True
    for _ in range(len(PAUSES_S) + 1):
        assert len(mail.due(store, limit=9)) == 1
        assert send_due(store, postbox.settings) == 0
        assert mail.due(store, limit=9) == []
        with store.write() as connection:
            connection.execute(sa.update(db.mail).values(next_at=""))
    assert mail.due(store, limit=9) == []


def test_what_was_not_confirmed_in_time_is_forgotten(store: Store) -> None:
    def add() -> str:
        made = mail_followings.add(
            store, address="a@example.org", language="fr", kind=Followed.ALL, followed="", days=7
        )
        return made.token if made else ""

    first = add()
    assert add() == ""
    with store.write() as connection:
        connection.execute(sa.update(db.mail_following).values(created_at="2001-01-01"))
    assert add() not in ("", first)
