"""Queries that are kept, and cited answers, in the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.errors import Conflict, NotFound
from catalogue.store import Store, accounts, open_store, queries
from catalogue.store.queries import CitedAnswer, CitedTable, QueryField, QueryText

TEXT = QueryText(
    title="Stations", sql="FROM t WHERE n > $n", fields=[QueryField(name="n", label="At least")]
)
ANSWER = CitedAnswer(
    sql="FROM t",
    params={},
    texts={"n": "1"},
    pins={"t": [1]},
    versions={"t": CitedTable(version=1, sha256="0" * 64)},
    engine="DuckDB",
    columns=[{"name": "n", "type": "BIGINT"}],
    row_count=1,
    is_ordered=False,
    sha256="1" * 64,
    rows_sha256="1" * 64,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def user(store: Store) -> int:
    return accounts.add_user(store, name="an", role="viewer", password_hash="x").id  # noqa: S106


def test_a_change_is_a_new_version_and_the_old_one_stays(store: Store, user: int) -> None:
    first = queries.add(store, TEXT, {}, author_id=user)
    other = QueryText(title="Other", sql="FROM t", is_pinned=True, is_listed=False)
    second = queries.change(store, first.id, other, {"t": [3]}, by=user)
    assert (first.n, second.n, second.pins, second.author) == (1, 2, {"t": [3]}, "an")
    assert queries.get(store, first.id).text == other
    assert queries.get(store, first.id, 1).text == TEXT
    assert [each.n for each in queries.history(store, first.id)] == [2, 1]
    with pytest.raises(NotFound):
        queries.get(store, first.id, 3)


def test_only_what_is_listed_is_found_by_others(store: Store, user: int) -> None:
    shown = queries.add(store, TEXT, {}, author_id=user)
    hidden = queries.add(
        store, QueryText(title="Mine", sql="SELECT 1", is_listed=False), {}, author_id=user
    )
    assert shown.id != hidden.id
    assert [each.id for each in queries.listed(store)[0]] == [shown.id]
    assert queries.listed(store)[1] == 1
    assert {each.id for each in queries.listed(store, author_id=user)[0]} == {shown.id, hidden.id}
    assert queries.get(store, hidden.id).text.title == "Mine"


def test_what_is_removed_is_gone_for_every_reader(store: Store, user: int) -> None:
    query = queries.add(store, TEXT, {}, author_id=user)
    queries.remove(store, query.id)
    for call in (
        lambda: queries.get(store, query.id),
        lambda: queries.remove(store, query.id),
        lambda: queries.change(store, query.id, TEXT, {}, by=user),
    ):
        with pytest.raises(NotFound):
            call()
    assert queries.listed(store, author_id=user) == ([], 0)


def test_one_user_keeps_so_many(store: Store, user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_OF_ONE_USER", 1)
    monkeypatch.setattr(queries, "MOST_ANSWERS_OF_ONE_USER", 1)
    queries.add(store, TEXT, {}, author_id=user)
    with pytest.raises(Conflict):
        queries.add(store, TEXT, {}, author_id=user)
    queries.add_answer(store, "a", ANSWER, user_id=user)
    queries.add_answer(store, "a", ANSWER, user_id=user)
    with pytest.raises(Conflict):
        queries.add_answer(store, "b", ANSWER, user_id=user)


def test_an_answer_comes_back_as_it_was(store: Store, user: int) -> None:
    queries.add_answer(store, "a", ANSWER, user_id=user)
    assert queries.answer(store, "a")[0] == ANSWER
    with pytest.raises(NotFound):
        queries.answer(store, "b")
