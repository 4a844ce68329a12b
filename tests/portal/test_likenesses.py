"""The same dataset through several portals: recognised, shown once, decided by stewards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from catalogue.errors import NotFound
from catalogue.records import Dataset, Distribution, Publisher
from catalogue.store import Store, datasets, likeness, open_store
from catalogue.store.likeness import Reason, Verdict
from portal.duplicates import decide
from portal.harvesting import run_source
from portal.harvesting.likenesses import recognise
from portal.withdrawing import put_back, withdraw
from tests.harvesters.portals import ckan_portal, ods_portal, published
from tests.portal.test_harvesting import QUICK

LONG = "Les stations de vélos en libre-service de la ville, avec leurs places et leur état."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


def put(store: Store, source: str, remote_id: str, **fields: Any) -> str:
    url = fields.pop("file", f"https://{source}.example/{remote_id}.csv")
    record = Dataset(
        source_id=source,
        remote_id=remote_id,
        title=fields.pop("title", {"fr": f"{remote_id} de {source}"}),
        publisher=Publisher(id=source, title={"fr": source}),
        distributions=[Distribution(remote_id="1", url=url, format="csv")],
        **fields,
    )
    dataset_id, _ = datasets.save(store, record)
    return dataset_id


def shown(store: Store) -> list[str]:
    return datasets.findable_ids(store)


def look(store: Store, *sources: str) -> None:
    for source in sources:
        recognise(store, source)


def test_files_at_one_address_are_one_dataset_whatever_their_presentation(store: Store) -> None:
    own = put(store, "mel", "velos", file="https://mel.example/velos/csv?use_labels=true")
    passed_on = put(store, "gouv", "x1", file="https://www.mel.example/velos/csv?delimiter=;")
    look(store, "mel", "gouv")
    assert shown(store) == [own]
    assert datasets.get(store, passed_on).same_as == own
    assert likeness.others(store, own) == [passed_on]
    (pair,) = likeness.listed(store, is_waiting=False, limit=9)
    assert pair.reason is Reason.FILES


def test_who_names_an_origin_stands_behind_it_though_it_was_here_first(store: Store) -> None:
    page = "https://mel.example/datasets/velos"
    passed_on = put(store, "gouv", "x1", origin=page)
    own = put(store, "mel", "velos", landing_page=page)
    look(store, "gouv", "mel")
    assert shown(store) == [own]
    assert datasets.get(store, passed_on).same_as == own


def test_a_page_that_all_share_joins_nobody(store: Store) -> None:
    home = {"landing_page": "https://bikes.example/fr"}
    page = {"landing_page": "https://bikes.example/about/us"}
    ids = [put(store, "kortrijk", "a", **home), put(store, "westhoek", "b", **home)]
    ids += [put(store, "lime-lille", "c", **page), put(store, "lime-kortrijk", "d", **page)]
    ids += [put(store, "mel", each, origin="https://sig.example/catalogue") for each in "ef"]
    ids += [put(store, "gouv", "g", origin="https://sig.example/catalogue")]
    look(store, "kortrijk", "westhoek", "lime-lille", "lime-kortrijk", "mel", "gouv")
    assert shown(store) == sorted(ids)


def test_words_alone_wait_for_a_steward_who_joins_and_splits(store: Store) -> None:
    words = {"title": {"fr": "Vélos"}, "description": {"fr": LONG}}
    one, other = put(store, "a", "1", **words), put(store, "b", "2", **words)
    look(store, "a", "b")
    assert shown(store) == sorted((one, other))
    (pair,) = likeness.listed(store, is_waiting=True, limit=9)
    for verdict, seen in ((Verdict.SAME, [one]), (Verdict.DIFFERENT, sorted((one, other)))):
        decide(store, pair.first_id, pair.second_id, verdict, by="eva")
        assert shown(store) == seen
        assert not likeness.listed(store, is_waiting=True, limit=9)
    with pytest.raises(NotFound):
        decide(store, "nobody", pair.second_id, Verdict.SAME, by="eva")


def test_a_decision_holds_at_the_next_run_and_a_pair_goes_with_its_mark(store: Store) -> None:
    file = "https://mel.example/velos.csv"
    one, other = put(store, "a", "1", file=file), put(store, "b", "2", file=file)
    third = put(store, "c", "3", file=file)
    look(store, "a", "b", "c")
    assert shown(store) == [one]
    decide(store, *sorted((one, other)), Verdict.DIFFERENT, by="eva")
    decide(store, *sorted((other, third)), Verdict.DIFFERENT, by="eva")
    put(store, "b", "2", file=file, description={"fr": "new"})
    look(store, "b")
    assert shown(store) == sorted((one, other))
    put(store, "c", "3", file="https://c.example/own.csv")
    look(store, "c")
    assert shown(store) == sorted((one, other, third))


def test_where_the_one_shown_is_archived_another_takes_its_place(store: Store) -> None:
    file = "https://mel.example/velos.csv"
    one, other = put(store, "a", "1", file=file), put(store, "b", "2", file=file)
    look(store, "a", "b")
    datasets.archive(store, one)
    look(store, "a")
    assert shown(store) == [other]


def test_where_the_one_shown_is_withdrawn_another_takes_its_place_until_it_is_back(
    store: Store,
) -> None:
    file = "https://mel.example/velos.csv"
    one, other = put(store, "a", "1", file=file), put(store, "b", "2", file=file)
    look(store, "a", "b")
    withdraw(store, one, reason="why", by="eva")
    assert shown(store) == [other]
    put_back(store, one, by="eva")
    assert shown(store) == [one]


def test_equal_rows_through_two_portals_are_one_dataset(store: Store) -> None:
    lines = [f"Gare {n};{n * n}" for n in range(12)]
    rows = "\n".join(["nom;places", *lines, ""])
    shuffled = "\n".join(["nom;places", *reversed(lines), ""])
    few = "nom;places\nGare;12\n"
    with (
        ckan_portal([published("velos", rows), published("few", few)]) as ckan,
        ods_portal([published("stations", shuffled), published("peu", few)]) as ods,
    ):
        for portal, name in ((ckan, "one"), (ods, "two")):
            source = msgspec.structs.replace(portal.source(), id=name)
            run_source(store, source, fetch_settings=QUICK)
    pairs = likeness.listed(store, is_waiting=False, limit=9)
    assert [pair.reason for pair in pairs] == [Reason.DATA]
    assert len(shown(store)) == 3


def test_what_a_portal_has_from_us_does_not_come_back(store: Store) -> None:
    with ckan_portal([published("velos"), published("zones")]) as portal:
        own_url = f"{portal.url}/dataset/jeu-velos"
        first = run_source(store, portal.source(), fetch_settings=QUICK, own_url=portal.url)
        assert first.counts["added"] == 0
        assert {issue.code for each in first.records for issue in each.issues} >= {"own-dataset"}
        second = run_source(store, portal.source(), fetch_settings=QUICK, own_url=own_url)
    assert second.counts["added"] == 2
