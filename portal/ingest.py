"""Brings the bytes of a distribution into the catalogue: read, checked, published as versions or
kept as drafts.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from catalogue import schemas
from catalogue.errors import CatalogueError
from catalogue.records import Distribution, Draft, Text, Version
from catalogue.store import Store, versions
from catalogue.store.versions import Slot
from portal.reading import ColumnUnknown, Part, Reader


class Ingested(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of the tables of one file."""

    published: list[Version] = []
    unchanged: list[Version] = []
    drafts: list[Draft] = []


def ingest(
    store: Store,
    reader: Reader,
    dataset_id: str,
    distribution: Distribution,
    *,
    raw_sha256: str,
    filename: str,
    dataset_title: Text,
    types: Mapping[str, str] | None = None,
    data_modified: str | None = None,
) -> Ingested:
    """Read the kept bytes of a distribution and publish each table that passes its check.

    `types` overrules what the reader infers, and is kept for the next version of the same tables. A
    table that fails its check becomes a draft with its report; what was published stays.
    """
    asked = dict(types or {})
    kept = {**versions.kept_types(store, dataset_id, distribution.remote_id), **asked}
    raw = store.objects.raw_path(raw_sha256)
    schema = _schema(distribution)
    while True:
        try:
            parts = reader.read(raw, filename=filename, schema=schema, types=kept)
            break
        except ColumnUnknown as error:
            column = error.params["column"]
            if column in asked:
                raise
            del kept[column]  # it was set for an older version, and the column has gone since
    _check_row_count(distribution, parts)
    published: list[Version] = []
    unchanged: list[Version] = []
    drafts: list[Draft] = []
    for position, part in enumerate(parts):
        slot = Slot(dataset_id=dataset_id, distribution_id=distribution.remote_id, part=part.name)
        if part.prepared is None:
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
            types={column: kept[column] for column in _columns(part) if column in kept},
            position=position,
        )
        version, is_new = versions.publish(
            store,
            name,
            part.prepared,
            raw_sha256=raw_sha256,
            schema=_with_words(part.schema, distribution),
            recipe=part.recipe,
            report=part.report,
            data_modified=data_modified,
        )
        (published if is_new else unchanged).append(version)
    return Ingested(published=published, unchanged=unchanged, drafts=drafts)


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


def _with_words(schema: dict[str, Any], distribution: Distribution) -> dict[str, Any]:
    """Add what the publisher says of a column where the schema itself has no words for it."""
    words = {field["name"]: field for field in distribution.fields}
    fields = []
    for field in schema.get("fields", []):
        said = words.get(field["name"], {})
        more = {"labels": said.get("title"), "descriptions": said.get("description")}
        fields.append({**{key: text for key, text in more.items() if text}, **field})
    return {**schema, "fields": fields}


def _proposed_name(distribution: Distribution, part: Part, dataset_id: str) -> str:
    stem = distribution.table or dataset_id
    return f"{stem}_{part.name}" if part.name else stem


def _columns(part: Part) -> list[str]:
    fields: list[dict[str, Any]] = part.schema.get("fields", [])
    return [field["name"] for field in fields]
