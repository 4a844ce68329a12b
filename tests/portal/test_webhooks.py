"""Webhooks: what is told to whom, signed, again after a fault or a kill, and never to private
networks.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from catalogue.net_guard import NetGuard
from catalogue.search import SearchIndex
from catalogue.store import Store, accounts, datasets, open_store, versions, webhooks
from catalogue.store import schema as db
from catalogue.store.webhooks import Followed, Status, Webhook
from portal.accounts.moments import from_now
from portal.accounts.sign_in import COOKIE, sha256
from portal.app import create_app
from portal.following import catch_up
from portal.harvesting import run_source
from portal.services import Services
from portal.settings import Settings, WebhookSettings
from portal.webhooks.sending import PAUSES_S, Sender
from portal.webhooks.signing import new_secret, signature
from portal.withdrawing import erase_version, withdraw
from tests.factories import LILLE, dataset
from tests.harvesters.portals import ckan_portal, published
from tests.portal.test_harvesting import LATER, QUICK

_CHILD = """
import sys
from pathlib import Path
from catalogue.net_guard import NetGuard
from catalogue.store import open_store
from portal.webhooks.sending import Sender
Sender(open_store(Path(sys.argv[1])), root="", guard=NetGuard(trusted_network=True)).send_due()
"""


class Heard(NamedTuple):
    """A message as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """Return what it says."""
        return dict(json.loads(self.body))


