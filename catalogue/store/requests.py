"""Data that visitors ask for: kept until a steward lets a request through, answers or hides it."""

from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Row

from catalogue.errors import Conflict, NotFound
from catalogue.records import Side
from catalogue.store import schema as db
from catalogue.store.database import MAX_ID, Store, now

MOST_PENDING = 500
ORDERS = ("votes", "newest")


class Status(StrEnum):
    """Where a request stands: only PENDING and HIDDEN ones are for stewards alone."""

    PENDING = "pending"
    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    HIDDEN = "hidden"


PUBLIC = (Status.OPEN, Status.ANSWERED, Status.DECLINED)


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for, in plain text. `votes` counts who asks the same; `dataset_id` or
    `reason` is the answer.
    """

    id: int
    status: Status
    topic: str
    details: str
    language: str
    created_at: str
    votes: int
    side: Side | None = None
    theme: str | None = None
    dataset_id: str | None = None
    reason: str | None = None
    decided_at: str | None = None


def add(
    store: Store, *, topic: str, details: str, language: str, side: str | None, theme: str | None
) -> int:
    """Keep a request for a steward; return its number. Raises Conflict where too many wait."""
    columns = db.data_request.c
    with store.write() as connection:
        waiting = connection.execute(
            sa.select(sa.func.count()).where(columns.status == Status.PENDING.value)
        ).scalar_one()
        if waiting >= MOST_PENDING:
            raise Conflict("requests-full", maximum=MOST_PENDING)
        number = connection.execute(
            sa.insert(db.data_request)
            .values(
                status=Status.PENDING.value,
                topic=topic,
                details=details,
                language=language,
                side=side,
                theme=theme,
                votes=1,
                created_at=now(),
            )
            .returning(columns.id)
        ).scalar_one()
        return int(number)


def public(
    store: Store, *, side: str | None = None, theme: str | None = None, order: str = "votes"
) -> list[Request]:
    """Return the requests that everyone may read, most asked or newest first."""
    columns = db.data_request.c
    wanted = sa.select(db.data_request).where(columns.status.in_([one.value for one in PUBLIC]))
    if side:
        wanted = wanted.where(columns.side == side)
    if theme:
        wanted = wanted.where(columns.theme == theme)
    by_votes = [columns.votes.desc()] if order == "votes" else []
    with store.read() as connection:
        rows = connection.execute(wanted.order_by(*by_votes, columns.id.desc()))
        return [_request(row) for row in rows]


def waiting(store: Store) -> list[Request]:
    """Return the requests that wait for a steward, oldest first."""
    columns = db.data_request.c
    some = sa.select(db.data_request).where(columns.status == Status.PENDING.value)
    with store.read() as connection:
        return [_request(row) for row in connection.execute(some.order_by(columns.id))]


def vote(store: Store, number: int) -> None:
    """Count one more who asks the same. Raises NotFound where the public sees no such request."""
    columns = db.data_request.c
    _change(
        store,
        number,
        columns.status.in_([one.value for one in PUBLIC]),
        votes=columns.votes + 1,
    )


def decide(
    store: Store,
    number: int,
    status: Status,
    *,
    by: str,
    dataset_id: str | None = None,
    reason: str | None = None,
) -> None:
    """Let a request through, answer it or hide it. Raises NotFound."""
    _change(
        store,
        number,
        sa.true(),
        status=status.value,
        dataset_id=dataset_id,
        reason=reason,
        decided_at=now(),
        decided_by=by,
    )


def _change(store: Store, number: int, where: sa.ColumnElement[bool], **values: Any) -> None:
    columns = db.data_request.c
    if 0 < number <= MAX_ID:
        with store.write() as connection:
            changed = connection.execute(
                sa.update(db.data_request)
                .where(columns.id == number, where)
                .values(**values)
                .returning(columns.id)
            ).first()
        if changed is not None:
            return
    raise NotFound("request-unknown", number=number)


def _request(row: Row[Any]) -> Request:
    return Request(
        id=row.id,
        status=Status(row.status),
        topic=row.topic,
        details=row.details,
        language=row.language,
        created_at=row.created_at,
        votes=row.votes,
        side=Side(row.side) if row.side else None,
        theme=row.theme,
        dataset_id=row.dataset_id,
        reason=row.reason,
        decided_at=row.decided_at,
    )
