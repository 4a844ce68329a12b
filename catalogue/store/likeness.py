"""Datasets that came through several portals and are the same: by which marks that shows, which
pairs there are, and what stewards decided of them.

A pair with a certain reason counts as the same until a steward says otherwise; one that is only
likely waits for a steward. Of those that are the same, one is shown, and the others lead to it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import combinations
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from catalogue.errors import NotFound
from catalogue.records import Dataset
from catalogue.store import schema as db
from catalogue.store.database import Store, now
from catalogue.store.datasets import next_sequence
from catalogue.store.gone import is_here

_MANY_ROWS = 10
_MOST_AT_ONCE = 400  # databases bound the parameters of one statement


class Reason(StrEnum):
    """By what two datasets are alike, the surest first."""

    FILES = "files"  # the addresses of their files
    PAGE = "page"  # one names the page of the other, or of a third, as its origin
    DATA = "data"  # the rows of their tables
    WORDS = "words"  # title and description: not sure
    LANDING = "landing"  # its own page: says nothing but to one that names it as its origin

    @property
    def is_certain(self) -> bool:
        """Tell whether it makes them the same without a steward."""
        return self in (Reason.FILES, Reason.PAGE, Reason.DATA)


class Verdict(StrEnum):
    """What a steward says of a pair."""

    SAME = "same"
    DIFFERENT = "different"


class Likeness(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two datasets of two sources that seem to be one; `first_id` comes before `second_id`."""

    first_id: str
    second_id: str
    reason: Reason
    found_at: str
    verdict: Verdict | None = None
    decided_at: str | None = None
    decided_by: str | None = None

    @property
    def is_same(self) -> bool:
        """Tell whether they count as one."""
        if self.verdict is not None:
            return self.verdict is Verdict.SAME
        return self.reason.is_certain


