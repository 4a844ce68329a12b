"""Datasets in the store: found by id, saved from a source, listed by what changed since.

Every change takes the next number of one sequence: the search index and the sandbox catch up from
it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from catalogue.errors import NotFound
from catalogue.names import slug
from catalogue.records import Column, Dataset, Draft, Entry, Table, Version
from catalogue.store import schema as db
from catalogue.store.database import Store, now
from catalogue.store.gone import is_here, refuse_withdrawn

_CHANGES = "catalogue"
DATA = "data"
_MOST_AT_ONCE = 500  # databases bound the parameters of one statement


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset as its source gave it last, without what became of its files."""

    id: str
    dataset: Dataset
    is_archived: bool
    missing_since: str | None = None
    is_withdrawn: bool = False


def next_sequence(connection: Connection, name: str = _CHANGES) -> int:
    """Take the next number of a sequence, within a write transaction.

    The row stays locked until the transaction ends, so that numbers are committed in their order:
    who has seen number n has seen all before it.
    """
    counter = db.counter
    value = connection.execute(
        sa.update(counter)
        .where(counter.c.name == name)
        .values(value=counter.c.value + 1)
        .returning(counter.c.value)
    ).scalar_one()
    return int(value)


def current_sequence(connection: Connection, name: str = _CHANGES) -> int:
    """Return the number of the last change; 0 in an empty catalogue."""
    return int(
        connection.execute(
            sa.select(db.counter.c.value).where(db.counter.c.name == name)
        ).scalar_one()
    )


def generation(store: Store) -> int:
    """Return the number of the last change of the catalogue."""
    with store.read() as connection:
        return current_sequence(connection)


def data_generation(store: Store) -> int:
    """Return the number of the last change of what SQL and downloads see."""
    with store.read() as connection:
        return current_sequence(connection, DATA)


def touch(connection: Connection, dataset_id: str, *, has_new_data: bool = False) -> None:
    """Mark a dataset as changed, so that whoever catches up sees it."""
    values: dict[str, Any] = {"sequence": next_sequence(connection)}
    if has_new_data:
        next_sequence(connection, DATA)
        values["data_updated_at"] = now()
    connection.execute(sa.update(db.dataset).where(db.dataset.c.id == dataset_id).values(**values))


def save(store: Store, dataset: Dataset) -> tuple[str, str]:
    """Save a record by (source, remote id); return its permanent id and `added`, `changed` or
    `unchanged`.
    """
    record = msgspec.json.encode(dataset).decode()
    at = now()
    with store.write() as connection:
        found = connection.execute(
            sa.select(db.dataset).where(
                db.dataset.c.source_id == dataset.source_id,
                db.dataset.c.remote_id == dataset.remote_id,
            )
        ).first()
        if found is None:
            dataset_id = _new_id(connection, dataset)
            connection.execute(
                sa.insert(db.dataset).values(
                    id=dataset_id,
                    source_id=dataset.source_id,
                    remote_id=dataset.remote_id,
                    record=record,
                    created_at=at,
                    updated_at=at,
                    sequence=next_sequence(connection),
                )
            )
            return dataset_id, "added"
        is_same = found.record == record and not found.is_archived
        if is_same and found.missing_since is None:
            return found.id, "unchanged"
        connection.execute(
            sa.update(db.dataset)
            .where(db.dataset.c.id == found.id)
            .values(
                record=record,
                updated_at=found.updated_at if is_same else at,
                is_archived=False,
                missing_since=None,
                sequence=next_sequence(connection),
            )
        )
        return found.id, "unchanged" if is_same else "changed"


def move(store: Store, dataset_id: str, remote_id: str) -> None:
    """Give a dataset the new remote id under which its source now lists it."""
    with store.write() as connection:
        connection.execute(
            sa.update(db.dataset)
            .where(db.dataset.c.id == dataset_id)
            .values(remote_id=remote_id, sequence=next_sequence(connection))
        )


def miss(store: Store, dataset_id: str) -> None:
    """Note that the source of a dataset no longer lists it; the first time counts."""
    columns = db.dataset.c
    with store.write() as connection:
        connection.execute(
            sa.update(db.dataset)
            .where(columns.id == dataset_id, columns.missing_since.is_(None))
            .values(missing_since=now(), sequence=next_sequence(connection))
        )


def archive(store: Store, dataset_id: str) -> None:
    """Mark a dataset as gone from its source; its versions stay readable."""
    with store.write() as connection:
        connection.execute(
            sa.update(db.dataset)
            .where(db.dataset.c.id == dataset_id)
            .values(is_archived=True, missing_since=None, sequence=next_sequence(connection))
        )


