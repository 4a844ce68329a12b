"""Versions of tables: published in one transaction, listed, found, and shown to readers as a
snapshot.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalogue.errors import NotFound
from catalogue.names import OWN_PREFIX, table_name
from catalogue.parquet import Prepared
from catalogue.records import Column, Draft, Text, Version
from catalogue.relations import Relation, Snapshot
from catalogue.store import datasets
from catalogue.store import schema as db
from catalogue.store.database import Store, now
from catalogue.store.gone import is_here, refuse_erased, refuse_withdrawn


class Slot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a version belongs: one part (sheet, layer, member) of one distribution of a dataset."""

    dataset_id: str
    distribution_id: str
    part: str = ""


def table_for(
    store: Store,
    slot: Slot,
    *,
    proposed_name: str,
    title: Text,
    schema_name: str | None,
    types: Mapping[str, str],
    position: int = 0,
) -> str:
    """Return the table of a slot, making it under a free name the first time.

    The name stays for ever; title, schema and overruled types follow the newest publication.
    """
    with store.write() as connection:
        values = {
            "title": msgspec.json.encode(title).decode(),
            "schema_name": schema_name,
            "types": msgspec.json.encode(dict(types)).decode(),
            "position": position,
        }
        found = connection.execute(_of_slot(slot)).scalar()
        if found is not None:
            connection.execute(
                sa.update(db.data_table).where(db.data_table.c.name == found).values(**values)
            )
            return str(found)
        stem = table_name(proposed_name)
        if stem.startswith(OWN_PREFIX):
            stem = f"t_{stem}"
        # A number may shorten a long name: what begins like it is enough to look at.
        alike = sa.select(db.data_table.c.name).where(
            datasets.beginning_with(db.data_table.c.name, stem[:48])
        )
        name = table_name(stem, taken=set(connection.execute(alike).scalars()))
        connection.execute(
            sa.insert(db.data_table).values(name=name, **msgspec.structs.asdict(slot), **values)
        )
        return name


def parts_of(store: Store, dataset_id: str, distribution_id: str) -> list[str]:
    """Return the parts of a distribution that are tables."""
    table = db.data_table.c
    with store.read() as connection:
        found = connection.execute(
            sa.select(table.part)
            .where(table.dataset_id == dataset_id, table.distribution_id == distribution_id)
            .order_by(table.position, table.name)
        )
        return [str(part) for part in found.scalars()]


def kept_types(store: Store, dataset_id: str, distribution_id: str) -> dict[str, str]:
    """Return the types that a steward set for columns of a distribution, for its next version."""
    with store.read() as connection:
        texts = connection.execute(
            sa.select(db.data_table.c.types).where(
                db.data_table.c.dataset_id == dataset_id,
                db.data_table.c.distribution_id == distribution_id,
            )
        ).scalars()
        kept: dict[str, str] = {}
        for text in texts:
            kept |= msgspec.json.decode(text, type=dict[str, str])
    return kept


def publish(
    store: Store,
    name: str,
    prepared: Prepared,
    *,
    raw_sha256: str,
    schema: dict[str, Any],
    recipe: dict[str, Any],
    report: dict[str, Any],
    data_modified: str | None = None,
) -> tuple[Version, bool]:
    """Publish a prepared file as the next version; return it and whether it is new.

    Where the content equals the current version's, whatever its row order, that one stays and is
    returned. The Parquet file is whole on disk before the one transaction that makes it current.
    """
    file = Path(prepared.file)
    current = latest(store, name)
    if current is not None and current.logical_sha256 == prepared.logical_sha256:
        file.unlink()
        return _described_anew(store, current, schema), False
    size_bytes = file.stat().st_size
    sha256 = store.objects.keep_parquet(file)
    with store.write() as connection:
        n = 1 + (connection.execute(sa.select(sa.func.max(_used_numbers(name).c.n))).scalar() or 0)
        version = Version(
            table=name,
            n=n,
            sha256=sha256,
            logical_sha256=prepared.logical_sha256,
            raw_sha256=raw_sha256,
            row_count=prepared.row_count,
            size_bytes=size_bytes,
            created_at=now(),
            data_modified=data_modified,
            columns=described(prepared.columns, schema),
            schema=schema,
            recipe=recipe,
            report=report,
        )
        connection.execute(sa.insert(db.version).values(**_row(version)))
        connection.execute(
            sa.update(db.data_table).where(db.data_table.c.name == name).values(current_n=n)
        )
        _resolve(connection, name)
        datasets.touch(connection, _dataset_id(connection, name), has_new_data=True)
    return version, True


def _used_numbers(name: str) -> sa.Subquery:
    """Give the numbers that versions of a table have or had: none is given twice."""
    of_both = (
        sa.select(table.c.n).where(table.c.table_name == name)
        for table in (db.version, db.erased_version)
    )
    return sa.union_all(*of_both).subquery()


