"""Finds the tables that a declaration takes, and reads them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow.parquet as pq

from catalogue.harmonised.declaration import Declaration, Match
from catalogue.harmonised.records import Input, Origin
from catalogue.records import Dataset, Entry, Side, Text, Version
from catalogue.store import Store, datasets, versions
from catalogue.store.versions import Slot

_SIDES = (Side.FRANCE, Side.FLANDERS, Side.WALLONIA)


class Taken(NamedTuple):
    """A table that a rule takes, with its dataset."""

    rule: int
    version: Version
    entry: Entry

    @property
    def facts(self) -> dict[str, str]:
        """Return what a declaration may say of the dataset."""
        dataset = self.entry.dataset
        return {
            "dataset.id": self.entry.id,
            "dataset.title": _first(dataset.title),
            "dataset.remote_id": dataset.remote_id,
            "publisher.title": _first(dataset.publisher.title),
        }

    @property
    def side(self) -> Side | None:
        """Return the one side of the border that the dataset is of."""
        dataset = self.entry.dataset
        side = dataset.sides[0] if len(dataset.sides) == 1 else dataset.publisher.side
        return side if side in _SIDES else None

    @property
    def origin(self) -> Origin:
        """Return what is kept of the dataset beside the rows."""
        dataset = self.entry.dataset
        return Origin(
            table=self.version.table,
            version=self.version.n,
            sha256=self.version.sha256,
            dataset=self.entry.id,
            title=dataset.title,
            publisher=dataset.publisher.id,
            publisher_title=dataset.publisher.title,
            side=self.side,
            licence=dataset.licence,
            licence_url=dataset.licence_url,
            where=dataset.origin,
        )


def taken(store: Store, declared: Declaration, own_source: str) -> list[Taken]:
    """Return the tables that the rules take, by rule and name; each by the first that matches.

    Datasets of `own_source` are harmonised themselves and taken by none.
    """
    found: dict[str, tuple[int, Slot, Version]] = {}
    for number, rule in enumerate(declared.sources):
        for slot, version in _listed(store, rule.match):
            found.setdefault(version.table, (number, slot, version))
    entries = _entries(store, (slot for _, slot, _ in found.values()))
    chosen = []
    for number, slot, version in found.values():
        entry = entries.get(slot.dataset_id)
        if entry is None or entry.dataset.source_id == own_source:
            continue
        chosen.append(Taken(number, version, entry))
    return sorted(chosen, key=lambda one: (one.rule, one.version.table))


def read(store: Store, declared: Declaration, one: Taken) -> Input:
    """Read of a table what its rule names."""
    rule = declared.sources[one.rule]
    names = [column.name for column in one.version.columns if column.name in rule.read]
    return Input(
        rule=one.rule,
        table=one.version.table,
        version=one.version.n,
        rows=pq.read_table(store.objects.parquet_path(one.version.sha256), columns=names),
        facts=one.facts,
        side=one.side,
    )


def _listed(store: Store, match: Match) -> list[tuple[Slot, Version]]:
    found = versions.listed(
        store,
        table=match.table,
        schema=match.schema,
        distribution=match.distribution,
        columns=match.columns,
    )
    if match.format is None:
        return found
    entries = _entries(store, (slot for slot, _ in found))
    return [
        (slot, version)
        for slot, version in found
        if _format(entries[slot.dataset_id].dataset, slot.distribution_id) == match.format
    ]


def _entries(store: Store, slots: Iterable[Slot]) -> Mapping[str, Entry]:
    ids = sorted({slot.dataset_id for slot in slots})
    return {entry.id: entry for entry in datasets.by_ids(store, ids)}


def _format(dataset: Dataset, distribution_id: str) -> str | None:
    files = (file.format for file in dataset.distributions if file.remote_id == distribution_id)
    return next(files, None)


def _first(text: Text) -> str:
    return next(iter(text.values()), "")
