"""What a file would become: each of its tables beside the version in force."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from flask import current_app

from catalogue.changes import Verdict, columns_between, verdict_of
from catalogue.records import Distribution, Table, Version
from catalogue.store import Store, datasets, versions
from catalogue.store.database import now
from catalogue.store.submissions import Submission
from portal.errors import Refusal
from portal.ingest import File, read_file, with_words
from portal.known_schemas import NONE
from portal.publishing import DISTRIBUTION_ID
from portal.reading import Part, Reader
from portal.submitting.release import publication
from portal.turns import Turns
from tablecheck.privacy import flags_of

_EXTENSION = "eurometropolis-candidates"
_MOST_KNOWN = 200
_TURNS = Turns(2, waiting=8, wait_s=30.0)


class Candidate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table as it would be published: `version` None where its check found errors.

    `flags` are the columns that look like personal data; `verdict` is None for a new table.
    """

    name: str
    version: Version | None
    error_count: int
    current: Version | None
    flags: list[str]
    verdict: Verdict | None


def candidates(store: Store, submission: Submission) -> list[Candidate]:
    """Read the file as it would be published, and set each table beside the one in force.

    The Parquet files are kept among the objects, where what is published finds them.
    Raises CatalogueError for a file that cannot be read, Refusal 503 where many are at work.
    """
    found = _read(store, submission)
    tables = _in_force(store, submission)
    if len(found) == len(tables) == 1:  # the one table is the same, whatever its sheet is called
        return [_candidate(found[0], next(iter(tables.values())))]
    return [_candidate(one, tables.get(one.name)) for one in found]


def left_behind(store: Store, submission: Submission, found: list[Candidate]) -> list[Table]:
    """Return the tables of the dataset that the file does not bring: they stay as they are."""
    brought = {one.current.table for one in found if one.current}
    return [t for t in _in_force(store, submission).values() if t.name not in brought]


def _in_force(store: Store, submission: Submission) -> dict[str, Table]:
    if not submission.record.dataset_id:
        return {}
    entry = datasets.get(store, submission.record.dataset_id)
    return {t.part: t for t in entry.tables if t.distribution_id == DISTRIBUTION_ID}


def _candidate(one: "_Read", table: Table | None) -> Candidate:
    current = table.current if table else None
    version = one.version
    if version is not None and current is not None:
        version = msgspec.structs.replace(version, table=current.table, n=current.n + 1)
    verdict = None
    if version is not None and current is not None:
        verdict = verdict_of(columns_between(current, version))
    return Candidate(
        name=one.name,
        version=version,
        error_count=one.error_count,
        current=current,
        flags=one.flags,
        verdict=verdict,
    )


class _Read(NamedTuple):
    """A table as it was read: its name, what it would be, its errors, what looks personal."""

    name: str
    version: Version | None
    error_count: int
    flags: list[str]


def _read(store: Store, submission: Submission) -> list[_Read]:
    known: dict[str, list[_Read]] = current_app.extensions.setdefault(_EXTENSION, {})
    record = submission.record
    facts = (record.raw_sha256, record.filename, record.said)
    key = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
    if (found := known.get(key)) is not None and all(
        one.version is None or store.objects.parquet_path(one.version.sha256).is_file()
        for one in found
    ):
        return found
    said = publication(submission)
    distribution = Distribution(
        remote_id=DISTRIBUTION_ID,
        url="",
        schema=None if said.schema == NONE else said.schema,
        fields=said.fields or [],
        parts=said.parts or [],
    )
    file = File(distribution=distribution, raw_sha256=record.raw_sha256, filename=record.filename)
    with _TURNS.turn(), Reader(store.objects.scratch()) as reader:
        read = read_file(store, reader, file, kept=record.said.types)
    if not read.parts:
        raise Refusal(400, "submission-without-table", file=record.filename)
    found = [_kept(store, part, file) for part in read.parts]
    while len(known) >= _MOST_KNOWN:
        known.pop(next(iter(known)), None)
    known[key] = found
    return found


def _kept(store: Store, part: Part, file: File) -> _Read:
    flags = flags_of(part.held_report) if part.held_report else []
    errors = int(part.report.get("error_count", 0))
    if part.prepared is None:
        return _Read(part.name, None, errors, flags)
    path = Path(part.prepared.file)
    size = path.stat().st_size
    schema: dict[str, Any] = with_words(part.schema, file.distribution)
    version = Version(
        table="",
        n=1,
        sha256=store.objects.keep_parquet(path),
        logical_sha256=part.prepared.logical_sha256,
        raw_sha256=file.raw_sha256,
        row_count=part.prepared.row_count,
        size_bytes=size,
        created_at=now(),
        columns=versions.described(part.prepared.columns, schema),
        schema=schema,
        recipe=part.recipe,
        report=part.report,
    )
    return _Read(part.name, version, errors, flags)
