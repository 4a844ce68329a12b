"""Webhooks of users and their deliveries: a table that is both outbox and log.

Each webhook holds up to which change of the catalogue it has been told. New deliveries and the new
number are written in one transaction, and a delivery is marked after it was sent: whatever kills
the sender, nothing is left out, and what may have arrived is sent once more under the same id.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from catalogue.errors import Conflict, NotFound
from catalogue.store import schema as db
from catalogue.store.database import MAX_ID, Store, ahead, now

MOST_OF_A_USER = 20
MOST_WAITING = 100  # of a webhook; what changes beyond waits in the catalogue itself
_KEPT_S = 30 * 24 * 3600.0


class Followed(StrEnum):
    """What is followed; the report of a publisher to its stewards comes by mail alone."""

    DATASET = "dataset"
    PUBLISHER = "publisher"
    THEME = "theme"
    ALL = "all"
    REPORT = "report"


class Status(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


class Webhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that is told of changes; `followed` is an id or code, empty where all is."""

    id: int
    user_id: int
    url: str
    secret: str
    kind: Followed
    followed: str
    sequence: int
    created_at: str
    stopped_at: str | None = None
    stop_code: str | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a webhook is to be told. `subject` is the dataset, `body` the bytes that are signed."""

    id: str
    webhook_id: int
    event: str
    subject: str
    body: str


class Delivery(Message, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message on its way, or what became of it."""

    status: Status
    attempt_count: int
    created_at: str
    next_at: str | None = None
    last_at: str | None = None
    http_status: int | None = None
    fault: str | None = None


def add(
    store: Store, user_id: int, *, url: str, secret: str, kind: Followed, followed: str
) -> Webhook:
    """Keep a webhook, told of what changes from now on. Raises Conflict where a user has enough."""
    columns = db.webhook.c
    with store.write() as connection:
        counted = sa.select(sa.func.count()).where(columns.user_id == user_id)
        if connection.execute(counted).scalar_one() >= MOST_OF_A_USER:
            raise Conflict("webhooks-full", maximum=MOST_OF_A_USER)
        newest = sa.select(sa.func.coalesce(sa.func.max(db.dataset.c.sequence), 0))
        row = connection.execute(
            sa.insert(db.webhook)
            .values(
                user_id=user_id,
                url=url,
                secret=secret,
                kind=kind.value,
                followed=followed,
                sequence=connection.execute(newest).scalar_one(),
                created_at=now(),
            )
            .returning(*columns)
        ).one()
    return _webhook(row)


def of_user(store: Store, user_id: int) -> list[Webhook]:
    """Return the webhooks of a user, newest first."""
    columns = db.webhook.c
    wanted = sa.select(db.webhook).where(columns.user_id == user_id).order_by(columns.id.desc())
    with store.read() as connection:
        return [_webhook(row) for row in connection.execute(wanted)]


def get(store: Store, user_id: int, number: int) -> Webhook:
    """Return a webhook of a user. Raises NotFound, for those of others as well."""
    with store.read() as connection:
        return _webhook(_own(connection, user_id, number))


def active(store: Store) -> list[Webhook]:
    """Return the webhooks to be told of changes: not stopped, and of users that may sign in."""
    wanted = (
        sa.select(db.webhook)
        .join(db.user, db.user.c.id == db.webhook.c.user_id)
        .where(db.webhook.c.stopped_at.is_(None), db.user.c.is_active)
        .order_by(db.webhook.c.id)
    )
    with store.read() as connection:
        return [_webhook(row) for row in connection.execute(wanted)]


def count_waiting(store: Store) -> dict[int, int]:
    """Count the deliveries on their way by webhook."""
    columns = db.webhook_delivery.c
    wanted = (
        sa.select(columns.webhook_id, sa.func.count().label("number"))
        .where(columns.next_at.is_not(None))
        .group_by(columns.webhook_id)
    )
    with store.read() as connection:
        return {row.webhook_id: row.number for row in connection.execute(wanted)}


def put(store: Store, messages: Iterable[Message], reached: dict[Webhook, int]) -> None:
    """Keep messages, and how far each webhook is now; neither where another has moved it."""
    columns = db.webhook.c
    with store.write() as connection:
        moved = {
            hook.id
            for hook, sequence in reached.items()
            if connection.execute(
                sa.update(db.webhook)
                .where(columns.id == hook.id, columns.sequence == hook.sequence)
                .values(sequence=sequence)
                .returning(columns.id)
            ).first()
        }
        for message in messages:
            if message.webhook_id in moved:
                _insert(connection, message)


def put_one(store: Store, message: Message) -> None:
    """Keep one message to be sent, beside those of the catalogue."""
    with store.write() as connection:
        _insert(connection, message)


