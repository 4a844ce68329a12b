"""The rule of rights, proved for every route of the application."""

import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from catalogue.records import Source
from catalogue.store import Store, accounts, sources
from portal.accounts.moments import from_now
from portal.accounts.rights import Need, Public, mark_of
from portal.accounts.roles import Role, Scope
from portal.accounts.sign_in import COOKIE, add_user, sha256
from portal.accounts.tokens import make_token
from portal.app import create_app
from portal.assets import AssetsMissing
from portal.context import EXTENSION
from tests.portal.api.conftest import make_app

SAFE = {"GET", "HEAD", "OPTIONS"}
PASSWORD = "vier kleine paarden"  # noqa: S105


@pytest.fixture(scope="module")
def people(app: Flask, store: Store) -> dict[str, int]:
    """One user a role, by role."""
    return {
        role.value: add_user(store, name=f"the-{role}", role=role, password=PASSWORD).id
        for role in Role
    }


def session(client: FlaskClient, store: Store, user_id: int) -> None:
    accounts.begin_session(store, user_id, sha256(f"session-{user_id}"), from_now(hours=1))
    client.set_cookie(COOKIE, f"session-{user_id}")


def unsafe_routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - SAFE):
            yield rule, method


def address(rule: Rule) -> str:
    path = rule.rule.replace("<any(fr, nl, en):lang>", "fr")
    return re.sub(r"<int:\w+>", "999", re.sub(r"<(?!int:)[^>]+>", "nothing", path))


@pytest.fixture(scope="module")
def whole_app(app: Flask) -> Flask:
    """The application with its pages too, on the same store."""
    try:
        return create_app(app.extensions[EXTENSION])
    except AssetsMissing:
        pytest.skip("the browser assets were not built: pip install -e .")


def test_every_unsafe_route_states_its_rights(whole_app: Flask) -> None:
    found = list(unsafe_routes(whole_app))
    assert found
    for rule, method in found:
        mark = mark_of(whole_app.view_functions[rule.endpoint])
        assert mark is not None, f"{method} {rule.rule} needs `require` or `public_write`"
        if isinstance(mark, Public):
            assert mark.reason


def test_the_application_refuses_what_its_rights_do_not_allow(whole_app: Flask) -> None:
    for rule, method in unsafe_routes(whole_app):
        mark = mark_of(whole_app.view_functions[rule.endpoint])
        path = address(rule)
        if isinstance(mark, Need):
            assert whole_app.test_client().open(path, method=method).status_code == 401, path
        elif not mark or not mark.is_cross_origin:
            foreign = {"Sec-Fetch-Site": "cross-site"}
            answer = whole_app.test_client().open(path, method=method, headers=foreign)
            assert answer.status_code == 403, path


def test_what_states_nothing_is_refused(store: Store, app: Flask) -> None:
    open_door = make_app(store, app.extensions[EXTENSION].search, None)  # type: ignore[arg-type]  # not asked for SQL
    open_door.add_url_rule("/api/v1/door", view_func=lambda: "open", methods=["GET", "POST"])
    assert open_door.test_client().get("/api/v1/door").status_code == 200
    refused = open_door.test_client().post("/api/v1/door")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "route-closed")


@pytest.mark.parametrize("role", [None, *Role])
def test_a_role_reaches_its_routes_and_no_others(
    whole_app: Flask, store: Store, people: dict[str, int], role: Role | None
) -> None:
    for rule in whole_app.url_map.iter_rules():
        need = mark_of(whole_app.view_functions[rule.endpoint])
        if not isinstance(need, Need):
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            with whole_app.test_client() as client:
                if role is not None:
                    session(client, store, people[role.value])
                answer = client.open(address(rule), method=method)
                if role is not None:
                    accounts.end_session(store, sha256(f"session-{people[role.value]}"))
            is_refused = answer.status_code in (401, 403)
            assert is_refused == (role is None or not role.holds(need.role)), rule.rule


@pytest.mark.parametrize("fault", ["no scope", "expired", "revoked", "false", "inactive", None])
def test_a_token_needs_its_scope_and_its_life(
    app: Flask, store: Store, people: dict[str, int], fault: str | None
) -> None:
    user_id = people["steward"]
    if fault == "inactive":
        user_id = add_user(store, name="gone", role=Role.STEWARD, password=PASSWORD).id
    scopes = ["read"] if fault == "no scope" else ["harvest", "read"]
    secret, token = make_token(
        store, user_id=user_id, role=Role.STEWARD, label="ci", scopes=scopes, days=1
    )
    if fault == "revoked":
        accounts.revoke_token(store, user_id, token.id)
    elif fault == "expired":
        secret = "emd_expired"  # noqa: S105
        accounts.add_token(
            store, user_id, token_sha256=sha256(secret), label="old", scopes=scopes,
            expires_at=from_now(seconds=-1),
        )  # fmt: skip
    elif fault == "false":
        secret += "x"
    elif fault == "inactive":
        accounts.change_user(store, "gone", is_active=False)
    headers = {"Authorization": f"Bearer {secret}"}
    for rule in app.url_map.iter_rules():
        need = mark_of(app.view_functions[rule.endpoint])
        if not isinstance(need, Need):
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = app.test_client().open(address(rule), method=method, headers=headers)
            is_let_in = fault is None and need.scope is Scope.HARVEST
            assert (answer.status_code not in (401, 403)) == is_let_in, rule.rule


