"""One's own account: the password, the sessions and the tokens, seen and ended by oneself alone."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from catalogue.search import SearchIndex
from catalogue.store import Store, accounts, audit, sessions
from catalogue.store import schema as db
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import (
    COOKIE,
    TRIES_A_NAME_FROM_AN_ADDRESS,
    add_user,
    sha256,
)
from portal.app import create_app
from portal.following import catch_up
from portal.pages.browsers import browser_named
from portal.services import Services
from portal.settings import Settings

PASSWORD = "vier kleine paarden"  # noqa: S105
OTHER = "zeven grote bomen"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def client(store: Store, sample_services: Services) -> Iterator[FlaskClient]:
    """Give Ann's browser, in which she has just signed in; Bob has a session elsewhere."""
    search = SearchIndex()
    catch_up(store, search)
    add_user(store, name="ann", role=Role.STEWARD, password=PASSWORD)
    accounts.add_user(store, name="bob", role="viewer", password_hash="x")  # noqa: S106  # never compared
    accounts.begin_session(store, 2, sha256("of-bob"), from_now(hours=1))
    app = create_app(Services(Settings(data=store.folder), store, search, sample_services.sandbox))
    browser = app.test_client()
    browser.environ_base["HTTP_USER_AGENT"] = FIREFOX
    assert enter(browser, PASSWORD) == 303
    yield browser
    search.close()


def enter(browser: FlaskClient, password: str) -> int:
    form = {"name": "ann", "password": password}
    return browser.post("/fr/sign-in", data=form).status_code


def change(browser: FlaskClient, current: str, new: str, repeated: str | None = None) -> int:
    form = {"current": current, "new": new, "repeated": repeated or new}
    return browser.post("/fr/account/password", data=form).status_code


def test_who_is_not_signed_in_signs_in_first(client: FlaskClient) -> None:
    client.delete_cookie(COOKIE)
    answer = client.get("/nl/account")
    assert (answer.status_code, answer.location) == (302, "/nl/sign-in?next=/nl/account")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("fr", "Votre compte"), ("nl", "Uw account"), ("en", "Your account")],
)
def test_the_page_shows_role_sessions_and_nothing_of_others(
    client: FlaskClient, lang: str, words: str
) -> None:
    answer = client.get(f"/{lang}/account")
    assert answer.status_code == 200
    assert words in answer.text
    assert "Firefox, Linux" in answer.text
    assert "127.0.0.1" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert sha256("of-bob")[:16] not in answer.text


def test_a_new_password_ends_every_other_session_and_changes_the_id_of_this_one(
    client: FlaskClient, store: Store
) -> None:
    accounts.begin_session(store, 1, sha256("elsewhere"), from_now(hours=1))
    before = client.get_cookie(COOKIE)
    assert change(client, PASSWORD, OTHER) == 303
    after = client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert accounts.user_of_session(store, sha256("elsewhere")) is None
    assert accounts.user_of_session(store, sha256(before.value)) is None
    assert client.get("/fr/account").status_code == 200
    assert accounts.user_of_session(store, sha256("of-bob")) is not None
    assert enter(client.application.test_client(), PASSWORD) == 401
    assert enter(client.application.test_client(), OTHER) == 303


