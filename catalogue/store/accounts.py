"""Users, sessions, tokens and tries to sign in, as the store keeps them: of secrets only their
hashes.

Moments are text in UTC that sorts; whether something has expired is asked in the same statement
that finds it.
"""

from contextlib import suppress
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Row

from catalogue.errors import Conflict, NotFound
from catalogue.store import schema as db
from catalogue.store.database import MAX_ID, Store, ahead, now

_USES_ARE_TOLD_TO_S = 15 * 60


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user; one that is not active can neither sign in nor use sessions and tokens."""

    id: int
    name: str
    role: str
    is_active: bool
    created_at: str


class Token(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token as listed: its secret is not kept. last_used_at is true to a quarter of an hour."""

    id: int
    label: str
    scopes: list[str]
    created_at: str
    expires_at: str
    revoked_at: str | None = None
    last_used_at: str | None = None


def add_user(store: Store, *, name: str, role: str, password_hash: str) -> Account:
    """Add a user. Raises Conflict where the name is taken."""
    with store.write() as connection:
        if connection.execute(sa.select(db.user.c.id).where(db.user.c.name == name)).first():
            raise Conflict("user-exists", name=name)
        connection.execute(
            sa.insert(db.user).values(
                name=name, role=role, password_hash=password_hash, created_at=now()
            )
        )
        row = connection.execute(sa.select(db.user).where(db.user.c.name == name)).one()
    return _account(row)


def change_user(store: Store, name: str, **values: Any) -> Account:
    """Change role, password_hash or is_active of a user, and end its sessions. Raises NotFound."""
    with store.write() as connection:
        row = connection.execute(sa.select(db.user).where(db.user.c.name == name)).first()
        if row is None:
            raise NotFound("user-unknown", name=name)
        connection.execute(sa.update(db.user).where(db.user.c.id == row.id).values(**values))
        connection.execute(sa.delete(db.session).where(db.session.c.user_id == row.id))
        return _account(connection.execute(sa.select(db.user).where(db.user.c.id == row.id)).one())


def replace_password_hash(store: Store, user_id: int, password_hash: str) -> None:
    """Keep the same password under a newer hash; sessions stay."""
    with store.write() as connection:
        connection.execute(
            sa.update(db.user).where(db.user.c.id == user_id).values(password_hash=password_hash)
        )


def users(store: Store) -> list[Account]:
    """Return every user, by name."""
    with store.read() as connection:
        return [_account(row) for row in connection.execute(sa.select(db.user).order_by("name"))]


def credentials(store: Store, name: str) -> tuple[Account, str] | None:
    """Return an active user with the hash of its password."""
    with store.read() as connection:
        row = connection.execute(
            sa.select(db.user).where(db.user.c.name == name, db.user.c.is_active)
        ).first()
        return None if row is None else (_account(row), str(row.password_hash))


def user_named(store: Store, name: str) -> Account:
    """Return a user. Raises NotFound."""
    for account in users(store):
        if account.name == name:
            return account
    raise NotFound("user-unknown", name=name)


def name_of(store: Store, user_id: int) -> str:
    """Return the name of a user, or nothing."""
    with store.read() as connection:
        named = sa.select(db.user.c.name).where(db.user.c.id == user_id)
        return connection.execute(named).scalar() or ""


def begin_session(
    store: Store,
    user_id: int,
    id_sha256: str,
    expires_at: str,
    *,
    address: str = "",
    browser: str = "",
) -> None:
    """Keep a session, and forget those that have expired."""
    at = now()
    with store.write() as connection:
        connection.execute(sa.delete(db.session).where(db.session.c.expires_at <= at))
        connection.execute(
            sa.insert(db.session).values(
                id_sha256=id_sha256,
                user_id=user_id,
                created_at=at,
                expires_at=expires_at,
                address=address,
                browser=browser,
                last_used_at=at,
            )
        )


def user_of_session(store: Store, id_sha256: str) -> Account | None:
    """Return the active user of a session that has not expired, and remember that it was used."""
    with store.read() as connection:
        row = connection.execute(
            sa.select(db.user, db.session.c.last_used_at)
            .join(db.session, db.session.c.user_id == db.user.c.id)
            .where(
                db.session.c.id_sha256 == id_sha256,
                db.session.c.expires_at > now(),
                db.user.c.is_active,
            )
        ).first()
    if row is None:
        return None
    _remember_use(store, db.session, db.session.c.id_sha256 == id_sha256, row.last_used_at)
    return _account(row)