def keep_draft(
    store: Store,
    slot: Slot,
    *,
    raw_sha256: str,
    recipe: dict[str, Any],
    report: dict[str, Any],
    is_settled: bool = False,
) -> Draft:
    """Keep the report of a file that failed its check; what was published stays.

    One that `is_settled` waits for nobody: it was decided on before it came.
    """
    draft = Draft(
        **msgspec.structs.asdict(slot),
        raw_sha256=raw_sha256,
        created_at=now(),
        recipe=recipe,
        report=report,
    )
    with store.write() as connection:
        connection.execute(
            sa.update(db.draft)
            .where(*_slot_is(db.draft, slot), db.draft.c.resolved_at.is_(None))
            .values(resolved_at=draft.created_at)
        )
        resolved = draft.created_at if is_settled else None
        connection.execute(sa.insert(db.draft).values(**_row(draft), resolved_at=resolved))
        datasets.touch(connection, slot.dataset_id)
    return draft


def has_draft(store: Store, dataset_id: str, distribution_id: str) -> bool:
    """Tell whether the newest file of a distribution waits as a draft."""
    with store.read() as connection:
        found = connection.execute(
            sa.select(db.draft.c.id).where(
                db.draft.c.dataset_id == dataset_id,
                db.draft.c.distribution_id == distribution_id,
                db.draft.c.resolved_at.is_(None),
            )
        ).first()
    return found is not None


def row_count_of(store: Store, slot: Slot) -> int:
    """Return how many rows the current version of a slot has; 0 where there is none."""
    table, version = db.data_table.c, db.version.c
    with store.read() as connection:
        found = connection.execute(
            sa.select(version.row_count)
            .join(
                db.data_table,
                sa.and_(table.name == version.table_name, table.current_n == version.n),
            )
            .where(*_slot_is(db.data_table, slot))
        ).scalar()
    return int(found or 0)


def at(store: Store, slot: Slot) -> Version | None:
    """Return the current version of the table of a slot, or None."""
    with store.read() as connection:
        name = connection.execute(_of_slot(slot)).scalar()
    return None if name is None else latest(store, str(name))


def latest(store: Store, name: str) -> Version | None:
    """Return the current version of a table, or None."""
    found = history(store, name, limit=1)
    return found[0] if found else None


def history(store: Store, name: str, *, limit: int | None = None) -> list[Version]:
    """Return the versions of a table, newest first, at most `limit`."""
    with store.read() as connection:
        rows = connection.execute(
            sa.select(db.version)
            .where(db.version.c.table_name == name)
            .order_by(db.version.c.n.desc())
            .limit(limit)
        ).mappings()
        return [datasets.version_of(row) for row in rows]


def get(store: Store, name: str, n: int | None = None) -> Version:
    """Return version `n` of a table, or the current one. Raises NotFound, and Gone where it is
    erased or its dataset withdrawn.
    """
    refuse_gone(store, name)
    one = sa.select(db.version).where(db.version.c.table_name == name)
    one = one.order_by(db.version.c.n.desc()) if n is None else one.where(db.version.c.n == n)
    with store.read() as connection:
        row = connection.execute(one.limit(1)).mappings().first()
        if row is None and n is not None:
            refuse_erased(connection, name, n)
    if row is None:
        raise NotFound("version-unknown", table=name, version=n)
    return datasets.version_of(row)


def refuse_gone(store: Store, name: str) -> None:
    """Raise Gone where the dataset of a table is withdrawn."""
    with store.read() as connection:
        dataset_id = connection.execute(
            sa.select(db.data_table.c.dataset_id).where(db.data_table.c.name == name)
        ).scalar()
        if dataset_id is not None:
            refuse_withdrawn(connection, dataset_id)


def listed(
    store: Store,
    *,
    table: str | None = None,
    schema: str | None = None,
    distribution: str | None = None,
    columns: Sequence[str] = (),
) -> list[tuple[Slot, Version]]:
    """Return the current versions of the tables for which all of this is true, by name.

    `schema` is the name of a schema whatever its version. Those of archived and withdrawn datasets
    are left out.
    """
    tables, version = db.data_table.c, db.version.c
    where: list[sa.ColumnElement[bool]] = [
        db.dataset.c.is_archived.is_(False),
        is_here(db.dataset.c.id),
    ]
    if table is not None:
        where.append(tables.name == table)
    if schema is not None:
        of_any_version = tables.schema_name.startswith(f"{schema}@", autoescape=True)
        where.append(sa.or_(tables.schema_name == schema, of_any_version))
    if distribution is not None:
        where.append(tables.distribution_id == distribution)
    for name in columns:
        named = f'"name":{msgspec.json.encode(name).decode()}'
        where.append(version.columns.contains(named, autoescape=True))
    is_current = sa.and_(version.table_name == tables.name, version.n == tables.current_n)
    with store.read() as connection:
        rows = connection.execute(
            sa.select(tables.dataset_id, tables.distribution_id, tables.part, db.version)
            .join_from(db.data_table, db.version, is_current)
            .join(db.dataset, db.dataset.c.id == tables.dataset_id)
            .where(*where)
            .order_by(tables.name)
        ).mappings()
        found = [
            (
                Slot(
                    dataset_id=row["dataset_id"],
                    distribution_id=row["distribution_id"],
                    part=row["part"],
                ),
                datasets.version_of(row),
            )
            for row in rows
        ]
    return [
        (slot, one) for slot, one in found if set(columns) <= {each.name for each in one.columns}
    ]