def due(store: Store, *, limit: int) -> list[tuple[Webhook, Delivery]]:
    """Return what is to be sent now, oldest first."""
    columns = db.webhook_delivery.c
    hooks = {hook.id: hook for hook in active(store)}
    wanted = (
        sa.select(db.webhook_delivery)
        .where(columns.next_at <= now(), columns.webhook_id.in_(list(hooks)))
        .order_by(columns.created_at, columns.id)
        .limit(limit)
    )
    with store.read() as connection:
        return [(hooks[row.webhook_id], _delivery(row)) for row in connection.execute(wanted)]


def mark(
    store: Store,
    delivery: Delivery,
    *,
    http_status: int | None,
    fault: str | None,
    again_in_s: float | None,
    stop_code: str | None = None,
) -> None:
    """Write down what became of an attempt: delivered without a fault, tried again, or given up.

    Where it is tried again, all else that waits for the webhook waits as long: the oldest is the
    one that is tried. `stop_code` stops it. What is older than thirty days is forgotten.
    """
    columns = db.webhook_delivery.c
    status = Status.DELIVERED if fault is None else Status.GIVEN_UP
    if fault is not None and again_in_s is not None:
        status = Status.WAITING
    next_at = ahead(again_in_s or 0) if status is Status.WAITING else None
    of_it = columns.webhook_id == delivery.webhook_id
    with store.write() as connection:
        connection.execute(
            sa.update(db.webhook_delivery)
            .where(columns.id == delivery.id)
            .values(
                status=status.value,
                attempt_count=delivery.attempt_count + 1,
                last_at=now(),
                next_at=next_at,
                http_status=http_status,
                fault=fault,
            )
        )
        if next_at is not None:
            others = sa.update(db.webhook_delivery).where(of_it, columns.next_at < next_at)
            connection.execute(others.values(next_at=next_at))
        if stop_code is not None:
            _change(connection, delivery.webhook_id, stopped_at=now(), stop_code=stop_code)
        connection.execute(
            sa.delete(db.webhook_delivery).where(
                of_it, columns.next_at.is_(None), columns.created_at < ahead(-_KEPT_S)
            )
        )


def deliveries(store: Store, webhook_id: int, *, limit: int) -> list[Delivery]:
    """Return the newest deliveries of a webhook, newest first."""
    columns = db.webhook_delivery.c
    wanted = sa.select(db.webhook_delivery).where(columns.webhook_id == webhook_id)
    ordered = wanted.order_by(columns.created_at.desc(), columns.id.desc()).limit(limit)
    with store.read() as connection:
        return [_delivery(row) for row in connection.execute(ordered)]


def stop(store: Store, user_id: int, number: int) -> None:
    """Stop a webhook of a user until it is started again. Raises NotFound."""
    with store.write() as connection:
        _own(connection, user_id, number)
        _change(connection, number, stopped_at=now(), stop_code=None)


def start(store: Store, user_id: int, number: int) -> None:
    """Start a webhook again: what waits is tried at once, what has changed is told. Raises
    NotFound.
    """
    columns = db.webhook_delivery.c
    with store.write() as connection:
        _own(connection, user_id, number)
        _change(connection, number, stopped_at=None, stop_code=None)
        connection.execute(
            sa.update(db.webhook_delivery)
            .where(columns.webhook_id == number, columns.next_at.is_not(None))
            .values(next_at=now(), attempt_count=0)
        )


def remove(store: Store, user_id: int, number: int) -> None:
    """Forget a webhook of a user with its deliveries. Raises NotFound."""
    with store.write() as connection:
        _own(connection, user_id, number)
        of_it = db.webhook_delivery.c.webhook_id == number
        connection.execute(sa.delete(db.webhook_delivery).where(of_it))
        connection.execute(sa.delete(db.webhook).where(db.webhook.c.id == number))


def _own(connection: Connection, user_id: int, number: int) -> Row[Any]:
    columns = db.webhook.c
    if 0 < number <= MAX_ID:
        own = sa.select(db.webhook).where(columns.id == number, columns.user_id == user_id)
        row = connection.execute(own).first()
        if row is not None:
            return row
    raise NotFound("webhook-unknown", number=number)


def _change(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(sa.update(db.webhook).where(db.webhook.c.id == number).values(**values))


def _insert(connection: Connection, message: Message) -> None:
    moment = now()
    connection.execute(
        sa.insert(db.webhook_delivery).values(
            **msgspec.structs.asdict(message),
            status=Status.WAITING.value,
            attempt_count=0,
            created_at=moment,
            next_at=moment,
        )
    )


def _webhook(row: Row[Any]) -> Webhook:
    return msgspec.convert(_values(row), Webhook)


def _delivery(row: Row[Any]) -> Delivery:
    return msgspec.convert(_values(row), Delivery)


def _values(row: Row[Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row._mapping.items()}  # plain str for msgspec
