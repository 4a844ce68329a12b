"""Brings the bytes of a distribution into the catalogue: read, checked, published as versions or
kept as drafts.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from catalogue import schemas
from catalogue.errors import CatalogueError
from catalogue.parquet import Prepared
from catalogue.records import Distribution, Draft, Foreseen, Text, Version
from catalogue.store import Store, privacy, versions
from catalogue.store.privacy import Verdict
from catalogue.store.versions import Slot
from portal.reading import ColumnUnknown, Part, Reader
from tablecheck.privacy import flags_of, masked

# Raise it where the reader or the checker has changed so that known files should be read again.
READER_VERSION = 1


class Ingested(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of the tables of one file."""

    published: list[Version] = []
    unchanged: list[Version] = []
    drafts: list[Draft] = []


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A received file of a distribution: its kept bytes, and the name that tells its format."""

    distribution: Distribution
    raw_sha256: str
    filename: str


class Read(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tables of a file, and the types by column that overruled what was inferred."""

    file: File
    parts: list[Part]
    types: dict[str, str]


def mark_of(file: File) -> str:
    """Return what the tables of a file depend on: its bytes, its schema, the tables that are taken
    of it, the reader.
    """
    schema, parts = _schema(file.distribution), file.distribution.parts
    facts = msgspec.json.encode([schema, parts] if parts else schema, order="sorted")
    if members := file.distribution.member_schemas:
        facts += msgspec.json.encode(members, order="sorted")
    digest = hashlib.sha256(facts).hexdigest()[:16]
    return f"{file.raw_sha256} {digest} {READER_VERSION}"


def read_file(
    store: Store,
    reader: Reader,
    file: File,
    *,
    kept: Mapping[str, str],
    types: Mapping[str, str] | None = None,
    raw: Path | None = None,
) -> Read:
    """Read and check the tables of a file; the catalogue stays as it is.

    `raw` is where its bytes lie, where that is not among the raw objects.

    `types` overrules what the reader infers, and so does `kept`, the types set for older versions,
    where the column is still there. Raises CatalogueError where the file cannot be read at all.
    """
    asked = dict(types or {})
    overruled = {**kept, **asked}
    path, schema = raw or store.objects.raw_path(file.raw_sha256), _schema(file.distribution)
    while True:
        try:
            parts = reader.read(
                path,
                filename=file.filename,
                schema=schema,
                types=overruled,
                schemas=file.distribution.member_schemas,
            )
            break
        except ColumnUnknown as error:
            column = error.params["column"]
            if column in asked:
                raise
            del overruled[column]  # it was set for an older version, and has gone since
    _check_row_count(file.distribution, parts)
    return Read(file=file, parts=_taken(file, parts), types=overruled)


def _taken(file: File, parts: list[Part]) -> list[Part]:
    """Return the tables that the distribution takes of a file, and let the others go.

    Raises CatalogueError where one of them is no longer in it.
    """
    wanted = file.distribution.parts
    if not wanted:
        return parts
    names = [part.name for part in parts]
    missing = [name for name in wanted if name not in names]
    for part in parts:
        if part.prepared is not None and (missing or part.name not in wanted):
            Path(part.prepared.file).unlink()
    if missing:
        raise CatalogueError("part-missing", file=file.filename, part=missing[0], known=names)
    return [part for part in parts if part.name in wanted]


def publish_tables(
    store: Store,
    dataset_id: str,
    read: Read,
    *,
    dataset_title: Text,
    data_modified: str | None = None,
) -> Ingested:
    """Publish each table of a file that passed its check; the others become drafts.

    What was published stays where a table became a draft. The types that overruled are kept for
    the next version of the same tables.
    """
    distribution, raw_sha256 = read.file.distribution, read.file.raw_sha256
    published: list[Version] = []
    unchanged: list[Version] = []
    drafts: list[Draft] = []
    parts = as_before(store, dataset_id, distribution.remote_id, read.parts)
    for position, part in enumerate(parts):
        slot = Slot(dataset_id=dataset_id, distribution_id=distribution.remote_id, part=part.name)
        if held := _held(store, slot, part, raw_sha256):
            drafts.append(held)
            continue
        if part.prepared is None or _is_emptied(store, slot, part.prepared):
            drafts.append(
                versions.keep_draft(
                    store, slot, raw_sha256=raw_sha256, recipe=part.recipe, report=part.report
                )
            )
            continue
        name = versions.table_for(
            store,
            slot,
            proposed_name=_proposed_name(distribution, part, dataset_id),
            title=distribution.title or dataset_title,
            schema_name=distribution.schema,
            types={name: read.types[name] for name in _columns(part) if name in read.types},
            position=position,
        )
        version, is_new = versions.publish(
            store,
            name,
            part.prepared,
            raw_sha256=raw_sha256,
            schema=with_words(part.schema, distribution),
            recipe=part.recipe,
            report=part.report,
            data_modified=data_modified,
        )
        (published if is_new else unchanged).append(version)
    return Ingested(published=published, unchanged=unchanged, drafts=drafts)


