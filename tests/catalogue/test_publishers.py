"""Publishers as their datasets name them, on each engine."""

import pytest

from catalogue.records import Publisher, RunIssue, Side
from catalogue.store import Store, datasets, distributions, publishers
from catalogue.store.distributions import DistributionState
from tests.factories import dataset, distribution

TIMEOUT = RunIssue(code="timeout", params={"seconds": 30})


def test_a_publisher_of_several_sources_is_one(store: Store) -> None:
    said = [
        Publisher(id="mel", title={"fr": "MEL"}, side=Side.FRANCE),
        Publisher(id="mel", title={"nl": "Europese Metropool Rijsel"}, url="https://example.org"),
    ]
    for number, publisher in enumerate(said):
        datasets.save(
            store,
            dataset(
                source_id=f"source-{number}",
                remote_id="velos",
                publisher=publisher,
                data_modified=f"2026-0{number + 1}-01",
            ),
        )
    (holder,) = publishers.listed(store)
    assert holder.publisher == Publisher(
        id="mel",
        title={"fr": "MEL", "nl": "Europese Metropool Rijsel"},
        side=Side.FRANCE,
        url="https://example.org",
    )
    assert len(holder.dataset_ids) == 2
    assert holder.newest_data == "2026-02-01"


def test_what_is_no_longer_offered_is_counted_apart(store: Store) -> None:
    gone, _ = datasets.save(store, dataset(data_modified="2026-11-01"))
    datasets.archive(store, gone)
    (holder,) = publishers.listed(store)
    assert (holder.dataset_ids, holder.archived_count, holder.newest_data) == ([], 1, None)


def test_only_files_that_did_not_come_are_trouble(store: Store) -> None:
    files = [distribution(remote_id="good"), distribution(remote_id="bad")]
    found, _ = datasets.save(store, dataset(distributions=files))
    distributions.remember(store, found, "good", DistributionState(url="https://example.org/a"))
    broken = DistributionState(url="https://example.org/b", issue=TIMEOUT)
    distributions.remember(store, found, "bad", broken)
    (trouble,) = publishers.troubles(store, [found, "no-such-dataset"])
    assert (trouble.distribution_id, trouble.issue) == ("bad", TIMEOUT)


def test_every_dataset_of_many_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishers, "_MOST_AT_ONCE", 2)
    many = [datasets.save(store, dataset(remote_id=name))[0] for name in "abcde"]
    assert [holding.id for holding in publishers.holdings(store, many)] == many
