"""Who did what, when, with before and after. Lines are only added: the database refuses more."""

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Row

from catalogue.store import schema as db
from catalogue.store.database import Store, now

_AT_ONCE = 1_000


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One deed. `actor` is the name of a user; `subject` is what it was done to, such as
    `dataset:stations`; `details` hold no secret, and `before` and `after` where something changed.
    """

    id: int
    at: str
    actor: str
    action: str
    subject: str
    details: dict[str, Any] = {}


def append(store: Store, *, actor: str, action: str, subject: str, details: dict[str, Any]) -> None:
    """Add a line."""
    with store.write() as connection:
        connection.execute(
            sa.insert(db.audit).values(
                at=now(),
                actor=actor,
                action=action,
                subject=subject,
                details=msgspec.json.encode(details).decode(),
            )
        )


def page(
    store: Store, *, actor: str = "", action: str = "", subject: str = "", limit: int, offset: int
) -> tuple[int, list[Line]]:
    """Return how many lines there are of these, and some of them, the newest first."""
    where = _where(actor, action, subject)
    with store.read() as connection:
        count = connection.execute(
            sa.select(sa.func.count()).select_from(db.audit).where(*where)
        ).scalar_one()
        rows = connection.execute(
            sa.select(db.audit)
            .where(*where)
            .order_by(db.audit.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return count, [_line(row) for row in rows]


def every(store: Store, *, actor: str = "", action: str = "", subject: str = "") -> Iterator[Line]:
    """Yield all lines of these, the oldest first."""
    where, last = _where(actor, action, subject), 0
    while True:
        with store.read() as connection:
            rows = connection.execute(
                sa.select(db.audit)
                .where(*where, db.audit.c.id > last)
                .order_by(db.audit.c.id)
                .limit(_AT_ONCE)
            ).all()
        if not rows:
            return
        yield from map(_line, rows)
        last = rows[-1].id


def actions(store: Store) -> list[str]:
    """Return the actions that occur, by name."""
    with store.read() as connection:
        found = connection.execute(
            sa.select(db.audit.c.action).distinct().order_by(db.audit.c.action)
        )
        return list(found.scalars())


def _where(actor: str, action: str, subject: str) -> list[sa.ColumnElement[bool]]:
    columns = db.audit.c
    pairs = ((columns.actor, actor), (columns.action, action), (columns.subject, subject))
    return [column == value for column, value in pairs if value]


def _line(row: Row[Any, Any, Any, Any]) -> Line:
    return Line(
        id=row.id,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        details=msgspec.json.decode(row.details),
    )
