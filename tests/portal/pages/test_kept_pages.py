"""Pages that are given again: the very same bytes, for the same reader's world, and never stale."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.store import datasets
from portal.kept import Kept, KeptAnswers
from portal.services import Services
from tests.factories import dataset

PAGE = "/fr/datasets/stations-de-velos"


@pytest.fixture
def renders(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the templates that are rendered from now on."""
    seen: list[str] = []
    usual = own_app.jinja_env.get_or_select_template

    def spy(name: str, *rest: object) -> object:
        seen.append(name)
        return usual(name, *rest)

    monkeypatch.setattr(own_app.jinja_env, "get_or_select_template", spy)
    return seen


def test_a_page_is_rendered_once_and_given_the_same(
    own_pages: FlaskClient, renders: list[str]
) -> None:
    first, second = own_pages.get(PAGE), own_pages.get(PAGE)
    assert renders == ["dataset.html"]
    assert first.data == second.data
    assert sorted(first.headers) == sorted(second.headers)


@pytest.mark.parametrize(
    ("headers", "query"),
    [({"Host": "evil.example"}, ""), ({"Accept-Encoding": "gzip"}, ""), ({}, "?sort=docks")],
)
def test_another_host_packing_or_address_has_its_own(
    own_pages: FlaskClient, renders: list[str], headers: dict[str, str], query: str
) -> None:
    own_pages.get(PAGE)
    answer = own_pages.get(f"{PAGE}{query}", headers=headers)
    assert len(renders) == 2
    assert b"evil.example" not in own_pages.get(PAGE).data
    assert (answer.headers.get("Content-Encoding") == "gzip") is ("Accept-Encoding" in headers)


def test_a_change_of_the_catalogue_makes_pages_anew(
    own_pages: FlaskClient, own_services: Services, renders: list[str]
) -> None:
    own_pages.get(PAGE)
    datasets.save(own_services.store, dataset(remote_id="new", title={"fr": "Nouveau"}))
    own_pages.get(PAGE)
    assert len(renders) == 2


def test_who_is_signed_in_gets_no_kept_page(own_pages: FlaskClient, renders: list[str]) -> None:
    own_pages.get(PAGE)
    own_pages.get(PAGE, headers={"Authorization": "Bearer x"})
    assert len(renders) == 2


def test_a_page_that_is_given_again_counts_as_a_use(
    own_pages: FlaskClient, own_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[object] = []
    monkeypatch.setattr(own_services.usage, "count", lambda *what: counted.append(what))
    own_pages.get(PAGE)
    own_pages.get(PAGE)
    assert len(counted) == 2
    assert counted[0] == counted[1]


def test_what_nobody_asks_for_goes_first() -> None:
    answers = KeptAnswers(budget_bytes=25_000)
    for name in "ab":
        answers.put((name,), _kept(10_000))
    answers.get(("a",), 1)
    answers.put(("c",), _kept(10_000))
    assert [bool(answers.get((name,), 1)) for name in "abc"] == [True, False, True]


def _kept(size_bytes: int) -> Kept:
    return Kept(state=1, etag="", headers=[], body=b"x" * size_bytes, unchanged=[], uses=None)
