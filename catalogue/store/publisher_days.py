"""How the datasets of each publisher stood on each day, for a good year."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import sqlalchemy as sa

from catalogue.records import Text
from catalogue.store import schema as db
from catalogue.store.database import Store

DAYS_KEPT = 400


class Needing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset that needs a human, and the codes of why: overdue, error, draft, problem."""

    id: str
    title: Text
    reasons: list[str]


class DayOf(msgspec.Struct, frozen=True, kw_only=True):
    """How many datasets of a publisher stood how on a day.

    In order is what is not overdue and has no error, no file that waits and no broken link.
    """

    day: str
    dataset_count: int
    in_order_count: int
    overdue_count: int
    error_count: int
    draft_count: int
    problem_count: int
    incomplete_count: int


class _Kept(DayOf, frozen=True, kw_only=True):
    """What a row holds: the counts, and the datasets that need a human."""

    needing: list[Needing] = []


def keep(store: Store, publisher_id: str, found: DayOf, needing: Sequence[Needing] = ()) -> None:
    """Keep how a publisher stands on a day, in the place of what was kept before; drop days that
    are long past.
    """
    columns = db.publisher_day.c
    oldest = (date.fromisoformat(found.day) - timedelta(days=DAYS_KEPT)).isoformat()
    mine = columns.publisher_id == publisher_id
    kept = _Kept(**msgspec.structs.asdict(found), needing=list(needing))
    with store.write() as connection:
        gone = mine & ((columns.day == found.day) | (columns.day < oldest))
        connection.execute(sa.delete(db.publisher_day).where(gone))
        connection.execute(
            sa.insert(db.publisher_day).values(
                publisher_id=publisher_id,
                day=found.day,
                record=msgspec.json.encode(kept).decode(),
            )
        )


def of(store: Store, publisher_id: str, *, since: str) -> list[DayOf]:
    """Return the days of a publisher that are kept, oldest first."""
    columns = db.publisher_day.c
    wanted = (
        sa.select(columns.record)
        .where(columns.publisher_id == publisher_id, columns.day >= since)
        .order_by(columns.day)
    )
    with store.read() as connection:
        records = connection.execute(wanted).scalars()
        return [msgspec.json.decode(record, type=DayOf) for record in records]


def needing(store: Store, publisher_id: str) -> list[Needing]:
    """Return the datasets of a publisher that needed a human on the last day that is kept."""
    columns = db.publisher_day.c
    mine = sa.select(columns.record).where(columns.publisher_id == publisher_id)
    with store.read() as connection:
        record = connection.execute(mine.order_by(columns.day.desc()).limit(1)).scalar()
    return [] if record is None else msgspec.json.decode(record, type=_Kept).needing


def kept_on(store: Store, day: str) -> set[str]:
    """Return the publishers of which a day is kept."""
    columns = db.publisher_day.c
    with store.read() as connection:
        wanted = sa.select(columns.publisher_id).where(columns.day == day)
        return set(connection.execute(wanted).scalars())
