"""The shapes of the API's answers, made from the records of the catalogue. OpenAPI is generated
from these.

Texts come in the language asked for, else in the nearest there is: `text_languages` says which
language each is in.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from catalogue.languages import nearest
from catalogue.records import (
    Column,
    Dataset,
    Draft,
    Entry,
    Publisher,
    Run,
    Source,
    Table,
    Text,
    Version,
)
from catalogue.store.histories import Numbers
from portal.conversions import formats_of
from portal.drafts import shown_drafts
from portal.source_states import Health


class PublisherBrief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for a dataset."""

    id: str
    title: str | None
    side: str | None


class TableBrief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table with its current version."""

    name: str
    version: int
    rows: int
    sha256: str


class DatasetBrief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset as a search gives it; `updated` is when its data, else its description, last
    changed.
    """

    id: str
    title: str | None
    description: str | None
    publisher: PublisherBrief
    keywords: list[str]
    themes: list[str]
    licence: str | None
    tables: list[TableBrief]
    updated: str
    text_languages: dict[str, str]
    url: str


class Meaning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What some words of a search were taken for: a place or a concept."""

    kind: str
    code: str
    words: str
    title: str | None


class DatasetList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of a search: `count` is of all hits, `facets` counts the values of each facet among
    them. `pending` datasets are new or changed and not in the search index yet: 0 but for moments
    after a change, and while a large index is built.
    """

    count: int
    results: list[DatasetBrief]
    facets: dict[str, dict[str, int]]
    understood: list[Meaning]
    did_you_mean: str | None
    is_widened: bool
    pending: int


class VersionBrief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version of a table and where its files are; `downloads` maps format to address."""

    version: int
    sha256: str
    rows: int
    size_bytes: int
    published: str
    data_modified: str | None
    columns: list[Column]
    downloads: dict[str, str]


class TableDetail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table: its current version with columns, and the Table Schema that it was typed by.

    `versions` are the numbers of the newest, of `version_count` in all.
    """

    name: str
    title: Text
    dataset: str
    schema_name: str | None
    schema: dict[str, Any]
    current: VersionBrief | None
    version_count: int
    versions: list[int]


class VersionList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the versions of a table, newest first; `count` is of all."""

    table: str
    count: int
    results: list[VersionBrief]


class TableList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tables that can be read, by name."""

    count: int
    results: list[TableBrief]


class DatasetDetail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset whole: as found, and `record` as its source describes it, in every language.

    `missing_since` is when its source no longer listed it, `same_as` the dataset as which it is
    shown because it came through several portals. The findings of `drafts`, with values of
    their files, are for stewards; their counts for all.
    """

    dataset: DatasetBrief
    record: Dataset
    tables: list[TableDetail]
    drafts: list[Draft]
    created: str
    description_updated: str
    data_updated: str | None
    is_archived: bool
    missing_since: str | None
    same_as: str | None


class SourceDetail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source, how it is doing, when it is due again, and its newest run.

    `next_run_at` is None for what is harvested by hand only; `failure_count` counts the failures in
    a row, each of which doubles the pause before the next run.
    """

    source: Source
    health: Health
    next_run_at: str | None
    failure_count: int
    last_run: Run | None


class SourceList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every source of this installation, by id."""

    count: int
    results: list[SourceDetail]


class RunList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The newest runs of a source, without their records."""

    count: int
    results: list[Run]


def dataset_brief(entry: Entry, lang: str) -> DatasetBrief:
    """Make the brief of a dataset in a language."""
    record = entry.dataset
    title, title_lang = nearest(record.title, lang)
    description, description_lang = nearest(record.description, lang)
    publisher, publisher_lang = nearest(record.publisher.title, lang)
    keywords, keywords_lang = _keywords(record, lang)
    tags = {
        "title": title_lang,
        "description": description_lang,
        "publisher": publisher_lang,
        "keywords": keywords_lang,
    }
    return DatasetBrief(
        id=entry.id,
        title=title,
        description=description,
        publisher=_publisher(record.publisher, publisher),
        keywords=keywords,
        themes=record.themes,
        licence=record.licence,
        tables=[brief for table in entry.tables if (brief := table_brief(table))],
        updated=entry.data_updated_at or entry.updated_at,
        text_languages={name: tag for name, tag in tags.items() if tag is not None},
        url=f"/api/v1/datasets/{entry.id}",
    )


def dataset_detail(entry: Entry, versions: Mapping[str, Numbers], lang: str) -> DatasetDetail:
    """Make the whole of a dataset; `versions` are the numbers of those of its tables."""
    return DatasetDetail(
        dataset=dataset_brief(entry, lang),
        record=public_record(entry.dataset),
        tables=[table_detail(table, versions[table.name]) for table in entry.tables],
        drafts=shown_drafts(entry.drafts),
        created=entry.created_at,
        description_updated=entry.updated_at,
        data_updated=entry.data_updated_at,
        is_archived=entry.is_archived,
        missing_since=entry.missing_since,
        same_as=entry.same_as,
    )


def table_brief(table: Table) -> TableBrief | None:
    """Make the brief of a table; None where nothing was published yet."""
    current = table.current
    if current is None:
        return None
    return TableBrief(
        name=table.name, version=current.n, rows=current.row_count, sha256=current.sha256
    )


def table_detail(table: Table, versions: Numbers) -> TableDetail:
    """Make the whole of a table."""
    current = table.current
    return TableDetail(
        name=table.name,
        title=table.title,
        dataset=table.dataset_id,
        schema_name=table.schema_name,
        schema=current.schema if current else {},
        current=version_brief(current) if current else None,
        version_count=versions.total,
        versions=versions.newest,
    )


def version_brief(version: Version) -> VersionBrief:
    """Make the brief of a version."""
    return VersionBrief(
        version=version.n,
        sha256=version.sha256,
        rows=version.row_count,
        size_bytes=version.size_bytes,
        published=version.created_at,
        data_modified=version.data_modified,
        columns=version.columns,
        downloads={
            name: f"/data/{version.table}@{version.n}.{name}" for name in formats_of(version)
        },
    )


def public_record(record: Dataset) -> Dataset:
    """Return a record without the folders of this machine: of a local file only its name stays."""
    distributions = [
        msgspec.structs.replace(one, url=_public_url(one.url)) for one in record.distributions
    ]
    return msgspec.structs.replace(record, distributions=distributions)


def public_source(source: Source) -> Source:
    """Return a source without the folders of this machine."""
    return msgspec.structs.replace(source, url=_public_url(source.url))


def _public_url(url: str) -> str:
    if url.startswith(("https://", "http://")):
        return url
    return url.rstrip("/").rsplit("/", 1)[-1]


def _publisher(publisher: Publisher, title: str | None) -> PublisherBrief:
    side = publisher.side.value if publisher.side else None
    return PublisherBrief(id=publisher.id, title=title, side=side)


def _keywords(record: Dataset, lang: str) -> tuple[list[str], str | None]:
    tags = {tag: tag for tag, words in record.keywords.items() if words}
    _, tag = nearest(tags, lang)
    return (record.keywords[tag], tag) if tag else ([], None)