def get(store: Store, dataset_id: str) -> Entry:
    """Return one dataset with its tables and drafts. Raises NotFound, and Gone where it is
    withdrawn.
    """
    found = by_ids(store, [dataset_id])
    if not found:
        with store.read() as connection:
            refuse_withdrawn(connection, dataset_id)
        raise NotFound("dataset-unknown", dataset=dataset_id)
    return found[0]


def by_ids(store: Store, ids: Sequence[str]) -> list[Entry]:
    """Return the datasets of these ids, in this order; unknown and withdrawn ones are left out."""
    found: dict[str, Entry] = {}
    with store.read() as connection:
        for some in _chunks(ids):
            here = sa.and_(db.dataset.c.id.in_(some), is_here(db.dataset.c.id))
            found |= {e.id: e for e in _entries(connection, here)}
    return [found[dataset_id] for dataset_id in ids if dataset_id in found]


def using_schema(store: Store, schema_name: str) -> list[Entry]:
    """Return the datasets that have a published table of a schema, archived ones left out."""
    table = db.data_table.c
    with store.read() as connection:
        found = connection.execute(
            sa.select(table.dataset_id)
            .join(db.dataset, db.dataset.c.id == table.dataset_id)
            .where(table.schema_name == schema_name, table.current_n.is_not(None))
            .where(db.dataset.c.is_archived.is_(False))
            .distinct()
            .order_by(table.dataset_id)
            .limit(_MOST_AT_ONCE)
        ).scalars()
        ids = list(found)
    return by_ids(store, ids)


def findable_ids(store: Store) -> list[str]:
    """Return the ids of the datasets that the public may find, in an order that stays.

    Left out are archived ones, those that are shown as another, and those whose files came and
    never passed their check.
    """
    dataset, table, draft = db.dataset.c, db.data_table.c, db.draft.c
    has_version = sa.exists().where(table.dataset_id == dataset.id, table.current_n.is_not(None))
    has_draft = sa.exists().where(draft.dataset_id == dataset.id, draft.resolved_at.is_(None))
    with store.read() as connection:
        found = connection.execute(
            sa.select(dataset.id)
            .where(dataset.is_archived.is_(False), dataset.same_as.is_(None), is_here(dataset.id))
            .where(sa.or_(has_version, sa.not_(has_draft)))
            .order_by(dataset.id)
        ).scalars()
        return list(found)


def readable(store: Store, ids: Sequence[str]) -> tuple[list[Entry], list[str]]:
    """Return the datasets of these ids, and the ids of those whose record cannot be read."""
    try:
        return by_ids(store, ids), []
    except msgspec.MsgspecError:
        found: list[Entry] = []
        broken: list[str] = []
        for one in ids:
            try:
                found += by_ids(store, [one])
            except msgspec.MsgspecError:
                broken.append(one)
        return found, broken


def since(store: Store, sequence: int, *, limit: int = _MOST_AT_ONCE) -> list[Entry]:
    """Return the datasets changed after a number, oldest change first, at most `limit`."""
    with store.read() as connection:
        return _entries(connection, db.dataset.c.sequence > sequence, limit=limit)


def changed_ids(store: Store, sequence: int) -> list[tuple[str, int]]:
    """Return id and number of every dataset changed after a number, oldest change first."""
    columns = db.dataset.c
    with store.read() as connection:
        rows = connection.execute(
            sa.select(columns.id, columns.sequence)
            .where(columns.sequence > sequence)
            .order_by(columns.sequence)
        )
        return [(row.id, row.sequence) for row in rows]


def count_changed(store: Store, sequence: int) -> int:
    """Count the datasets changed after a number."""
    with store.read() as connection:
        return connection.execute(
            sa.select(sa.func.count())
            .select_from(db.dataset)
            .where(db.dataset.c.sequence > sequence)
        ).scalar_one()


def of_source(store: Store, source_id: str) -> list[Known]:
    """Return every dataset of a source, archived ones too."""
    columns = db.dataset.c
    with store.read() as connection:
        rows = connection.execute(
            sa.select(db.dataset, is_here(columns.id).label("is_here"))
            .where(columns.source_id == source_id)
            .order_by(columns.sequence)
        )
        return [
            Known(
                id=row.id,
                dataset=msgspec.json.decode(row.record, type=Dataset),
                is_archived=row.is_archived,
                missing_since=row.missing_since,
                is_withdrawn=not row.is_here,
            )
            for row in rows
        ]


def changed_on(store: Store) -> dict[str, str]:
    """Return for every dataset the day on which its description or its data last changed here."""
    return {one: moment[:10] for one, moment in modified_at(store).items()}


