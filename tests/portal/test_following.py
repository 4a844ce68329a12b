"""The search index follows the catalogue: a large one is built apart, and search says so."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalogue.search import Query, SearchIndex
from catalogue.search.concepts import OWN_FILE
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


TERMS = '[beguinage]\nfr = ["béguinage"]\nnl = ["begijnhof"]\nen = ["beguinage"]\n'


def write(store: Store, text: str) -> None:
    """Replace the thesaurus of the installation, as an editor does."""
    beside = store.folder / "edited"
    beside.write_text(text, encoding="utf-8")
    beside.replace(store.folder / OWN_FILE)


def finds_across(search: SearchIndex) -> bool:
    return search.search(Query(q="béguinage", lang="fr")).count == 1


@pytest.mark.parametrize("many", [1_000, 50], ids=["here", "apart"])
def test_a_thesaurus_of_the_installation_is_taken_up_when_it_changes(
    store: Store, search: SearchIndex, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets.save(store, dataset(remote_id="hof", title={"nl": "Begijnhoven"}))
    done = following.follow(store, search, store.folder / "search")
    until(lambda: following.behind(store, search) == 0)
    assert not finds_across(search)
    shipped = search.words
    monkeypatch.setattr(following, "_MANY", many)
    write(store, TERMS)
    counts = set()
    until(lambda: counts.add(search.search(Query()).count) or finds_across(search))
    assert counts == {COUNT + 1}  # search never answered from half an index
    assert search.words != shipped
    monkeypatch.undo()
    (store.folder / OWN_FILE).unlink()
    until(lambda: not finds_across(search))
    done.set()
    assert search.words == shipped
    until(lambda: sorted(f.name for f in store.folder.glob("search*")) == ["search"])


def test_a_thesaurus_of_the_installation_is_there_from_the_start(store: Store) -> None:
    write(store, TERMS)
    datasets.save(store, dataset(remote_id="hof", title={"nl": "Begijnhoven"}))
    search = following.open_index(store, store.folder / "search")
    following.follow(store, search, store.folder / "search").set()
    assert finds_across(search)
    search.close()


def test_a_wrong_thesaurus_changes_nothing_and_is_told_once(
    store: Store, search: SearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    write(store, TERMS)
    datasets.save(store, dataset(remote_id="hof", title={"nl": "Begijnhoven"}))
    done = following.follow(store, search, store.folder / "search")
    until(lambda: finds_across(search))
    write(store, TERMS + 'de = ["Beginenhof"]\n')
    until(lambda: bool(caplog.records))
    time.sleep(1.2)
    assert [record.getMessage() for record in caplog.records] == [
        "thesaurus.toml: under beguinage, the key `de` is not known."
    ]
    assert finds_across(search)
    write(store, TERMS + '[rampart]\nfr = ["rempart"]\nnl = ["vestingwal"]\nen = ["rampart"]\n')
    before = search.words
    until(lambda: search.words != before)
    done.set()
