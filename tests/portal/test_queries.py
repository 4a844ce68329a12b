"""Queries that users keep and answers that they cite, as pages and as API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from catalogue.search import SearchIndex
from catalogue.store import Store, accounts, datasets, open_store, queries, versions
from catalogue.store import schema as db
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE, sha256
from portal.accounts.tokens import make_token
from portal.app import create_app
from portal.context import services_of
from portal.following import catch_up
from portal.services import Services
from portal.settings import Settings
from tests.portal.api.conftest import Client
from tests.portal.api.published import publish

QUERIES, ANSWERS = "/api/v1/queries", "/api/v1/answers"
SQL = "SELECT name, n FROM numbers WHERE n >= $least ORDER BY n"
BODY = {
    "title": "Numbers from some number on",
    "description": "Which numbers there are.",
    "language": "en",
    "sql": SQL,
    "fields": [{"name": "least", "label": "At least", "default": "2"}],
}


def numbers(*values: int) -> pa.Table:
    return pa.table({"name": [f"n{v}" for v in values], "n": pa.array(values, pa.int64())})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    publish(opened, "numbers", numbers(1, 2, 3))
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


def user(store: Store, name: str, role: Role = Role.VIEWER) -> int:
    return accounts.add_user(store, name=name, role=role, password_hash="x").id  # noqa: S106


def token(store: Store, user_id: int, *scopes: str, role: Role = Role.VIEWER) -> dict[str, str]:
    secret, _ = make_token(
        store, user_id=user_id, role=role, label="t", scopes=list(scopes or ("sql",)), days=1
    )
    return {"Authorization": f"Bearer {secret}"}


def sign_in(client: FlaskClient, store: Store, user_id: int) -> None:
    accounts.begin_session(store, user_id, sha256(f"session-{user_id}"), from_now(hours=1))
    client.set_cookie(COOKIE, f"session-{user_id}")


@pytest.fixture
def an(store: Store) -> dict[str, str]:
    return token(store, user(store, "an"))


def kept(client: FlaskClient, headers: dict[str, str], **more: Any) -> Any:
    answer = client.post(QUERIES, json=BODY | more, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def test_a_kept_query_runs_with_the_values_of_its_address(
    client: FlaskClient, an: dict[str, str]
) -> None:
    query_id = kept(client, an)["id"]
    default = client.get(f"{QUERIES}/{query_id}").get_json()
    assert [row[1] for row in default["rows"]] == [2, 3]
    given = client.get(f"{QUERIES}/{query_id}?least=3&format=csv")
    assert given.text.splitlines() == ["name,n", "n3,3"]
    signed = client.get(QUERIES + f"/{query_id}", query_string={"$LEAST": "1"})
    assert len(signed.get_json()["rows"]) == 3
    listed = client.get(QUERIES).get_json()
    assert (listed["count"], listed["results"][0]["author"]) == (1, "an")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("least=many", "parameter_integer"),
        ("least=1&most=2", "parameter_unused"),
        ("least=1&least=2", "parameter-repeated"),
        ("least=1&%24least=2", "parameter-repeated"),
        ("version=9", "query-not-kept"),
        ("format=pdf", "parameter-choice"),
    ],
)
def test_a_wrong_value_of_a_kept_query_is_told(
    client: FlaskClient, an: dict[str, str], query: str, code: str
) -> None:
    answer = client.get(f"{QUERIES}/{kept(client, an)['id']}?{query}")
    assert answer.get_json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sql": "SELECT nme FROM numbers"}, "unknown_column"),
        ({"sql": "DROP TABLE numbers"}, "statement_refused"),
        ({"sql": "SELECT 1"}, "query-field-unknown"),
        ({"title": "  x "}, "query-title"),
        ({"title": "Line\none"}, None),
        ({"title": "\u202e evil"}, "query-title"),
        ({"description": "x" * 5_000}, "query-description"),
        ({"language": "de"}, "parameter-choice"),
        ({"fields": [{"name": "least", "label": "x" * 300}]}, "query-field-text"),
        ({"fields": [{"name": "least"}, {"name": "LEAST"}]}, "query-field-unknown"),
        ({"more": 1}, "body-unreadable"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(
    client: FlaskClient, an: dict[str, str], change: dict[str, Any], code: str | None
) -> None:
    answer = client.post(QUERIES, json=BODY | change, headers=an)
    if code is None:
        assert answer.get_json()["title"] == "Line one"
        return
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)
    assert client.get(QUERIES).get_json()["count"] == 0


@pytest.mark.parametrize(
    ("who", "role", "scopes", "status"),
    [
        ("an", Role.VIEWER, ("sql",), 200),
        ("an", Role.VIEWER, ("read",), 403),
        ("bo", Role.VIEWER, ("sql",), 403),
        ("bo", Role.DEVELOPER, ("sql",), 403),
        ("bo", Role.STEWARD, ("sql",), 200),
        ("bo", Role.ADMIN, ("read",), 403),
        (None, None, (), 401),
    ],
)
def test_only_its_author_and_stewards_change_a_query(
    client: FlaskClient, store: Store, who: str, role: Role, scopes: tuple[str, ...], status: int
) -> None:
    author = user(store, "an")
    query_id = kept(client, token(store, author))["id"]
    headers = {}
    if who:
        other = author if who == "an" else user(store, who, role)
        headers = token(store, other, *scopes, role=role)
    path = f"{QUERIES}/{query_id}"
    changed = client.put(path, json=BODY | {"title": "Changed"}, headers=headers)
    assert changed.status_code == status
    definition = client.get(f"{path}/definition").get_json()
    assert (definition["title"] == "Changed") == (status == 200)
    assert definition["author"] == "an"
    removed = client.delete(path, headers=headers)
    assert removed.status_code == (204 if status == 200 else status)
    assert client.get(path).status_code == (404 if status == 200 else 200)


def test_what_is_not_listed_is_reached_by_its_address_only(
    client: FlaskClient, store: Store, an: dict[str, str]
) -> None:
    query_id = kept(client, an, is_listed=False)["id"]
    assert client.get(QUERIES).get_json()["count"] == 0
    assert client.get(QUERIES, headers=an).get_json()["count"] == 1
    assert query_id not in client.get("/nl/queries").text
    assert client.get(f"/nl/queries/{query_id}").status_code == 200


def test_a_pinned_query_keeps_its_versions(
    client: FlaskClient, store: Store, an: dict[str, str]
) -> None:
    pinned = kept(client, an, is_pinned=True)
    follows = kept(client, an)
    publish(store, "numbers", numbers(7, 8, 9, 10))
    assert pinned["pins"] == {"numbers": [1]}
    rows = {
        each["id"]: client.get(f"{QUERIES}/{each['id']}").get_json()["rows"]
        for each in (pinned, follows)
    }
    assert (len(rows[pinned["id"]]), len(rows[follows["id"]])) == (2, 4)


def test_the_page_of_a_query_is_a_form(client: FlaskClient, an: dict[str, str]) -> None:
    query_id = kept(client, an, title="<b>Bold</b> & plain", fields=[{"name": "least"}])["id"]
    first = client.get(f"/nl/queries/{query_id}")
    assert first.status_code == 200
    assert 'name="$least" type="number"' in first.text
    assert "&lt;b&gt;Bold" in first.text
    assert "Er ontbreekt" not in first.text
    answered = client.get(f"/nl/queries/{query_id}", query_string={"$least": "3"})
    assert "1 rij" in answered.text
    assert f"/api/v1/queries/{query_id}?format=csv" in answered.text
    wrong = client.get(f"/nl/queries/{query_id}", query_string={"$least": "veel"})
    assert wrong.status_code == 400
    assert "geen geheel getal" in wrong.text
    assert client.get("/nl/queries/zzz").status_code == 404
    assert client.get(f"/queries/{query_id}").headers["Location"].endswith(f"/queries/{query_id}")


def test_a_query_is_kept_changed_and_removed_in_pages(client: FlaskClient, store: Store) -> None:
    asked = client.get("/nl/queries/new", query_string={"sql": SQL})
    assert asked.status_code == 302
    assert "sign-in?next=" in asked.headers["Location"]
    assert client.post("/nl/queries/new", data={"title": "x", "sql": SQL}).status_code == 401
    sign_in(client, store, user(store, "an"))
    form = client.get("/nl/queries/new", query_string={"sql": SQL}).text
    assert 'name="label.least"' in form
    faulty = client.post("/nl/queries/new", data={"title": "Getallen", "sql": "SELECT nme"})
    assert faulty.status_code == 400
    assert "nme" in faulty.text
    sent = {"title": "Getallen", "sql": SQL, "label.least": "Vanaf", "default.least": "3",
            "listed": "on", "language": "nl"}  # fmt: skip
    made = client.post("/nl/queries/new", data=sent)
    assert made.status_code == 303
    path = made.headers["Location"]
    assert "Vanaf" in client.get(path).text
    assert client.get(f"{path}/edit").status_code == 200
    assert client.post(f"{path}/edit", data=sent | {"title": "Cijfers"}).status_code == 303
    assert "Cijfers" in client.get(path).text
    assert "Getallen" in client.get(f"{path}?version=1").text
    sign_in(client, store, user(store, "bo"))
    assert client.get(f"{path}/edit").status_code == 403
    assert client.post(f"{path}/remove").status_code == 403
    sign_in(client, store, user(store, "eva", Role.STEWARD))
    assert client.post(f"{path}/remove").status_code == 303
    assert client.get(path).status_code == 404


def cited(client: FlaskClient, headers: dict[str, str], **body: Any) -> Any:
    answer = client.post(ANSWERS, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def test_a_citation_gives_the_same_hash_after_three_newer_versions(
    client: FlaskClient, store: Store, an: dict[str, str]
) -> None:
    made = cited(client, an, sql=SQL, params={"least": 2})
    assert made["answer"]["pins"] == {"numbers": [1]}
    assert len(made["answer"]["versions"]["numbers"]["sha256"]) == 64
    for more in (4, 5, 6):
        publish(store, "numbers", numbers(*range(more)))
    path = f"{ANSWERS}/{made['id']}"
    check = client.get(f"{path}/check").get_json()
    assert (check["outcome"], check["sha256"]) == ("same", made["answer"]["sha256"])
    assert client.get(f"{path}/rows?format=csv").text.splitlines() == ["name,n", "n2,2", "n3,3"]
    page = client.get(f"/nl/answers/{made['id']}?check=1").text
    assert "Opnieuw berekend: hetzelfde antwoord" in page
    assert made["answer"]["sha256"] in page
    again = cited(client, an, sql=SQL, params={"least": 2})
    assert again["id"] != made["id"]


def test_the_same_answer_is_the_same_citation(client: FlaskClient, an: dict[str, str]) -> None:
    one, two = (cited(client, an, sql=SQL, params={"least": 2}) for _ in range(2))
    assert one == two


def test_a_citation_says_exactly_what_is_gone(
    client: FlaskClient, store: Store, an: dict[str, str]
) -> None:
    made = cited(client, an, sql='SELECT count(*) FROM "numbers@all"')
    publish(store, "numbers", numbers(4))
    forget_version(store, "numbers", 1)
    check = client.get(f"{ANSWERS}/{made['id']}/check").get_json()
    used = made["answer"]["versions"]["numbers@1"]
    assert check["outcome"] == "inputs-gone"
    assert check["missing"] == [{"table": "numbers", "version": 1, "sha256": used["sha256"]}]
    rows = client.get(f"{ANSWERS}/{made['id']}/rows")
    assert (rows.status_code, rows.get_json()["error"]["code"]) == (410, "answer-inputs-gone")
    page = client.get(f"/nl/answers/{made['id']}")
    assert page.status_code == 200
    assert "numbers@1" in page.text


def forget_version(store: Store, table: str, n: int) -> None:
    """What the purge of a version leaves of it for readers: nothing."""
    dataset_id = versions.dataset_of(store, table)
    with store.write() as connection:
        connection.execute(
            sa.delete(db.version).where(db.version.c.table_name == table, db.version.c.n == n)
        )
        datasets.touch(connection, dataset_id, has_new_data=True)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"sql": "SELECT now()"}, 400, "answer-not-repeatable"),
        ({"sql": "SELECT random() FROM numbers"}, 400, "answer-not-repeatable"),
        ({"sql": "SHOW TABLES"}, 400, "answer-not-repeatable"),
        ({"sql": "FROM range(1000001)"}, 413, "answer-too-long-to-cite"),
        ({"sql": "SELECT nme FROM numbers"}, 400, "unknown_column"),
        ({"query": "zzz"}, 404, "query-not-kept"),
        ({}, 400, "parameter-missing"),
        ({"sql": "SELECT 1", "query": "zzz"}, 400, "parameter-missing"),
    ],
)
def test_what_cannot_be_cited_is_refused(
    client: FlaskClient, an: dict[str, str], body: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(ANSWERS, json=body, headers=an)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_the_hash_minds_the_order_only_where_the_statement_does(
    client: FlaskClient, an: dict[str, str]
) -> None:
    def hashed(sql: str) -> str:
        found: str = cited(client, an, sql=sql)["answer"]["sha256"]
        return found

    up = hashed("FROM (SELECT n FROM numbers ORDER BY n)")
    assert up == hashed("FROM (SELECT n FROM numbers ORDER BY n DESC)")
    assert hashed("SELECT n FROM numbers ORDER BY n") != hashed(
        "SELECT n FROM numbers ORDER BY n DESC"
    )
    assert hashed("SELECT 0.1::DOUBLE + 0.2::DOUBLE AS x") == hashed("SELECT 0.3::DOUBLE AS x")
    assert hashed("SELECT 1 AS x") != hashed("SELECT 1::BIGINT AS x")
    assert hashed("SELECT 1 AS x") != hashed("SELECT 1 AS y")
    assert hashed("SELECT 1 AS x UNION ALL SELECT 1") != hashed("SELECT 1 AS x")


def test_a_kept_query_is_cited_with_its_defaults(
    client: FlaskClient, store: Store, an: dict[str, str]
) -> None:
    query_id = kept(client, an)["id"]
    made = cited(client, an, query=query_id)
    assert (made["answer"]["texts"], made["answer"]["row_count"]) == ({"least": "2"}, 2)
    assert (made["answer"]["query_id"], made["answer"]["query_n"]) == (query_id, 1)
    given = cited(client, an, query=query_id, params={"LEAST": 3})
    assert (given["answer"]["texts"], given["answer"]["row_count"]) == ({}, 1)


def test_citing_needs_an_account(client: FlaskClient, store: Store) -> None:
    assert client.post(ANSWERS, json={"sql": "SELECT 1"}).status_code == 401
    assert client.post("/nl/answers", data={"sql": "SELECT 1"}).status_code == 401
    assert "Aanmelden om dit antwoord te citeren" in client.get("/nl/sql?sql=SELECT+1").text
    sign_in(client, store, user(store, "an"))
    assert "Dit antwoord citeren" in client.get("/nl/sql?sql=SELECT+1").text
    good = client.post("/nl/answers", data={"sql": SQL, "$least": "2"})
    assert good.status_code == 303
    assert "n3" in client.get(good.headers["Location"]).text
    assert services_of(client.application).store is store
    assert queries.listed(store) == ([], 0)