def modified_at(store: Store) -> dict[str, str]:
    """Return for every dataset the moment at which its description or data last changed here."""
    columns = db.dataset.c
    with store.read() as connection:
        rows = connection.execute(
            sa.select(columns.id, columns.updated_at, columns.data_updated_at)
        )
        return {row.id: max(row.updated_at, row.data_updated_at or "") for row in rows}


def beginning_with(column: "sa.Column[str]", stem: str) -> sa.ColumnElement[bool]:
    """Match names `[a-z0-9_-]` that begin with a stem, by the index: `{` comes next after z."""
    return sa.and_(column >= stem, column < stem + "{")


def _new_id(connection: Connection, dataset: Dataset) -> str:
    title = next(iter(dataset.title.values()), dataset.remote_id)
    stem = slug(dataset.slug or title)
    alike = sa.select(db.dataset.c.id).where(beginning_with(db.dataset.c.id, stem))
    return slug(stem, taken=set(connection.execute(alike).scalars()))


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _MOST_AT_ONCE):
        yield ids[start : start + _MOST_AT_ONCE]


def _entries(
    connection: Connection, where: sa.ColumnElement[bool], *, limit: int = _MOST_AT_ONCE
) -> list[Entry]:
    rows = connection.execute(
        sa.select(db.dataset, is_here(db.dataset.c.id).label("is_here"))
        .where(where)
        .order_by(db.dataset.c.sequence)
        .limit(limit)
    ).all()
    ids = [row.id for row in rows]
    tables = _tables(connection, ids)
    drafts = _drafts(connection, ids)
    return [_entry(row, tables[row.id], drafts[row.id]) for row in rows]


def _entry(row: Row[Any], tables: list[Table], drafts: list[Draft]) -> Entry:
    return Entry(
        id=row.id,
        dataset=msgspec.json.decode(row.record, type=Dataset),
        tables=tables,
        drafts=drafts,
        created_at=row.created_at,
        updated_at=row.updated_at,
        data_updated_at=row.data_updated_at,
        is_archived=row.is_archived,
        missing_since=row.missing_since,
        same_as=row.same_as,
        is_withdrawn=not row.is_here,
        sequence=row.sequence,
    )


def _tables(connection: Connection, ids: Sequence[str]) -> dict[str, list[Table]]:
    table, version = db.data_table.c, db.version.c
    is_current = sa.and_(version.table_name == table.name, version.n == table.current_n)
    rows = connection.execute(
        sa.select(db.data_table, db.version)
        .join_from(db.data_table, db.version, is_current, isouter=True)
        .where(table.dataset_id.in_(ids))
        .order_by(table.position, table.name)
    ).mappings()
    found: dict[str, list[Table]] = defaultdict(list)
    for row in rows:
        found[row["dataset_id"]].append(
            Table(
                name=row["name"],
                dataset_id=row["dataset_id"],
                distribution_id=row["distribution_id"],
                part=row["part"],
                title=msgspec.json.decode(row["title"]),
                schema_name=row["schema_name"],
                current=None if row["n"] is None else version_of(row),
            )
        )
    return found


def version_of(row: sa.RowMapping) -> Version:
    """Return the record of a row of the `version` table."""
    return Version(
        table=row["table_name"],
        n=row["n"],
        sha256=row["sha256"],
        logical_sha256=row["logical_sha256"],
        raw_sha256=row["raw_sha256"],
        row_count=row["row_count"],
        size_bytes=row["size_bytes"],
        created_at=row["created_at"],
        data_modified=row["data_modified"],
        columns=msgspec.json.decode(row["columns"], type=list[Column]),
        schema=msgspec.json.decode(row["schema"]),
        recipe=msgspec.json.decode(row["recipe"]),
        report=msgspec.json.decode(row["report"]),
    )


def _drafts(connection: Connection, ids: Sequence[str]) -> dict[str, list[Draft]]:
    rows = connection.execute(
        sa.select(db.draft)
        .where(db.draft.c.dataset_id.in_(ids), db.draft.c.resolved_at.is_(None))
        .order_by(db.draft.c.id)
    )
    found: dict[str, list[Draft]] = defaultdict(list)
    for row in rows:
        found[row.dataset_id].append(
            Draft(
                dataset_id=row.dataset_id,
                distribution_id=row.distribution_id,
                part=row.part,
                raw_sha256=row.raw_sha256,
                created_at=row.created_at,
                recipe=msgspec.json.decode(row.recipe),
                report=msgspec.json.decode(row.report),
            )
        )
    return found
