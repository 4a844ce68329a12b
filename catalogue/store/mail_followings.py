"""Who follows what by mail: an address that has confirmed it, and up to which change it was told.

The token is what every letter carries to end it, so it is kept as it is; it gives no other right.
"""

import secrets
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Row

from catalogue.errors import NotFound
from catalogue.store import mail
from catalogue.store import schema as db
from catalogue.store.database import Store, ahead, now
from catalogue.store.mail import Letter
from catalogue.store.webhooks import Followed

MOST_UNCONFIRMED = 3  # of an address: nobody fills another's mailbox with confirmations
MOST_OF_AN_ADDRESS = 100
_CONFIRMED_WITHIN_S = 48 * 3600.0
_DAY_S = 24 * 3600.0


class Following(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an address follows; it is told every so many days, where something has changed."""

    token: str
    address: str
    language: str
    kind: Followed
    followed: str
    days: int
    sequence: int
    created_at: str
    confirmed_at: str | None = None
    next_at: str | None = None


def add(
    store: Store, *, address: str, language: str, kind: Followed, followed: str, days: int
) -> Following | None:
    """Keep what an address wishes to follow until it confirms; None where it follows that already,
    or has been asked often enough. What was not confirmed in time is forgotten.
    """
    columns = db.mail_following.c
    with store.write() as connection:
        late = columns.confirmed_at.is_(None) & (columns.created_at < ahead(-_CONFIRMED_WITHIN_S))
        connection.execute(sa.delete(db.mail_following).where(late))
        wanted = sa.select(db.mail_following).where(columns.address == address)
        own = [_following(row) for row in connection.execute(wanted)]
        is_known = any((one.kind, one.followed) == (kind, followed) for one in own)
        unconfirmed = sum(one.confirmed_at is None for one in own)
        if is_known or unconfirmed >= MOST_UNCONFIRMED or len(own) >= MOST_OF_AN_ADDRESS:
            return None
        newest = sa.select(sa.func.coalesce(sa.func.max(db.dataset.c.sequence), 0))
        row = connection.execute(
            sa.insert(db.mail_following)
            .values(
                token=secrets.token_urlsafe(24),
                address=address,
                language=language,
                kind=kind.value,
                followed=followed,
                days=days,
                sequence=connection.execute(newest).scalar_one(),
                created_at=now(),
            )
            .returning(*columns)
        ).one()
    return _following(row)


def get(store: Store, token: str) -> Following:
    """Return what a token stands for. Raises NotFound."""
    wanted = sa.select(db.mail_following).where(db.mail_following.c.token == token)
    with store.read() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        raise NotFound("following-unknown")
    return _following(row)


def confirm(store: Store, token: str) -> None:
    """Begin to tell an address; a second time changes nothing. Raises NotFound."""
    following = get(store, token)
    columns = db.mail_following.c
    with store.write() as connection:
        connection.execute(
            sa.update(db.mail_following)
            .where(columns.token == token, columns.confirmed_at.is_(None))
            .values(confirmed_at=now(), next_at=ahead(following.days * _DAY_S))
        )


def end(store: Store, token: str) -> None:
    """Forget an address with what it followed; one that is forgotten already stays so."""
    with store.write() as connection:
        connection.execute(sa.delete(db.mail_following).where(db.mail_following.c.token == token))


def due(store: Store, *, limit: int) -> list[Following]:
    """Return those whose time to be told has come."""
    columns = db.mail_following.c
    wanted = (
        sa.select(db.mail_following)
        .where(columns.next_at <= now(), columns.confirmed_at.is_not(None))
        .order_by(columns.next_at)
        .limit(limit)
    )
    with store.read() as connection:
        return [_following(row) for row in connection.execute(wanted)]


def told(store: Store, following: Following, sequence: int, letter: Letter | None) -> None:
    """Keep the letter of a following and up to where it tells, or nothing where it was ended or
    told meanwhile.
    """
    columns = db.mail_following.c
    with store.write() as connection:
        moved = connection.execute(
            sa.update(db.mail_following)
            .where(columns.token == following.token, columns.next_at == following.next_at)
            .values(sequence=sequence, next_at=ahead(following.days * _DAY_S))
            .returning(columns.token)
        ).first()
        if moved is not None and letter is not None:
            mail.insert(connection, letter)


def _following(row: Row[Any]) -> Following:
    values = {str(name): value for name, value in row._mapping.items()}
    return msgspec.convert(values, Following)