@pytest.mark.parametrize(
    ("current", "new", "repeated"),
    [
        ("wrong horse battery", OTHER, OTHER),
        (PASSWORD, OTHER, "zeven kleine bomen"),
        (PASSWORD, "kort", "kort"),
        (PASSWORD, PASSWORD, PASSWORD),
    ],
)
def test_a_password_that_cannot_be_changed_stays_and_so_do_the_sessions(
    client: FlaskClient, store: Store, current: str, new: str, repeated: str
) -> None:
    accounts.begin_session(store, 1, sha256("elsewhere"), from_now(hours=1))
    form = {"current": current, "new": new, "repeated": repeated}
    answer = client.post("/fr/account/password", data=form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert new not in answer.text
    assert accounts.user_of_session(store, sha256("elsewhere")) is not None
    assert enter(client.application.test_client(), PASSWORD) == 303


def test_who_found_a_session_open_does_not_guess_the_password(
    client: FlaskClient, store: Store
) -> None:
    key = "name:ann address:127.0.0.1"
    for _ in range(TRIES_A_NAME_FROM_AN_ADDRESS):
        accounts.try_sign_in(store, {key: 1_000}, since=from_now(seconds=-60))
    assert change(client, PASSWORD, OTHER) == 429


def test_sessions_are_ended_one_by_one_and_all_but_this(client: FlaskClient, store: Store) -> None:
    for secret in ("one", "two", "three"):
        accounts.begin_session(store, 1, sha256(secret), from_now(hours=1))
    mark = sessions.mark_of(sha256("one"))
    assert client.post(f"/fr/account/sessions/{mark}/end").status_code == 303
    assert accounts.user_of_session(store, sha256("one")) is None
    assert accounts.user_of_session(store, sha256("two")) is not None
    assert client.post("/fr/account/sessions/end").status_code == 303
    assert len(sessions.of_user(store, 1)) == 1
    assert client.get("/fr/account").status_code == 200


def test_nobody_ends_the_session_or_the_token_of_another(client: FlaskClient, store: Store) -> None:
    token = accounts.add_token(
        store, 2, token_sha256=sha256("emd_b"), label="b", scopes=["read"],
        expires_at=from_now(hours=1),
    )  # fmt: skip
    mark = sessions.mark_of(sha256("of-bob"))
    client.post(f"/fr/account/sessions/{mark}/end")
    client.post("/fr/account/sessions//end")
    client.post("/fr/account/sessions/end")
    assert client.post(f"/fr/account/tokens/{token.id}/revoke").status_code == 404
    assert accounts.user_of_session(store, sha256("of-bob")) is not None
    assert accounts.tokens_of(store, 2)[0].revoked_at is None


def test_a_token_is_made_shown_once_used_and_revoked(client: FlaskClient, store: Store) -> None:
    form = {"label": "<b>nightly</b>", "scope": ["read", "publish"], "days": "30"}
    made = client.post("/en/account/tokens", data=form)
    assert made.status_code == 201
    assert "<b>nightly" not in made.text
    secret = re.findall(r'value="(emd_[\w-]+)"', made.text)[0]
    assert secret not in client.get("/en/account").text
    assert accounts.tokens_of(store, 1)[0].last_used_at is None
    program = client.application.test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/me", headers=headers).get_json()["scopes"] == ["publish", "read"]
    token = accounts.tokens_of(store, 1)[0]
    assert token.last_used_at is not None
    assert client.post(f"/en/account/tokens/{token.id}/revoke").status_code == 303
    assert program.get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "form",
    [
        {"label": "", "scope": ["read"], "days": "30"},
        {"label": "ci", "scope": [], "days": "30"},
        {"label": "ci", "scope": ["admin"], "days": "30"},
        {"label": "ci", "scope": ["root"], "days": "30"},
        {"label": "ci", "scope": ["read"], "days": "9999"},
        {"label": "ci", "scope": ["read"], "days": "²"},
    ],
)
def test_a_token_beyond_what_may_be_is_not_made(
    client: FlaskClient, store: Store, form: dict[str, str]
) -> None:
    answer = client.post("/fr/account/tokens", data=form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert accounts.tokens_of(store, 1) == []


def test_no_token_opens_the_account(client: FlaskClient, store: Store) -> None:
    client.delete_cookie(COOKIE)
    accounts.add_token(
        store, 1, token_sha256=sha256("emd_x"), label="b", scopes=["admin", "read"],
        expires_at=from_now(hours=1),
    )  # fmt: skip
    headers = {"Authorization": "Bearer emd_x"}
    assert client.get("/fr/account", headers=headers).status_code == 302
    for path in ("password", "tokens", "sessions/end"):
        assert client.post(f"/fr/account/{path}", headers=headers).status_code == 403


def test_a_use_is_written_down_once_in_a_quarter_of_an_hour(
    client: FlaskClient, store: Store
) -> None:
    def last_used() -> str | None:
        return sessions.of_user(store, 2)[0].last_used_at

    client.set_cookie(COOKIE, "of-bob")
    first = last_used()
    client.get("/api/v1/me")
    assert last_used() == first
    long_ago = from_now(hours=-1)
    with store.write() as connection:
        connection.execute(sa.update(db.session).values(last_used_at=long_ago))
    client.get("/api/v1/me")
    assert (last_used() or "") > long_ago


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
            "like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge, Windows",
        ),
        ("curl/8.14.1", "curl/8.14.1"),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_its_user_knows_it(said: str, name: str) -> None:
    assert browser_named(said) == name


def test_what_one_does_to_ones_account_is_written_down_without_a_secret(
    client: FlaskClient, store: Store
) -> None:
    form = {"label": "ci", "scope": ["read"], "days": "7"}
    made = client.post("/fr/account/tokens", data=form).text
    secret = re.findall(r'value="(emd_[\w-]+)"', made)[0]
    client.post("/fr/account/tokens/1/revoke")
    change(client, PASSWORD, OTHER)
    client.post("/fr/sign-out")
    lines = list(audit.every(store))
    assert [(line.actor, line.action, line.subject) for line in lines] == [
        ("ann", "sign-in", "user:ann"),
        ("ann", "token-made", "token:1"),
        ("ann", "token-revoked", "token:1"),
        ("ann", "password-changed", "user:ann"),
        ("ann", "sign-out", "user:ann"),
    ]
    for hidden in (secret, PASSWORD, OTHER, "argon2", "127.0.0.1"):
        assert hidden not in str(lines)
