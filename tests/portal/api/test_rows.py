"""Rows over the API: whole, in order, each once, of one version."""

from typing import Any

import pytest
from flask.testing import FlaskClient

ROWS = "/api/v1/tables/municipalities/rows"


def all_pages(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    """Follow the addresses of the next pages to the end."""
    pages = []
    following: str | None = address
    while following is not None:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json)
        following = answer.json["next"]
    return pages


@pytest.mark.parametrize("query", ["", "&sort=name", "&sort=name&desc=1"])
def test_paging_gives_every_row_once_as_the_download_does(client: FlaskClient, query: str) -> None:
    pages = all_pages(client, f"{ROWS}?limit=2{query}")
    rows = [row for page in pages for row in page["rows"]]
    mark = f"?{query[1:]}" if query else ""
    assert rows == client.get(f"/data/municipalities.json{mark}").json
    assert {page["count"] for page in pages} == {len(rows)}
    assert sorted(n for page in pages for n in page["numbers"]) == list(range(1, len(rows) + 1))


def test_conditions_narrow_and_stand_in_the_next_address(client: FlaskClient) -> None:
    first = client.get(f"{ROWS}?limit=1").json["rows"][0]
    column, value = next((key, val) for key, val in first.items() if isinstance(val, str))
    found = client.get(ROWS, query_string={f"{column}__eq": value}).json
    assert found["rows"]
    assert all(row[column] == value for row in found["rows"])
    some = client.get(ROWS, query_string={f"{column}__ne": value, "limit": 1}).json
    if some["next"]:
        assert f"{column}__ne=" in some["next"]
        assert f"version={some['version']}" in some["next"]


def test_an_older_version_is_read_by_its_number(client: FlaskClient) -> None:
    old, new = client.get(f"{ROWS}?version=1").json, client.get(ROWS).json
    assert (old["version"], new["version"]) == (1, 2)
    assert old["sha256"] != new["sha256"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("limit=0", 400, "parameter-number"),
        ("limit=5000", 400, "parameter-number"),
        ("after=99999", 400, "parameter-number"),
        ("version=99", 404, "version-unknown"),
        ("nowhere__eq=1", 400, "view-column-unknown"),
        ("sort=nowhere", 400, "view-column-unknown"),
        ("utm=1", 400, "parameter-unknown"),
    ],
)
def test_what_does_not_fit_is_refused(
    client: FlaskClient, query: str, status: int, code: str
) -> None:
    answer = client.get(f"{ROWS}?{query}")
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_pages_of_other_sites_may_read(client: FlaskClient) -> None:
    answer = client.get(ROWS, headers={"Origin": "https://example.org"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.head(ROWS).status_code == 200