@pytest.mark.parametrize(
    ("headers", "is_refused"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Origin": "http://localhost"}, False),
        ({"Origin": "http://evil.example"}, True),
        ({"Origin": "null"}, True),
    ],
)
def test_a_page_of_another_site_writes_nothing_with_the_readers_cookie(
    app: Flask,
    store: Store,
    people: dict[str, int],
    headers: dict[str, str],
    is_refused: bool,
) -> None:
    with app.test_client() as client:
        session(client, store, people["viewer"])
        body = {"label": "x", "scopes": ["read"]}
        answer = client.post("/api/v1/tokens", json=body, headers=headers)
        accounts.end_session(store, sha256(f"session-{people['viewer']}"))
    assert answer.status_code == (403 if is_refused else 201)


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({}, "the-viewer"),
        ({"Sec-Fetch-Site": "same-origin"}, "the-viewer"),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, "the-viewer"),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, None),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}, None),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, None),
        ({"Origin": "https://evil.example"}, None),
    ],
)
def test_what_another_site_reads_from_the_api_is_not_read_in_the_readers_name(
    app: Flask,
    store: Store,
    people: dict[str, int],
    headers: dict[str, str],
    name: str | None,
) -> None:
    """An image of another site sends no Origin; it must not spend the reader's SQL."""
    client = app.test_client()
    session(client, store, people["viewer"])
    me = client.get("/api/v1/me", headers=headers)
    sql = client.get("/api/v1/sql?sql=SELECT+1", headers=headers)
    accounts.end_session(store, sha256(f"session-{people['viewer']}"))
    assert (me.status_code, me.get_json()["name"]) == (200, name)
    limits = app.extensions[EXTENSION].settings.sandbox
    wanted = limits.signed_in_deadline_s if name else limits.deadline_s
    assert sql.headers["X-Deadline-Seconds"] == f"{wanted:g}"


def test_a_link_on_another_site_leads_the_reader_to_her_own_pages(
    whole_app: Flask, store: Store, people: dict[str, int]
) -> None:
    client = whole_app.test_client()
    session(client, store, people["viewer"])
    seen = {}
    for mode in ("navigate", "no-cors"):
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode}
        seen[mode] = "the-viewer" in client.get("/en/sign-in", headers=headers).text
    accounts.end_session(store, sha256(f"session-{people['viewer']}"))
    assert seen == {"navigate": True, "no-cors": False}


def test_a_token_is_shown_once_listed_and_revoked(
    app: Flask, store: Store, people: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    client = app.test_client()
    session(client, store, people["developer"])
    with caplog.at_level(logging.INFO):
        made = client.post("/api/v1/tokens", json={"label": "ci", "scopes": ["sql"], "days": 7})
    secret = made.get_json()["secret"]
    assert made.status_code == 201
    assert "token-made" in caplog.text
    assert secret not in caplog.text
    assert secret not in client.get("/api/v1/tokens").text
    bearer = {"Authorization": f"Bearer {secret}"}
    with app.test_client() as program:
        assert program.get("/api/v1/me", headers=bearer).get_json() == {
            "name": "the-developer", "role": "developer", "scopes": ["sql"],
        }  # fmt: skip
        sql = {"sql": "SELECT 1"}
        answer = program.post("/api/v1/sql", json=sql, headers=bearer)
        assert answer.headers["X-Deadline-Seconds"] == "60"
        token_id = made.get_json()["token"]["id"]
        assert program.delete(f"/api/v1/tokens/{token_id}", headers=bearer).status_code == 403
        assert client.delete(f"/api/v1/tokens/{token_id}").status_code == 204
        assert program.post("/api/v1/sql", json=sql, headers=bearer).status_code == 401
    beyond = client.post("/api/v1/tokens", json={"label": "x", "scopes": ["harvest"]})
    assert beyond.get_json()["error"]["code"] == "scope-beyond-role"
    accounts.end_session(store, sha256(f"session-{people['developer']}"))


def test_a_token_without_sql_runs_no_sql(
    client: FlaskClient, store: Store, people: dict[str, int]
) -> None:
    secret, _ = make_token(
        store, user_id=people["viewer"], role=Role.VIEWER, label="r", scopes=["read"], days=1
    )
    headers = {"Authorization": f"Bearer {secret}"}
    answer = client.post("/api/v1/sql", json={"sql": "SELECT 1"}, headers=headers)
    assert answer.get_json()["error"]["code"] == "scope-missing"


def test_a_steward_asks_for_a_harvest_where_no_worker_ever_ran(
    app: Flask, store: Store, people: dict[str, int]
) -> None:
    sources.save_all(store, [Source(id="mel", protocol="opendatasoft", url="https://example.org")])
    client = app.test_client()
    session(client, store, people["steward"])
    answer = client.post("/api/v1/sources/mel/run")
    accounts.end_session(store, sha256(f"session-{people['steward']}"))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "worker-absent")


def test_signing_in_and_out(whole_app: Flask, people: dict[str, int]) -> None:
    client = whole_app.test_client()
    form = {"name": "The-Viewer ", "password": PASSWORD, "next": "/nl/sql?sql=SELECT%201"}
    answer = client.post("/nl/sign-in", data=form)
    cookie = answer.headers["Set-Cookie"]
    assert (answer.status_code, answer.location) == (303, "/nl/sql?sql=SELECT%201")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/api/v1/me").get_json()["name"] == "the-viewer"
    stolen = cookie.split("=", 1)[1].split(";")[0]
    assert client.post("/nl/sign-out").status_code == 303
    client.set_cookie(COOKIE, stolen)
    assert client.get("/api/v1/me").get_json()["name"] is None


def test_over_https_the_cookie_stays_there(whole_app: Flask, people: dict[str, int]) -> None:
    form = {"name": "the-viewer", "password": PASSWORD, "next": "//evil.example/"}
    answer = whole_app.test_client().post("/fr/sign-in", data=form, base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "evil" not in answer.location
