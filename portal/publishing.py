"""Publishes a steward's own file: the same way as every source, without a portal in between."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from catalogue.errors import CatalogueError, Conflict, NotFound
from catalogue.licences import licence_id
from catalogue.names import fold, slug
from catalogue.records import Dataset, Distribution, Publisher, RunIssue, Text
from catalogue.store import Store, datasets, distributions, publishers, versions
from catalogue.store.datasets import Known
from catalogue.store.distributions import DistributionState
from catalogue.store.leases import lease
from catalogue.store.versions import Slot
from portal.harmonising import refresh_quietly
from portal.ingest import File, Ingested, as_before, is_held, mark_of, publish_tables, read_file
from portal.known_schemas import NONE
from portal.reading import Reader

SOURCE_ID = "published"
DISTRIBUTION_ID = "file"
_WAIT_S = 30.0
T = TypeVar("T")
NOBODY = Publisher(id="unknown", title={"und": "—"})


class Publication(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a steward says of a file; what is None stays as it was published before.

    `title` and `description` are of the one `language`, `titles` and `descriptions` of any.
    `schema` NONE takes the file as it is. `dataset_id` says which dataset it is the next version
    of, whatever its title.
    """

    title: str
    language: str
    titles: Text | None = None
    description: str | None = None
    descriptions: Text | None = None
    keywords: dict[str, list[str]] | None = None
    publisher: str | None = None
    licence: str | None = None
    schema: str | None = None
    themes: list[str] | None = None
    spatial: list[str] | None = None
    frequency: str | None = None
    fields: list[dict[str, Any]] | None = None
    parts: list[str] | None = None
    dataset_id: str | None = None


class Published(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The dataset that a file was published as, and what became of its tables."""

    dataset_id: str
    ingested: Ingested


def publish_file(
    store: Store,
    file: Path,
    said: Publication,
    *,
    filename: str | None = None,
    types: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
) -> Published:
    """Publish a file as the next version of a dataset, or keep it as a draft with its report.

    The same title of the same publisher is the same dataset. `filename` is the file's own name
    where it lies under another; `kept` stands in for the types that were set for older versions,
    whose columns may be gone. Raises NotFound for a file or schema
    that is not there, CatalogueError for one that cannot be read or a type of an unknown column,
    Conflict where the dataset is being published elsewhere or several publishers have that title;
    then the catalogue is as it was.
    """
    if not re.search("[a-z0-9]", fold(said.title)):
        raise CatalogueError("title-empty", title=said.title)
    with lease(store, f"publish:{slug(said.title)}", wait_s=_WAIT_S):
        publisher = _publisher(store, said)
        before = _before(store, said, publisher)
        dataset = _dataset(said, before, publisher)
        received = _received(store, file, filename or file.name, dataset.distributions[0])
        if kept is None:
            kept = versions.kept_types(store, before.id, DISTRIBUTION_ID) if before else {}
        with Reader(store.objects.scratch()) as reader:
            read = read_file(store, reader, received, kept=kept, types=types)
        known_id = before.id if before else ""
        parts = as_before(store, known_id, DISTRIBUTION_ID, read.parts)
        is_refused = all(
            part.prepared is None
            or is_held(
                store,
                Slot(dataset_id=known_id, distribution_id=DISTRIBUTION_ID, part=part.name),
                part,
            )
            for part in parts
        )
        # What is said of a file that is refused waits with it; what was published stays.
        dataset_id = before.id if before and is_refused else datasets.save(store, dataset)[0]
        ingested = publish_tables(store, dataset_id, read, dataset_title=dataset.title)
        state = DistributionState(
            url="",
            raw_sha256=received.raw_sha256,
            filename=received.filename,
            ingested=mark_of(received),
            issue=RunIssue(code="check-failed") if ingested.drafts else None,
        )
        distributions.remember(store, dataset_id, DISTRIBUTION_ID, state)
        if ingested.published:
            refresh_quietly(store)
        return Published(dataset_id=dataset_id, ingested=ingested)


def dataset_of(store: Store, said: Publication) -> Dataset:
    """Return the record of the dataset that would be published. Raises as `publish_file`."""
    publisher = _publisher(store, said)
    return _dataset(said, _before(store, said, publisher), publisher)


def _received(store: Store, file: Path, filename: str, distribution: Distribution) -> File:
    try:
        stream = file.open("rb")
    except OSError as error:
        raise NotFound("file-unreadable", file=filename) from error
    with stream:
        sha256 = store.objects.copy_raw(stream)
    received = File(distribution=distribution, raw_sha256=sha256, filename=filename)
    mark_of(received)  # a schema that is not there ends it here
    return received


def _before(store: Store, said: Publication, publisher: Publisher | None) -> Known | None:
    """Find the dataset of this title: the publisher's own, or the only one where none is named."""
    if said.dataset_id:
        mine = (e for e in datasets.of_source(store, SOURCE_ID) if e.id == said.dataset_id)
        found = next(mine, None)
        if found is None:
            raise NotFound("dataset-not-published-here", dataset=said.dataset_id)
        return found
    title = slug(said.title)
    known = {
        entry.dataset.remote_id: entry
        for entry in datasets.of_source(store, SOURCE_ID)
        if entry.dataset.remote_id.rpartition("/")[2] == title
    }
    if publisher is not None:
        ids = (publisher.id, slug(said.publisher or ""), NOBODY.id)
        return next((known[key] for one in ids if (key := f"{one}/{title}") in known), None)
    if len(known) > 1:
        names = sorted(next(iter(e.dataset.publisher.title.values())) for e in known.values())
        raise Conflict("title-ambiguous", title=said.title, publishers=names)
    return next(iter(known.values()), None)


def _publisher(store: Store, said: Publication) -> Publisher | None:
    """Return who is named, as the catalogue knows it where it does, by any of its names."""
    if not said.publisher:
        return None
    name, own_id = fold(said.publisher), slug(said.publisher)
    for holder in publishers.listed(store):
        known = holder.publisher
        if known.id == own_id or name in map(fold, known.title.values()):
            return known
    return Publisher(id=own_id, title={said.language: said.publisher})


def _dataset(said: Publication, before: Known | None, named: Publisher | None) -> Dataset:
    old = before.dataset if before else None
    publisher = named or (old.publisher if old else NOBODY)
    title = {**_kept(said.titles, old.title if old else {}), said.language: said.title}
    description = dict(_kept(said.descriptions, old.description if old else {}))
    if said.description:
        description[said.language] = said.description
    licence = licence_id(said.licence) or said.licence if said.licence else None
    file = old.distributions[0] if old else None
    schema = None if said.schema == NONE else said.schema or (file.schema if file else None)
    distribution = Distribution(
        remote_id=DISTRIBUTION_ID,
        url="",
        title=title,
        schema=schema,
        fields=_kept(said.fields, file.fields if file else []),
        parts=_kept(said.parts, file.parts if file else []),
    )
    return Dataset(
        source_id=SOURCE_ID,
        remote_id=old.remote_id if old else f"{publisher.id}/{slug(said.title)}",
        slug=slug(said.title),
        title=title,
        description=description,
        publisher=publisher,
        licence=licence or (old.licence if old else None),
        keywords=_kept(said.keywords, old.keywords if old else {}),
        themes=_kept(said.themes, old.themes if old else []),
        languages=sorted(title) if said.titles else old.languages if old else [],
        spatial=_kept(said.spatial, old.spatial if old else []),
        frequency=_kept(said.frequency, old.frequency if old else None),
        distributions=[distribution],
    )


def _kept(said: T | None, before: T) -> T:
    return before if said is None else said