class Receiver(ThreadingHTTPServer):
    """A real receiver on loopback that answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.heard: list[Heard] = []
        self.status = 204
        self.kills: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Answering(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        found = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append(Heard(found, body))
        if self.server.kills is not None:
            os.kill(self.server.kills.pid, signal.SIGKILL)
            return
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    accounts.add_user(opened, name="ann", role="viewer", password_hash="x")  # noqa: S106  # never compared
    accounts.add_user(opened, name="bob", role="viewer", password_hash="x")  # noqa: S106  # never compared
    datasets.save(opened, dataset())
    yield opened
    opened.close()


@pytest.fixture
def sender(store: Store) -> Sender:
    return Sender(store, root="https://data.example", guard=NetGuard(trusted_network=True))


def hook(
    store: Store, url: str, kind: Followed = Followed.ALL, followed: str = "", user_id: int = 1
) -> Webhook:
    return webhooks.add(store, user_id, url=url, secret=new_secret(), kind=kind, followed=followed)


def change(store: Store, **changes: Any) -> None:
    datasets.save(store, dataset(**changes))


def make_due(store: Store) -> None:
    with store.write() as connection:
        due = db.webhook_delivery.c.next_at.is_not(None)
        connection.execute(sa.update(db.webhook_delivery).where(due).values(next_at=""))


def test_what_changes_is_told_once_and_signed(
    store: Store, sender: Sender, receiver: Receiver
) -> None:
    made = hook(store, receiver.url)
    assert sender.send_due() == 0  # what was there before is no news
    change(store, description={"fr": "Nouveau"})
    change(store, description={"fr": "Plus nouveau"})
    assert [sender.send_due(), sender.send_due()] == [1, 0]
    (heard,) = receiver.heard
    assert heard.said["type"] == "dataset.changed"
    data = heard.said["data"]
    assert data["url"] == f"https://data.example/datasets/{data['id']}"
    name, moment = heard.headers["webhook-id"], int(heard.headers["webhook-timestamp"])
    expected = signature(made.secret, name, moment, heard.body)
    assert heard.headers["webhook-signature"] == expected
    (kept,) = webhooks.deliveries(store, made.id, limit=9)
    assert (kept.status, kept.http_status, kept.id) == (Status.DELIVERED, 204, name)


def test_what_is_withdrawn_or_erased_is_told_without_what_it_held_and_stops_nothing(
    store: Store, sender: Sender, receiver: Receiver
) -> None:
    with ckan_portal([published("velos", "nom;places\nGare;1\n")]) as portal:
        run_source(store, portal.source(), fetch_settings=QUICK)
        portal.datasets[0] = published("velos", "nom;places\nGare;2\n", modified=LATER)
        run_source(store, portal.source(), fetch_settings=QUICK)
    (relation, _) = versions.snapshot(store).relations
    dataset_id = versions.dataset_of(store, relation.table)
    hook(store, receiver.url)
    erase_version(store, relation.table, 1, reason="AVG", by="eva")
    assert sender.send_due() == 1
    assert receiver.heard[-1].said["data"]["tables"][0]["change"] is None
    withdraw(store, dataset_id, reason="fout", by="eva")
    change(store, description={"fr": "Nouveau"})
    assert sender.send_due() == 2
    told = {each.said["type"]: each.said["data"] for each in receiver.heard[-2:]}
    assert set(told) == {"dataset.withdrawn", "dataset.changed"}
    assert set(told["dataset.withdrawn"]) == {"id", "url"}


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the libraries of Standard Webhooks.
    given = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_only_what_is_followed_is_told(store: Store, sender: Sender, receiver: Receiver) -> None:
    other = LILLE.__class__(id="tournai", title={"fr": "Tournai"})
    wanted = {
        Followed.DATASET: datasets.since(store, 0)[0].id,
        Followed.PUBLISHER: "tournai",
        Followed.THEME: "ENVI",
    }
    for kind, followed in wanted.items():
        hook(store, f"{receiver.url}?{kind}", kind, followed)
    change(store, description={"fr": "Nouveau"})
    change(store, remote_id="b", publisher=other, themes=["ENVI"])
    change(store, remote_id="c", themes=["TRAN"])
    assert sender.send_due() == 3
    told = sorted(heard.said["data"]["publisher"] for heard in receiver.heard)
    assert told == ["lille", "tournai", "tournai"]


def test_what_fails_is_tried_again_ever_later_and_then_given_up(
    store: Store, sender: Sender, receiver: Receiver
) -> None:
    made = hook(store, receiver.url)
    change(store, description={"fr": "Un"})
    change(store, remote_id="b")
    receiver.status = 500
    for _ in range(len(PAUSES_S) + 1):
        assert sender.send_due() == 1  # the oldest alone is tried
        assert sender.send_due() == 0  # not before its time
        make_due(store)
    stopped = webhooks.get(store, 1, made.id)
    assert stopped.stop_code == "webhook-given-up"
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1
    assert sender.send_due() == 0
    receiver.status = 200
    webhooks.start(store, 1, made.id)
    assert sender.send_due() == 1  # the one that waited
    statuses = [one.status for one in webhooks.deliveries(store, made.id, limit=9)]
    assert statuses == [Status.DELIVERED, Status.GIVEN_UP]


@pytest.mark.parametrize(("status", "is_stopped"), [(302, False), (404, False), (410, True)])
def test_a_redirect_is_no_delivery_and_who_is_gone_is_left_in_peace(
    store: Store, sender: Sender, receiver: Receiver, status: int, is_stopped: bool
) -> None:
    made = hook(store, receiver.url)
    change(store, remote_id="b")
    receiver.status = status
    sender.send_due()
    assert len(receiver.heard) == 1
    assert (webhooks.get(store, 1, made.id).stopped_at is not None) is is_stopped
    (kept,) = webhooks.deliveries(store, made.id, limit=9)
    assert (kept.http_status, kept.fault) == (status, "http-status")


def test_what_a_kill_cut_off_is_sent_again_under_the_same_id(
    store: Store, sender: Sender, receiver: Receiver
) -> None:
    hook(store, receiver.url)
    change(store, remote_id="b")
    with subprocess.Popen([sys.executable, "-c", _CHILD, str(store.folder)]) as child:  # noqa: S603  # our own command
        receiver.kills = child
    assert child.returncode == -signal.SIGKILL
    receiver.kills = None
    make_due(store)
    assert sender.send_due() == 1
    first, second = receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_a_private_address_is_never_sent_to(store: Store, receiver: Receiver) -> None:
    made = hook(store, receiver.url)
    change(store, remote_id="b")
    Sender(store, root="", guard=NetGuard()).send_due()
    assert receiver.heard == []
    (kept,) = webhooks.deliveries(store, made.id, limit=9)
    assert (kept.status, kept.fault) == (Status.WAITING, "address-refused")


def test_much_that_changes_is_told_in_parts_and_nothing_is_left_out(
    store: Store, sender: Sender, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.webhooks.telling.MOST_WAITING", 3)
    monkeypatch.setattr("portal.webhooks.telling._MOST_READ", 5)
    hook(store, receiver.url)
    for number in range(12):
        change(store, remote_id=f"many-{number}")
    assert [sender.send_due() for _ in range(5)] == [3, 3, 3, 3, 0]
    assert len({heard.said["data"]["id"] for heard in receiver.heard}) == 12


def test_a_closed_account_is_told_nothing(store: Store, sender: Sender, receiver: Receiver) -> None:
    hook(store, receiver.url)
    accounts.change_user(store, "ann", is_active=False)
    change(store, remote_id="b")
    assert sender.send_due() == 0


# -- the pages ----------------------------------------------------------------------------------


@pytest.fixture(params=[False])
def client(
    store: Store, sample_services: Services, request: pytest.FixtureRequest
) -> Iterator[FlaskClient]:
    search = SearchIndex()
    catch_up(store, search)
    settings = Settings(data=store.folder, webhooks=WebhookSettings(trusted_network=request.param))
    app = create_app(Services(settings, store, search, sample_services.sandbox))
    for user_id, secret in ((1, "of-ann"), (2, "of-bob")):
        accounts.begin_session(store, user_id, sha256(secret), from_now(hours=1))
    yield app.test_client()
    search.close()


@pytest.mark.parametrize("client", [True], indirect=True)
def test_a_user_adds_a_webhook_tries_it_and_reads_what_came_of_it(
    client: FlaskClient, sender: Sender, receiver: Receiver, store: Store
) -> None:
    assert "/sign-in" in client.get("/fr/webhooks").headers["Location"]
    client.set_cookie(COOKIE, "of-ann")
    entry = datasets.since(store, 0)[0].id
    page = client.get(f"/fr/webhooks?kind=dataset&followed={entry}").text
    assert f'value="{entry}"' in page
    form = {
        "url": receiver.url,
        "kind": "dataset",
        "followed": f"https://x.org/fr/datasets/{entry}",
    }
    made = client.post("/fr/webhooks", data=form)
    assert made.status_code == 303
    address = made.headers["Location"]
    assert client.post(f"{address}/test").status_code == 303
    assert sender.send_due() == 1
    assert receiver.heard[0].said["type"] == "test"
    text = client.get(address).text
    assert re.search(r"whsec_[A-Za-z0-9+/=]+", text)
    assert "204" in text
    client.post(f"{address}/stop")
    change(store, description={"fr": "Neuf"})
    assert sender.send_due() == 0
    client.post(f"{address}/start")
    assert sender.send_due() == 1
    assert client.post(f"{address}/remove").status_code == 303
    assert webhooks.of_user(store, 1) == []


def test_an_address_that_may_not_be_sent_to_is_refused(client: FlaskClient, store: Store) -> None:
    client.set_cookie(COOKIE, "of-ann")
    entry = datasets.since(store, 0)[0].id
    form = {"url": "https://93.184.215.14/hook", "kind": "dataset", "followed": entry}
    assert client.post("/fr/webhooks", data=form).status_code == 303
    for url in (
        "http://93.184.215.14/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/",
        "https://169.254.169.254/latest", "https://a:b@93.184.215.14/", "file:///etc/passwd",
        "https:///x", "https://93.184.215.14/<script>", "https://93.184.215.14:99999/",
    ):  # fmt: skip
        response = client.post("/fr/webhooks", data=form | {"url": url})
        assert (response.status_code, 'role="alert"' in response.text) == (400, True), url
    for changes in (
        {"followed": "nothing"}, {"kind": "publisher", "followed": "nobody"}, {"kind": "theme"},
        {"kind": "spam"},
    ):  # fmt: skip
        assert client.post("/fr/webhooks", data=form | changes).status_code == 400, changes
    assert len(webhooks.of_user(store, 1)) == 1


def test_nobody_sees_or_changes_the_webhook_of_another(client: FlaskClient, store: Store) -> None:
    made = hook(store, "https://93.184.215.14/")
    for what, call in [("", client.get)] + [
        (f"/{name}", client.post) for name in ("test", "stop", "start", "remove")
    ]:
        client.delete_cookie(COOKIE)
        assert call(f"/fr/webhooks/{made.id}{what}").status_code == 401, what
        client.set_cookie(COOKIE, "of-bob")
        assert call(f"/fr/webhooks/{made.id}{what}").status_code == 404, what
    assert webhooks.get(store, 1, made.id) == made
    assert webhooks.deliveries(store, made.id, limit=9) == []


def test_a_user_has_no_more_webhooks_than_may_be(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST_OF_A_USER", 1)
    hook(store, "https://93.184.215.14/")
    client.set_cookie(COOKIE, "of-ann")
    form = {"url": "https://93.184.215.14/hook", "kind": "all"}
    assert client.post("/fr/webhooks", data=form).status_code == 400
