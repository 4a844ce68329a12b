"""Publishers as their datasets name them, and what each of them has here."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalogue.records import Dataset, Publisher, RunIssue
from catalogue.store import schema as db
from catalogue.store.database import Store
from catalogue.store.gone import is_here

_MOST_AT_ONCE = 500  # databases bound the parameters of one statement


class Holder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A publisher with the ids of its datasets, those left out that it no longer offers.

    `newest_data` is the last day or moment on which data of one of them changed.
    """

    publisher: Publisher
    dataset_ids: list[str]
    archived_count: int
    newest_data: str | None


class Checked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The current version of a table with what its check counted."""

    table: str
    row_count: int
    error_count: int
    remark_count: int


class Holding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset with what is published of it and how many files wait as drafts."""

    id: str
    dataset: Dataset
    data_updated_at: str | None
    tables: list[Checked] = []
    draft_count: int = 0


class Trouble(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the newest attempt to fetch a file brought nothing, and when that was."""

    dataset_id: str
    distribution_id: str
    url: str
    issue: RunIssue
    at: str


class _Brief(msgspec.Struct, frozen=True):
    """The little of a dataset's record that a list of publishers needs; the rest is passed over."""

    publisher: Publisher
    data_modified: str | None = None


class _Finding(msgspec.Struct, frozen=True):
    severity: str = "error"


class _Verdict(msgspec.Struct, frozen=True):
    """The little of a check's report that is counted here."""

    error_count: int = 0
    findings: list[_Finding] = []


class _Owned(NamedTuple):
    """A dataset as a list of publishers sees it."""

    id: str
    publisher: Publisher
    data_changed: str | None
    is_archived: bool


def listed(store: Store) -> list[Holder]:
    """Return every publisher, by id; what is withdrawn or shown as another is left out. Reads every
    record once: callers keep the answer.
    """
    columns = db.dataset.c
    found: dict[str, list[_Owned]] = defaultdict(list)
    decoder = msgspec.json.Decoder(_Brief)
    with store.read() as connection:
        rows = connection.execute(
            sa.select(columns.id, columns.record, columns.data_updated_at, columns.is_archived)
            .where(is_here(columns.id), columns.same_as.is_(None))
            .order_by(columns.sequence)
        )
        for row in rows:
            brief = decoder.decode(row.record)
            changed = brief.data_modified or row.data_updated_at
            found[brief.publisher.id].append(
                _Owned(row.id, brief.publisher, changed, row.is_archived)
            )
    return [_holder(found[publisher_id]) for publisher_id in sorted(found)]


def _holder(datasets: list[_Owned]) -> Holder:
    living = [each for each in datasets if not each.is_archived]
    return Holder(
        publisher=_as_one([each.publisher for each in datasets]),
        dataset_ids=[each.id for each in living],
        archived_count=len(datasets) - len(living),
        newest_data=max((each.data_changed for each in living if each.data_changed), default=None),
    )


def _as_one(names: list[Publisher]) -> Publisher:
    """Join what several sources say of a publisher; what was said last goes first."""
    title: dict[str, str] = {}
    for each in names:
        title |= each.title
    latest = names[::-1]
    return Publisher(
        id=latest[0].id,
        title=title,
        side=next((each.side for each in latest if each.side), None),
        url=next((each.url for each in latest if each.url), None),
    )


def holdings(store: Store, dataset_ids: Sequence[str]) -> list[Holding]:
    """Return these datasets with the checks of their current versions, in this order."""
    columns = db.dataset.c
    found: dict[str, Holding] = {}
    with store.read() as connection:
        for ids in _chunks(dataset_ids):
            tables, drafts = _checked(connection, ids), _draft_counts(connection, ids)
            rows = connection.execute(
                sa.select(columns.id, columns.record, columns.data_updated_at).where(
                    columns.id.in_(ids)
                )
            )
            for row in rows:
                found[row.id] = Holding(
                    id=row.id,
                    dataset=msgspec.json.decode(row.record, type=Dataset),
                    data_updated_at=row.data_updated_at,
                    tables=tables[row.id],
                    draft_count=drafts.get(row.id, 0),
                )
    return [found[dataset_id] for dataset_id in dataset_ids if dataset_id in found]


def troubles(store: Store, dataset_ids: Sequence[str]) -> list[Trouble]:
    """Return the files of these datasets that could not be had at the last attempt."""
    state = db.distribution_state
    found: list[Trouble] = []
    with store.read() as connection:
        for ids in _chunks(dataset_ids):
            rows = connection.execute(
                sa.select(state)
                .where(state.c.dataset_id.in_(ids), state.c.issue.is_not(None))
                .order_by(state.c.dataset_id, state.c.distribution_id)
            )
            found += [
                Trouble(
                    dataset_id=row.dataset_id,
                    distribution_id=row.distribution_id,
                    url=row.url,
                    issue=msgspec.json.decode(row.issue, type=RunIssue),
                    at=row.fetched_at,
                )
                for row in rows
            ]
    return found


def _checked(connection: Connection, ids: Sequence[str]) -> dict[str, list[Checked]]:
    table, version = db.data_table.c, db.version.c
    is_current = sa.and_(version.table_name == table.name, version.n == table.current_n)
    rows = connection.execute(
        sa.select(table.dataset_id, table.name, version.row_count, version.report)
        .join_from(db.data_table, db.version, is_current)
        .where(table.dataset_id.in_(ids))
        .order_by(table.position, table.name)
    )
    found: dict[str, list[Checked]] = defaultdict(list)
    decoder = msgspec.json.Decoder(_Verdict)
    for row in rows:
        verdict = decoder.decode(row.report)
        checked = Checked(
            table=row.name,
            row_count=row.row_count,
            error_count=verdict.error_count,
            remark_count=sum(each.severity == "warning" for each in verdict.findings),
        )
        found[row.dataset_id].append(checked)
    return found


def _draft_counts(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    columns = db.draft.c
    rows = connection.execute(
        sa.select(columns.dataset_id, sa.func.count())
        .where(columns.dataset_id.in_(ids), columns.resolved_at.is_(None))
        .group_by(columns.dataset_id)
    )
    return {row[0]: row[1] for row in rows}


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _MOST_AT_ONCE):
        yield ids[start : start + _MOST_AT_ONCE]