class Unmarked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset that has changed since its marks were taken; `contents` are the hashes of the rows
    of its tables, but for those of a few rows, which are the same by chance.
    """

    id: str
    dataset: Dataset
    sequence: int
    contents: list[str]


def unmarked(store: Store, source_id: str, *, limit: int = _MOST_AT_ONCE) -> list[Unmarked]:
    """Return the next datasets of a source whose marks are to be taken anew."""
    dataset, table, version = db.dataset.c, db.data_table.c, db.version.c
    contents: dict[str, list[str]] = defaultdict(list)
    with store.read() as connection:
        rows = connection.execute(
            sa.select(dataset.id, dataset.record, dataset.sequence)
            .where(dataset.source_id == source_id, dataset.sequence > dataset.marked_sequence)
            .order_by(dataset.id)
            .limit(limit)
        ).all()
        is_current = sa.and_(version.table_name == table.name, version.n == table.current_n)
        found = connection.execute(
            sa.select(table.dataset_id, version.logical_sha256)
            .join_from(db.data_table, db.version, is_current)
            .where(table.dataset_id.in_([row.id for row in rows]), version.row_count >= _MANY_ROWS)
            .order_by(table.name)
        )
        for one in found:
            contents[one.dataset_id].append(one.logical_sha256)
    return [
        Unmarked(
            id=row.id,
            dataset=msgspec.json.decode(row.record, type=Dataset),
            sequence=row.sequence,
            contents=contents[row.id],
        )
        for row in rows
    ]


def mark(
    store: Store, marks: Mapping[str, Mapping[str, Reason]], taken: Sequence[Unmarked]
) -> None:
    """Keep the marks of datasets in place of those that they had."""
    ids = [one.id for one in taken]
    rows = [
        {"mark": mark, "dataset_id": dataset_id, "reason": reason.value}
        for dataset_id, of_it in marks.items()
        for mark, reason in of_it.items()
    ]
    with store.write() as connection:
        connection.execute(sa.delete(db.dataset_mark).where(db.dataset_mark.c.dataset_id.in_(ids)))
        if rows:
            connection.execute(sa.insert(db.dataset_mark), rows)
        for one in taken:
            connection.execute(
                sa.update(db.dataset)
                .where(db.dataset.c.id == one.id)
                .values(marked_sequence=one.sequence)
            )


def pair_up(store: Store, ids: Sequence[str]) -> set[str]:
    """Find the pairs of these datasets with those of other sources; return all that are in one.

    A mark that several datasets of one source bear proves nothing: their page is that of the whole
    portal, or their file an empty template.
    """
    touched: set[str] = set()
    with store.write() as connection:
        for some in _chunks(ids):
            own = set(some)
            pairs: dict[tuple[str, str], Reason] = {}
            for bearers in _bearers(connection, some):
                for pair, reason in _pairs(bearers, own):
                    pairs[pair] = min(reason, pairs.get(pair, reason), key=_rank)
            touched |= _keep_pairs(connection, own, pairs)
    return touched


def decide(store: Store, first_id: str, second_id: str, verdict: Verdict, *, by: str) -> None:
    """Keep what a steward says of a pair. Raises NotFound."""
    columns = db.likeness.c
    with store.write() as connection:
        done = connection.execute(
            sa.update(db.likeness)
            .where(columns.first_id == first_id, columns.second_id == second_id)
            .values(verdict=verdict.value, decided_at=now(), decided_by=by)
        )
        if not done.rowcount:
            raise NotFound("likeness-unknown", first=first_id, second=second_id)


def settle(store: Store, ids: Iterable[str]) -> None:
    """Say for these datasets, and all that are the same as they, which one is shown.

    It is one that its source still lists and nobody has withdrawn, at best from the portal of its
    own publisher, which names no other origin; of several, the one that was here first.
    """
    with store.write() as connection:
        open_ids, done = set(ids), set[str]()
        while open_ids:
            group = _group(connection, open_ids.pop())
            open_ids -= group
            done |= group
            rows = connection.execute(
                sa.select(db.dataset, is_here(db.dataset.c.id).label("is_here")).where(
                    db.dataset.c.id.in_(sorted(group))
                )
            ).all()
            shown = min(rows, key=_order)
            for row in rows:
                same_as = None if row.id == shown.id else shown.id
                if row.same_as != same_as:
                    connection.execute(
                        sa.update(db.dataset)
                        .where(db.dataset.c.id == row.id)
                        .values(same_as=same_as, sequence=next_sequence(connection))
                    )


def listed(store: Store, *, is_waiting: bool, limit: int) -> list[Likeness]:
    """Return pairs, the newest first: those that wait for a steward, or the others."""
    columns = db.likeness.c
    waits = sa.and_(columns.verdict.is_(None), columns.reason == Reason.WORDS.value)
    with store.read() as connection:
        rows = connection.execute(
            sa.select(db.likeness)
            .where(waits if is_waiting else sa.not_(waits))
            .order_by(columns.found_at.desc(), columns.first_id, columns.second_id)
            .limit(limit)
        )
        return [_likeness(row) for row in rows]


def others(store: Store, dataset_id: str) -> list[str]:
    """Return the ids of the datasets that are shown as this one."""
    columns = db.dataset.c
    with store.read() as connection:
        group = _group(connection, dataset_id) - {dataset_id}
        if not group:
            return []
        found = connection.execute(
            sa.select(columns.id)
            .where(columns.id.in_(sorted(group)), columns.same_as == dataset_id)
            .order_by(columns.id)
        )
        return list(found.scalars())


class _Bearer(NamedTuple):
    """Who bears a mark, and how."""

    id: str
    source_id: str
    reason: Reason


def _bearers(connection: Connection, ids: Sequence[str]) -> Iterator[list[_Bearer]]:
    """Yield who bears each mark of the datasets, but for those that share it within a source."""
    marks, dataset = db.dataset_mark.c, db.dataset.c
    wanted = sa.select(marks.mark).where(marks.dataset_id.in_(ids)).distinct()
    rows = connection.execute(
        sa.select(marks.mark, dataset.id, dataset.source_id, marks.reason)
        .join_from(db.dataset_mark, db.dataset, dataset.id == marks.dataset_id)
        .where(marks.mark.in_(wanted))
        .order_by(marks.mark, dataset.id)
    )
    by_mark: dict[str, list[_Bearer]] = defaultdict(list)
    for row in rows:
        by_mark[row.mark].append(_Bearer(row.id, row.source_id, Reason(row.reason)))
    for bearers in by_mark.values():
        counts = Counter(bearer.source_id for bearer in bearers)
        yield [bearer for bearer in bearers if counts[bearer.source_id] == 1]


def _pairs(bearers: Sequence[_Bearer], own: set[str]) -> Iterator[tuple[tuple[str, str], Reason]]:
    """Yield the pairs that a mark makes of one's own datasets with others."""
    for one, other in combinations(bearers, 2):
        reason = min(one.reason, other.reason, key=_rank)
        if reason is not Reason.LANDING and not own.isdisjoint((one.id, other.id)):
            yield (one.id, other.id), reason


