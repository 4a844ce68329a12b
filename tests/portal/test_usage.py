"""Uses are counted once each; a count slows or fails nothing, and keeps nobody's trace."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from catalogue.store import Store, open_store, usage
from catalogue.store import schema as db
from catalogue.store.usage import Kind, Use
from portal.services import Services
from portal.usage import Usage, today

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PAGE = "/fr/datasets/stations-de-velos"
FILE = "/data/stations.csv"
LONG_AGO = "0000-01-01"


class Counts:
    """What was counted since the last look."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._before: dict[Kind, int] = dict.fromkeys(Kind, 0)
        self.new()

    def new(self) -> dict[str, int]:
        self._services.usage.flush()
        names = ["stations-de-velos", "stations", "lucht"]
        found = {
            kind: sum(
                each.total
                for each in usage.of(self._services.store, kind, names, since=LONG_AGO).values()
            )
            for kind in Kind
        }
        before, self._before = self._before, found
        return {
            kind.value: found[kind] - before[kind] for kind in Kind if found[kind] != before[kind]
        }


@pytest.fixture
def counts(sample_services: Services) -> Counts:
    return Counts(sample_services)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "data")


def get(pages: FlaskClient, path: str, agent: str = BROWSER, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return pages.get(path, headers={"User-Agent": agent, **named}, buffered=True).status_code


def test_page_file_and_query_are_counted_once_each(pages: FlaskClient, counts: Counts) -> None:
    get(pages, PAGE)
    assert counts.new() == {"view": 1}
    get(pages, FILE)
    get(pages, "/data/stations@1.parquet")
    assert counts.new() == {"download": 2}
    get(pages, "/api/v1/sql?sql=SELECT+count(*)+FROM+stations+a,+%22stations%401%22+b")
    assert counts.new() == {"query": 1}
    get(pages, "/nl/sql?sql=SELECT+1+FROM+stations,+lucht")
    assert counts.new() == {"query": 2}


def test_ranges_of_one_download_are_one_download(pages: FlaskClient, counts: Counts) -> None:
    for first in range(0, 1000, 100):
        assert get(pages, FILE, Range=f"bytes={first}-{first + 99}") == 206
    assert get(pages, FILE, Range="bytes=-50") == 206
    assert counts.new() == {"download": 1}


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_looks_without_a_reader_are_not_counted(
    pages: FlaskClient, counts: Counts, path: str
) -> None:
    held = pages.head(path, buffered=True).headers["ETag"]
    get(pages, path, agent=ROBOT)
    get(pages, path, Sec_Purpose="prefetch;prerender")
    assert get(pages, path.replace("stations", "nothing")) == 404
    assert get(pages, path, If_None_Match=held) == 304
    assert counts.new() == {}


def test_phone_whose_name_ends_like_a_robots_is_counted(pages: FlaskClient, counts: Counts) -> None:
    get(pages, PAGE, agent="Mozilla/5.0 (Linux; Android 13; CUBOT P80) Chrome/120")
    assert counts.new() == {"view": 1}


def test_failed_and_refused_queries_are_not_counted(pages: FlaskClient, counts: Counts) -> None:
    assert get(pages, "/api/v1/sql?sql=SELECT+nothing+FROM+stations") == 400
    assert get(pages, "/fr/sql?sql=SELECT+nothing+FROM+stations") == 400
    assert counts.new() == {}


def test_counts_of_many_threads_and_processes_add_up(store: Store) -> None:
    """Two processes write the same store, as two web nodes do."""
    nodes = [Usage(store), Usage(store)]

    def use(node: Usage) -> None:
        for number in range(300):
            node.count(Kind.DOWNLOAD, ["stations"])
            if number % 50 == 0:
                node.flush()

    threads = [threading.Thread(target=use, args=(node,)) for node in nodes * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for node in nodes:
        node.stop()
    found = usage.of(store, Kind.DOWNLOAD, ["stations", "lucht"], since=LONG_AGO)
    assert found["stations"].total == 1800
    days = usage.by_day(store, Kind.DOWNLOAD, ["stations"], since=LONG_AGO)
    assert sum(days.values()) == 1800
    assert "lucht" not in found
    store.close()


def test_store_that_is_away_loses_no_count_and_fails_no_request(store: Store) -> None:
    counted = Usage(store)
    with store.write() as connection:
        connection.execute(sa.text("ALTER TABLE usage_total RENAME TO elsewhere"))
    counted.count(Kind.VIEW, ["velos"])
    counted.flush()
    counted.count(Kind.VIEW, ["velos"])
    with store.write() as connection:
        connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO usage_total"))
    counted.flush()
    assert usage.of(store, Kind.VIEW, ["velos"], since=LONG_AGO)["velos"].total == 2
    store.close()


def test_counting_waits_for_no_writer(store: Store) -> None:
    counted = Usage(store)
    with store.write():  # a harvest that publishes
        flush = threading.Thread(target=counted.flush)
        counted.count(Kind.VIEW, ["velos"])
        flush.start()
        done = threading.Thread(target=counted.count, args=(Kind.VIEW, ["velos"]))
        done.start()
        done.join(timeout=2)
        assert not done.is_alive()
    flush.join()
    counted.flush()
    assert usage.of(store, Kind.VIEW, ["velos"], since=LONG_AGO)["velos"].total == 2
    store.close()


def test_old_days_go_and_the_total_stays(store: Store) -> None:
    old = (today() - timedelta(days=usage.DAYS_KEPT + 1)).isoformat()
    usage.add(store, {Use(Kind.QUERY, "stations", old): 5})
    counted = Usage(store)
    counted.count(Kind.QUERY, ["stations"])
    counted.flush()
    found = usage.of(store, Kind.QUERY, ["stations"], since=LONG_AGO)["stations"]
    assert found == (6, 1)
    store.close()


def test_nothing_of_the_reader_is_kept() -> None:
    assert {column.name for column in db.usage_day.columns} == {"kind", "name", "day", "uses"}
