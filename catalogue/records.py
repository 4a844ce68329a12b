"""The typed records that travel between the rooms: one model of a thing, from harvester to page.

Texts in several languages are mappings of language tag to text (`{"fr": "…", "nl": "…"}`); a text
whose language nobody states stands under `und`. Dates and moments are ISO 8601 strings, moments in
UTC with a final `Z`, so that they sort as text and survive JSON unchanged.
"""

from enum import StrEnum
from typing import Any

import msgspec

Text = dict[str, str]

LANGUAGES = ("fr", "nl", "en")


class Side(StrEnum):
    """Which administration a publisher belongs to; `EU` is the cross-border body itself."""

    FRANCE = "FR"
    FLANDERS = "VLG"
    WALLONIA = "WAL"
    CROSS_BORDER = "EU"


class Publisher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for a dataset."""

    id: str
    title: Text
    side: Side | None = None
    url: str | None = None


class Distribution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a dataset as its publisher offers it (CKAN calls it a resource).

    `remote_id` is stable within the dataset at its source. `url` is absolute: `https:`, `http:` or,
    for a Data Package in a folder, `file:`. `table` proposes a table name, `schema` names a schema
    under `schemas/`. `format` is a lower-case short name (`csv`, `geojson`, …) or None where the
    source does not say. `table_schema` is a Table Schema that the source states itself, where
    `schema` names none, `member_schemas` the same for the members of an archive, by their names.
    `fields` are the publisher's words on the columns (`name`, `title`, `description`, both Text,
    and the portal's own `type`). `parts` names the tables of the file that are taken (sheets of a
    workbook, files of an archive), all where it is empty. `alternative_of` is the `remote_id` of
    the distribution that offers the same rows in another format.
    """

    remote_id: str
    url: str
    title: Text = {}
    format: str | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    modified: str | None = None
    table: str | None = None
    schema: str | None = None
    expected_row_count: int | None = None
    alternative_of: str | None = None
    checksum: str | None = None
    table_schema: dict[str, Any] | None = None
    member_schemas: dict[str, dict[str, Any]] = {}
    fields: list[dict[str, Any]] = []
    parts: list[str] = []


class Dataset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset as a source describes it; the store adds its own `id` and history.

    `licence` is an identifier of `catalogue/licences.py`, or the publisher's own words where none
    fits. `themes` are EU data-theme codes (`TRAN`, …). `spatial` holds municipality, region or
    country codes, `sides` the sides of the border that the data cover where the source says so.
    `modified` is when the description changed, `data_modified` when the data did; both as the
    source states them.
    """

    source_id: str
    remote_id: str
    title: Text
    publisher: Publisher
    description: Text = {}
    slug: str | None = None
    licence: str | None = None
    licence_url: str | None = None
    keywords: dict[str, list[str]] = {}
    themes: list[str] = []
    languages: list[str] = []
    spatial: list[str] = []
    sides: list[Side] = []
    landing_page: str | None = None
    origin: str | None = None
    created: str | None = None
    modified: str | None = None
    data_modified: str | None = None
    frequency: str | None = None
    distributions: list[Distribution] = []


class Expect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many records a sane run of a source brings; a run outside publishes nothing."""

    min: int = 0
    max: int | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One portal to harvest, as `sources.toml` states it.

    `trusted_network` allows private and loopback addresses; `every_hours` None means by hand only.
    A dataset that it no longer lists is archived after `grace_days`.
    """

    id: str
    protocol: str
    url: str
    title: Text = {}
    publisher: Publisher | str | None = None
    languages: list[str] = []
    licence: str | None = None
    every_hours: float | None = None
    grace_days: float = 7.0
    expect: Expect = Expect()
    trusted_network: bool = False
    is_enabled: bool = True


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of a published version: its Parquet type in SQL words and its Table Schema field."""

    name: str
    type: str
    field: dict[str, Any] = {}


class Version(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One immutable version of a table.

    `sha256` names the Parquet bytes, `logical_sha256` the content whatever its row order,
    `raw_sha256` the bytes as received. `schema` is the Table Schema it was typed by, `recipe` how
    the file was read, `report` its check.
    """

    table: str
    n: int
    sha256: str
    logical_sha256: str
    raw_sha256: str
    row_count: int
    size_bytes: int
    created_at: str
    columns: list[Column]
    schema: dict[str, Any]
    recipe: dict[str, Any]
    report: dict[str, Any]
    data_modified: str | None = None


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a dataset; `name` is unique in the platform and stable across versions."""

    name: str
    dataset_id: str
    distribution_id: str
    part: str = ""
    title: Text = {}
    schema_name: str | None = None
    current: Version | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that failed its check: kept with its report while the published version stays what it
    was.
    """

    dataset_id: str
    distribution_id: str
    part: str
    raw_sha256: str
    created_at: str
    recipe: dict[str, Any]
    report: dict[str, Any]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset as the catalogue holds it: the record, its permanent id, its tables and their
    state. One that came through several portals is shown once: `same_as` is the id of that one.
    """

    id: str
    dataset: Dataset
    tables: list[Table]
    drafts: list[Draft]
    created_at: str
    updated_at: str
    data_updated_at: str | None
    is_archived: bool
    missing_since: str | None = None
    same_as: str | None = None
    is_withdrawn: bool = False
    sequence: int


class RecordOutcome(StrEnum):
    """What a run did with one record."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MOVED = "moved"
    MISSING = "missing"
    ARCHIVED = "archived"
    FAILED = "failed"
    SKIPPED = "skipped"


class RunIssue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a steward should know about a record or a run; the sentence is made at the edge."""

    code: str
    params: dict[str, Any] = {}
    severity: str = "error"


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of a description that is another: its path, and its text before and after, None
    where there is none. Long texts are cut.
    """

    field: str
    before: str | None = None
    after: str | None = None


class Foreseen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What would become of a table of a file: a new `table`, a new `version`, a `draft` that failed
    its check or waits for a steward, or `unchanged`.
    """

    file: str
    outcome: str
    part: str = ""
    row_count: int | None = None
    error_count: int = 0


class RunRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record of a run: what came, what was done with it, and what was wrong.

    `changes` are the fields of its description that differ from before, `files` what a dry run
    foresees for the tables of its files.
    """

    remote_id: str
    outcome: RecordOutcome
    dataset_id: str | None = None
    title: Text = {}
    issues: list[RunIssue] = []
    changes: list[Change] = []
    files: list[Foreseen] = []


class Run(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One harvest of one source: `status` is `running`, `done`, `failed` or `dry-run`.

    `request_count` is what it asked of the portal, retries and redirects too; `received_bytes` came
    over the wire.
    """

    id: int
    source_id: str
    status: str
    started_at: str
    finished_at: str | None = None
    reason: RunIssue | None = None
    counts: dict[str, int] = {}
    request_count: int | None = None
    received_bytes: int | None = None
    records: list[RunRecord] = []


RUN_COUNTS = (
    "seen",
    "added",
    "changed",
    "unchanged",
    "moved",
    "missing",
    "archived",
    "failed",
    "skipped",
)
