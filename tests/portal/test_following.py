"""The search index follows the catalogue: a large one is built apart, and search says so."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalogue.search import Query, SearchIndex
from catalogue.store import Store, datasets, open_store
from portal import following
from tests.benchmarks.search_index import Generator
from tests.factories import dataset

COUNT = 120


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A catalogue of which no index was made yet."""
    opened = open_store(tmp_path / "data")
    for entry in Generator().entries(COUNT):
        datasets.save(opened, entry.dataset)
    yield opened
    opened.close()


@pytest.fixture
def search(store: Store) -> Iterator[SearchIndex]:
    opened = following.open_index(store, store.folder / "search")
    yield opened
    opened.close()


def until(is_so: Callable[[], bool], within_s: float = 60.0) -> None:
    end = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def found(search: SearchIndex) -> list[object]:
    """What searches of several kinds give."""
    asked = [Query(q=q, lang=lang) for q in ("", "fiets", "école Lille") for lang in ("fr", "nl")]
    hits = [search.search(query) for query in asked]
    return [(h.count, h.facets, sorted(hit.id for hit in h.results if h.count < 20)) for h in hits]


def test_a_large_index_is_built_apart_and_is_the_same(
    store: Store, search: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_MANY", 50)
    assert following.behind(store, search) == COUNT
    done = following.follow(store, search, store.folder / "search")
    assert search.search(Query()).count < COUNT  # the start did not wait for it
    until(lambda: following.behind(store, search) == 0)
    done.set()
    here = SearchIndex()
    following.catch_up(store, here)
    assert found(search) == found(here)


def test_what_comes_after_a_large_build_is_found(
    store: Store, search: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_MANY", 50)
    done = following.follow(store, search, store.folder / "search")
    until(lambda: following.behind(store, search) == 0)
    datasets.save(store, dataset(remote_id="new", title={"fr": "Zyzzogéton"}))
    until(lambda: search.search(Query(q="zyzzogeton")).count == 1, within_s=10)
    done.set()


def test_a_builder_that_fails_leaves_the_work_to_the_follower(
    store: Store, search: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_MANY", 50)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    done = following.follow(store, search, store.folder / "search")
    until(lambda: following.behind(store, search) == 0)
    done.set()
    assert search.search(Query()).count == COUNT


def test_a_small_index_is_there_when_the_start_goes_on(store: Store, search: SearchIndex) -> None:
    following.follow(store, search, store.folder / "search").set()
    assert search.search(Query()).count == COUNT