def with_geometry(store: Store) -> list[Version]:
    """Return the current versions that hold geometry, by the names of their tables."""
    table, version = db.data_table.c, db.version.c
    is_current = sa.and_(version.table_name == table.name, version.n == table.current_n)
    with store.read() as connection:
        rows = connection.execute(
            sa.select(db.version)
            .join_from(db.data_table, db.version, is_current)
            .where(version.columns.contains('"GEOMETRY"'), is_here(table.dataset_id))
            .order_by(table.name)
        ).mappings()
        found = [datasets.version_of(row) for row in rows]
    return [one for one in found if any(c.type == "GEOMETRY" for c in one.columns)]


def dataset_of(store: Store, name: str) -> str:
    """Return the id of the dataset that a table belongs to. Raises NotFound."""
    with store.read() as connection:
        found = connection.execute(
            sa.select(db.data_table.c.dataset_id).where(db.data_table.c.name == name)
        ).scalar()
    if found is None:
        raise NotFound("table-unknown", table=name)
    return str(found)


def snapshot(store: Store) -> Snapshot:
    """Return every version of every table, as one generation of the data shows them; those of
    withdrawn datasets are left out.
    """
    columns, table = db.version.c, db.data_table.c
    folder = store.objects.parquet_folder()
    with store.read() as connection:
        rows = connection.execute(
            sa.select(
                columns.table_name,
                columns.n,
                columns.sha256,
                columns.created_at,
                columns.row_count,
            )
            .join_from(db.version, db.data_table, table.name == columns.table_name)
            .where(is_here(table.dataset_id))
            .order_by(columns.table_name, columns.n)
        ).all()
        generation = datasets.current_sequence(connection, datasets.DATA)
    return Snapshot(
        generation=generation,
        relations=tuple(
            Relation(
                table=name,
                version=n,
                sha256=sha256,
                path=f"{folder}/{sha256[:2]}/{sha256}.parquet",
                created_at=created_at,
                row_count=row_count,
            )
            for name, n, sha256, created_at, row_count in rows
        ),
    )


def described(columns: list[Column], schema: dict[str, Any]) -> list[Column]:
    """Return columns with what a schema says of them."""
    fields = {field["name"]: field for field in schema.get("fields", [])}
    return [msgspec.structs.replace(c, field=fields.get(c.name, c.field)) for c in columns]


def _row(record: Version | Draft) -> dict[str, Any]:
    values = msgspec.structs.asdict(record)
    for key in ("columns", "schema", "recipe", "report"):
        if key in values:
            values[key] = msgspec.json.encode(values[key]).decode()
    if "table" in values:
        values["table_name"] = values.pop("table")
    return values


def _slot_is(table: sa.Table, slot: Slot) -> list[sa.ColumnElement[bool]]:
    return [
        table.c.dataset_id == slot.dataset_id,
        table.c.distribution_id == slot.distribution_id,
        table.c.part == slot.part,
    ]


def _of_slot(slot: Slot) -> sa.Select[tuple[str]]:
    return sa.select(db.data_table.c.name).where(*_slot_is(db.data_table, slot))


def _described_anew(store: Store, current: Version, schema: dict[str, Any]) -> Version:
    """The same rows under new labels or constraints: the version says so, its bytes stay."""
    is_same = current.schema == schema
    told = current
    if not is_same:
        columns = described(current.columns, schema)
        told = msgspec.structs.replace(current, schema=schema, columns=columns)
    with store.write() as connection:
        _resolve(connection, current.table)
        if not is_same:
            values = {key: _row(told)[key] for key in ("schema", "columns")}
            connection.execute(
                sa.update(db.version)
                .where(db.version.c.table_name == current.table, db.version.c.n == current.n)
                .values(**values)
            )
            datasets.touch(connection, _dataset_id(connection, current.table))
    return told


def _dataset_id(connection: Connection, name: str) -> str:
    return str(
        connection.execute(
            sa.select(db.data_table.c.dataset_id).where(db.data_table.c.name == name)
        ).scalar_one()
    )


def _resolve(connection: Connection, name: str) -> None:
    """A later good version answers the drafts of its slot."""
    slot = (
        sa.select(db.data_table.c.dataset_id, db.data_table.c.distribution_id, db.data_table.c.part)
        .where(db.data_table.c.name == name)
        .subquery()
    )
    connection.execute(
        sa.update(db.draft)
        .where(
            db.draft.c.resolved_at.is_(None),
            db.draft.c.dataset_id == sa.select(slot.c.dataset_id).scalar_subquery(),
            db.draft.c.distribution_id == sa.select(slot.c.distribution_id).scalar_subquery(),
            db.draft.c.part == sa.select(slot.c.part).scalar_subquery(),
        )
        .values(resolved_at=now())
    )
