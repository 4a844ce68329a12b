"""How often datasets and tables were used: by day for a good year, and in all.

A row says how often, and never by whom: there is no address, no cookie and no browser in it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from catalogue.store import schema as db
from catalogue.store.database import Store

DAYS_KEPT = 400
_MOST_AT_ONCE = 500  # databases bound the parameters of one statement

# The same words on SQLite and PostgreSQL, and right however many processes count.
_ADD_TO_DAY = sa.text(
    "INSERT INTO usage_day (kind, name, day, uses) VALUES (:kind, :name, :day, :uses)"
    " ON CONFLICT (kind, name, day) DO UPDATE SET uses = usage_day.uses + excluded.uses"
)
_ADD_TO_TOTAL = sa.text(
    "INSERT INTO usage_total (kind, name, uses) VALUES (:kind, :name, :uses)"
    " ON CONFLICT (kind, name) DO UPDATE SET uses = usage_total.uses + excluded.uses"
)


class Kind(StrEnum):
    """What was done: a dataset's page was read, a table's file taken, a table asked in SQL."""

    VIEW = "view"
    DOWNLOAD = "download"
    QUERY = "query"


class Use(NamedTuple):
    """What is counted; `name` is the id of a dataset for views, else the name of a table. `day` is
    `YYYY-MM-DD`.
    """

    kind: Kind
    name: str
    day: str


class Counted(NamedTuple):
    """How often something was used: ever, and since some day."""

    total: int
    recent: int


def add(store: Store, counts: Mapping[Use, int]) -> None:
    """Add counts to those that are there, in one transaction."""
    rows = [{**use._asdict(), "uses": count} for use, count in counts.items()]
    with store.write() as connection:
        connection.execute(_ADD_TO_DAY, rows)
        connection.execute(_ADD_TO_TOTAL, rows)


def forget_old_days(store: Store, today: date) -> None:
    """Drop days that are long past; the totals keep what happened on them."""
    oldest = (today - timedelta(days=DAYS_KEPT)).isoformat()
    with store.write() as connection:
        connection.execute(sa.delete(db.usage_day).where(db.usage_day.c.day < oldest))


def of(store: Store, kind: Kind, names: Sequence[str], *, since: str) -> dict[str, Counted]:
    """Return how often each of the names was used; those that never were are left out."""
    day, total = db.usage_day.c, db.usage_total.c
    totals: dict[str, int] = {}
    recent: dict[str, int] = {}
    with store.read() as connection:
        for some in _chunks(names):
            found = connection.execute(
                sa.select(total.name, total.uses).where(total.kind == kind, total.name.in_(some))
            )
            totals |= {row.name: row.uses for row in found}
            sums = connection.execute(
                sa.select(day.name, sa.func.sum(day.uses))
                .where(day.kind == kind, day.name.in_(some), day.day >= since)
                .group_by(day.name)
            )
            recent |= {name: int(uses) for name, uses in sums}
    return {name: Counted(uses, recent.get(name, 0)) for name, uses in totals.items()}


def by_day(store: Store, kind: Kind, names: Sequence[str], *, since: str) -> dict[str, int]:
    """Return how often all of the names together were used on each day that saw any use."""
    day = db.usage_day.c
    days: Counter[str] = Counter()
    with store.read() as connection:
        for some in _chunks(names):
            sums = connection.execute(
                sa.select(day.day, sa.func.sum(day.uses))
                .where(day.kind == kind, day.name.in_(some), day.day >= since)
                .group_by(day.day)
            )
            days.update({name: int(uses) for name, uses in sums})
    return dict(days)


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _MOST_AT_ONCE):
        yield names[start : start + _MOST_AT_ONCE]