def foresee(store: Store, dataset_id: str | None, read: Read) -> list[Foreseen]:
    """Tell what `publish_tables` would do to each table, and let go of what was read.

    `dataset_id` is None for a dataset that is not in the catalogue.
    """
    found: list[Foreseen] = []
    for part in read.parts:
        slot = Slot(
            dataset_id=dataset_id or "",
            distribution_id=read.file.distribution.remote_id,
            part=part.name,
        )
        current = None if dataset_id is None else versions.at(store, slot)
        prepared = part.prepared
        report = part.report
        if part.held_report is not None and is_held(store, slot, part):
            outcome, report = "draft", part.held_report
        elif prepared is None or (not prepared.row_count and current and current.row_count):
            outcome = "draft"
        elif current is None:
            outcome = "table"
        else:
            is_same = current.logical_sha256 == prepared.logical_sha256
            outcome = "unchanged" if is_same else "version"
        if prepared is not None:
            Path(prepared.file).unlink()
        found.append(
            Foreseen(
                file=read.file.filename,
                part=part.name,
                outcome=outcome,
                row_count=None if prepared is None else prepared.row_count,
                error_count=report.get("error_count", 0),
            )
        )
    return found


def as_before(store: Store, dataset_id: str, distribution_id: str, parts: list[Part]) -> list[Part]:
    """Give the one table of a file the name that the one table before it had.

    A sheet that is called after the year, or a CSV in place of a workbook, is the same table still.
    """
    if len(parts) != 1:
        return parts
    known = versions.parts_of(store, dataset_id, distribution_id)
    return [msgspec.structs.replace(parts[0], name=known[0])] if len(known) == 1 else parts


def is_held(store: Store, slot: Slot, part: Part) -> bool:
    """Tell whether a table waits for a steward: it looks like personal data, and nobody decided."""
    flags, verdict = _judged(store, slot, part)
    return bool(flags) and verdict is not Verdict.PUBLISH


def _held(store: Store, slot: Slot, part: Part, raw_sha256: str) -> Draft | None:
    """Keep a table as a draft that a steward must decide on, or has withdrawn."""
    if part.held_report is None or not is_held(store, slot, part):
        return None
    if part.prepared is not None:
        Path(part.prepared.file).unlink()
    return versions.keep_draft(
        store, slot, raw_sha256=raw_sha256, recipe=masked(part.recipe, part.held_report),
        report=part.held_report,
        is_settled=_judged(store, slot, part)[1] is Verdict.WITHDRAW,
    )  # fmt: skip


def _judged(store: Store, slot: Slot, part: Part) -> tuple[list[str], Verdict | None]:
    if part.held_report is None:
        return [], None
    flags = flags_of(part.held_report)
    return flags, privacy.verdict_on(store, slot, flags)


def _is_emptied(store: Store, slot: Slot, prepared: Prepared) -> bool:
    """A file without rows where there were some is more likely broken than meant."""
    if prepared.row_count or not versions.row_count_of(store, slot):
        return False
    Path(prepared.file).unlink()
    return True


def _schema(distribution: Distribution) -> dict[str, Any] | None:
    if distribution.schema:
        return schemas.load(distribution.schema)
    return distribution.table_schema


def _check_row_count(distribution: Distribution, parts: list[Part]) -> None:
    """A stream may end early without a word; the portal's own count of its rows tells."""
    expected = distribution.expected_row_count
    if expected is None or len(parts) != 1 or parts[0].prepared is None:
        return
    count = parts[0].prepared.row_count
    if count < expected:
        Path(parts[0].prepared.file).unlink()
        raise CatalogueError("rows-missing", expected=expected, count=count)


def with_words(schema: dict[str, Any], distribution: Distribution) -> dict[str, Any]:
    """Add what the publisher says of a column where the schema itself has no words for it."""
    words = {field["name"]: field for field in distribution.fields}
    fields = []
    for field in schema.get("fields", []):
        said = words.get(field["name"], {})
        more = {
            "labels": said.get("title"),
            "descriptions": said.get("description"),
            "unit": said.get("unit"),
            "categories": said.get("categories"),
        }
        fields.append({**{key: text for key, text in more.items() if text}, **field})
    return {**schema, "fields": fields}


def _proposed_name(distribution: Distribution, part: Part, dataset_id: str) -> str:
    stem = distribution.table or dataset_id
    name = part.name.removesuffix(".txt").removesuffix(".csv")
    return f"{stem}_{name}" if name else stem


def _columns(part: Part) -> list[str]:
    fields: list[dict[str, Any]] = part.schema.get("fields", [])
    return [field["name"] for field in fields]