def _keep_pairs(
    connection: Connection, own: set[str], pairs: Mapping[tuple[str, str], Reason]
) -> set[str]:
    """Write the pairs of these datasets down; what no mark says any more goes, unless decided."""
    columns = db.likeness.c
    rows = connection.execute(
        sa.select(db.likeness).where(
            sa.or_(columns.first_id.in_(sorted(own)), columns.second_id.in_(sorted(own)))
        )
    ).all()
    known = {(row.first_id, row.second_id): row for row in rows}
    for pair, row in known.items():
        is_pair = sa.and_(columns.first_id == pair[0], columns.second_id == pair[1])
        if pair not in pairs and row.verdict is None:
            connection.execute(sa.delete(db.likeness).where(is_pair))
        elif pair in pairs and row.reason != pairs[pair].value:
            connection.execute(
                sa.update(db.likeness).where(is_pair).values(reason=pairs[pair].value)
            )
    new = [
        {"first_id": first, "second_id": second, "reason": reason.value, "found_at": now()}
        for (first, second), reason in pairs.items()
        if (first, second) not in known
    ]
    if new:
        connection.execute(sa.insert(db.likeness), new)
    return {one for pair in (*known, *pairs) for one in pair}


def _group(connection: Connection, dataset_id: str) -> set[str]:
    """Return a dataset with all that are the same, through however many pairs."""
    columns = db.likeness.c
    group, open_ids = {dataset_id}, {dataset_id}
    while open_ids:
        some = sorted(open_ids)[:_MOST_AT_ONCE]
        rows = connection.execute(
            sa.select(db.likeness).where(
                sa.or_(columns.first_id.in_(some), columns.second_id.in_(some))
            )
        )
        pairs = [_likeness(row) for row in rows]
        reached = {one for pair in pairs if pair.is_same for one in (pair.first_id, pair.second_id)}
        open_ids = (open_ids - set(some)) | (reached - group)
        group |= reached
    return group


class _Origin(msgspec.Struct):
    origin: str | None = None


def _order(row: Row[Any, Any, Any, Any]) -> tuple[bool, bool, str, str]:
    is_passed_on = bool(msgspec.json.decode(row.record, type=_Origin).origin)
    is_gone = row.is_archived or not row.is_here
    return is_gone, is_passed_on, row.created_at, row.id


def _likeness(row: Row[Any, Any, Any, Any]) -> Likeness:
    return Likeness(
        first_id=row.first_id,
        second_id=row.second_id,
        reason=Reason(row.reason),
        found_at=row.found_at,
        verdict=None if row.verdict is None else Verdict(row.verdict),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def _rank(reason: Reason) -> int:
    return list(Reason).index(reason)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _MOST_AT_ONCE):
        yield ids[start : start + _MOST_AT_ONCE]