def end_session(store: Store, id_sha256: str) -> None:
    """Forget a session."""
    with store.write() as connection:
        connection.execute(sa.delete(db.session).where(db.session.c.id_sha256 == id_sha256))


def add_token(
    store: Store, user_id: int, *, token_sha256: str, label: str, scopes: list[str], expires_at: str
) -> Token:
    """Keep a token."""
    with store.write() as connection:
        connection.execute(
            sa.insert(db.token).values(
                token_sha256=token_sha256,
                user_id=user_id,
                label=label,
                scopes=msgspec.json.encode(scopes).decode(),
                created_at=now(),
                expires_at=expires_at,
            )
        )
        row = connection.execute(
            sa.select(db.token).where(db.token.c.token_sha256 == token_sha256)
        ).one()
    return _token(row)


def tokens_of(store: Store, user_id: int) -> list[Token]:
    """Return the tokens of a user, newest first, expired and revoked ones too."""
    with store.read() as connection:
        rows = connection.execute(
            sa.select(db.token).where(db.token.c.user_id == user_id).order_by(db.token.c.id.desc())
        )
        return [_token(row) for row in rows]


def holder_of_token(store: Store, token_sha256: str) -> tuple[Token, Account] | None:
    """Return a token that is neither expired nor revoked, with its active user, and remember that
    it was used.
    """
    with store.read() as connection:
        row = connection.execute(
            sa.select(db.token).where(
                db.token.c.token_sha256 == token_sha256,
                db.token.c.expires_at > now(),
                db.token.c.revoked_at.is_(None),
            )
        ).first()
        if row is None:
            return None
        user = connection.execute(
            sa.select(db.user).where(db.user.c.id == row.user_id, db.user.c.is_active)
        ).first()
    if user is None:
        return None
    _remember_use(store, db.token, db.token.c.id == row.id, row.last_used_at)
    return _token(row), _account(user)


def revoke_token(store: Store, user_id: int, token_id: int) -> None:
    """Revoke a token of a user; again is the same. Raises NotFound."""
    if token_id > MAX_ID:
        raise NotFound("token-unknown", token=token_id)
    mine = sa.and_(db.token.c.id == token_id, db.token.c.user_id == user_id)
    with store.write() as connection:
        if connection.execute(sa.select(db.token.c.id).where(mine)).first() is None:
            raise NotFound("token-unknown", token=token_id)
        connection.execute(
            sa.update(db.token)
            .where(mine, db.token.c.revoked_at.is_(None))
            .values(revoked_at=now())
        )


def try_sign_in(store: Store, limits: dict[str, int], *, since: str) -> str | None:
    """Count a try under each key; return the moment of the oldest try where a key has had enough
    since `since`.

    A try that is refused is not counted, so that waiting helps.
    """
    with store.write() as connection:
        connection.execute(sa.delete(db.sign_in_attempt).where(db.sign_in_attempt.c.at < since))
        for key, most in limits.items():
            moments = connection.execute(
                sa.select(db.sign_in_attempt.c.at)
                .where(db.sign_in_attempt.c.key == key)
                .order_by(db.sign_in_attempt.c.at)
            ).scalars()
            found = list(moments)
            if len(found) >= most:
                return str(found[len(found) - most])
        at = now()
        connection.execute(
            sa.insert(db.sign_in_attempt), [{"key": key, "at": at} for key in limits]
        )
    return None


def forget_tries(store: Store, key: str) -> None:
    """Forget the tries under a key: it has succeeded."""
    with store.write() as connection:
        connection.execute(sa.delete(db.sign_in_attempt).where(db.sign_in_attempt.c.key == key))


def _remember_use(
    store: Store, table: sa.Table, which: sa.ColumnElement[bool], last_used_at: str | None
) -> None:
    """Write down a use, once in a quarter of an hour: reading must not become writing."""
    if last_used_at is not None and last_used_at > ahead(-_USES_ARE_TOLD_TO_S):
        return
    # Whoever reads is not turned away because another writes.
    with suppress(sa.exc.OperationalError), store.write() as connection:
        connection.execute(sa.update(table).where(which).values(last_used_at=now()))


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=row.role,
        is_active=row.is_active,
        created_at=row.created_at,
    )


def _token(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        label=row.label,
        scopes=msgspec.json.decode(row.scopes, type=list[str]),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
