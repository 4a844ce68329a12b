"""Sessions as their user sees them: where each was begun, when it was last used, and their end."""

import msgspec
import sqlalchemy as sa

from catalogue.store import schema as db
from catalogue.store.database import Store, now

_MARK_LENGTH = 16


class Session(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session; `mark` tells it from the user's others and opens nothing.

    `browser` is what the browser said of itself; last_used_at is true to a quarter of an hour.
    """

    mark: str
    created_at: str
    expires_at: str
    address: str
    browser: str
    last_used_at: str | None = None


def mark_of(id_sha256: str) -> str:
    """Return what a session is told by: the beginning of the hash of its id."""
    return id_sha256[:_MARK_LENGTH]


def of_user(store: Store, user_id: int) -> list[Session]:
    """Return the sessions of a user that have not expired, the newest first."""
    with store.read() as connection:
        rows = connection.execute(
            sa.select(db.session)
            .where(db.session.c.user_id == user_id, db.session.c.expires_at > now())
            .order_by(db.session.c.created_at.desc())
        )
        return [
            Session(
                mark=mark_of(row.id_sha256),
                created_at=row.created_at,
                expires_at=row.expires_at,
                address=row.address,
                browser=row.browser,
                last_used_at=row.last_used_at,
            )
            for row in rows
        ]


def end(store: Store, user_id: int, *, mark: str) -> bool:
    """End a session of a user; tell whether it was there."""
    if len(mark) != _MARK_LENGTH:
        return False
    is_it = sa.func.substr(db.session.c.id_sha256, 1, _MARK_LENGTH) == mark
    with store.write() as connection:
        done = connection.execute(
            sa.delete(db.session).where(db.session.c.user_id == user_id, is_it)
        )
        return done.rowcount > 0


def end_others(store: Store, user_id: int, *, but: str | None = None) -> int:
    """End the sessions of a user, but the one with this hash; return how many."""
    with store.write() as connection:
        done = connection.execute(
            sa.delete(db.session).where(
                db.session.c.user_id == user_id, db.session.c.id_sha256 != (but or "")
            )
        )
        return done.rowcount
