"""Mail that waits to be sent. What was sent, or could not be for three days, is forgotten."""

import secrets
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalogue.store import schema as db
from catalogue.store.database import Store, ahead, now


class Letter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be sent, in plain text. `unsubscribe_url` ends what it belongs to by one POST (RFC
    8058).
    """

    recipient: str
    subject: str
    body: str
    language: str
    unsubscribe_url: str | None = None


class Waiting(Letter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A letter on its way; `message_id` is the same at each attempt."""

    id: int
    message_id: str
    attempt_count: int


def put(store: Store, letter: Letter) -> None:
    """Keep a letter to be sent."""
    with store.write() as connection:
        insert(connection, letter)


def insert(connection: Connection, letter: Letter) -> None:
    """Keep a letter to be sent, in a transaction of something else."""
    moment = now()
    connection.execute(
        sa.insert(db.mail).values(
            **msgspec.structs.asdict(letter),
            message_id=secrets.token_hex(16),
            attempt_count=0,
            created_at=moment,
            next_at=moment,
        )
    )


def due(store: Store, *, limit: int) -> list[Waiting]:
    """Return the letters to be sent now, oldest first."""
    columns = db.mail.c
    chosen = [column for column in columns if column.name not in ("created_at", "next_at")]
    wanted = sa.select(*chosen).where(columns.next_at <= now()).order_by(columns.id).limit(limit)
    with store.read() as connection:
        rows = connection.execute(wanted).mappings()
        return [Waiting(**{str(name): value for name, value in row.items()}) for row in rows]


def forget(store: Store, letter: Waiting) -> None:
    """Forget a letter: it was sent, or never will be."""
    with store.write() as connection:
        connection.execute(sa.delete(db.mail).where(db.mail.c.id == letter.id))


def postpone(store: Store, letter: Waiting, seconds: float) -> None:
    """Try a letter again later."""
    later: dict[str, Any] = {
        "next_at": ahead(seconds),
        "attempt_count": letter.attempt_count + 1,
    }
    with store.write() as connection:
        connection.execute(sa.update(db.mail).where(db.mail.c.id == letter.id).values(**later))
