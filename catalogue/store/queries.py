"""Queries that users keep and share, and answers that are cited: texts and records, run elsewhere.

What a query was is never lost: a change is a new version of it, and removing it only hides it.
"""

import secrets
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from catalogue.errors import Conflict, NotFound
from catalogue.store import schema as db
from catalogue.store.database import Store, now

MOST_OF_ONE_USER = 500
MOST_ANSWERS_OF_ONE_USER = 2_000
_ID_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_ID_LENGTH = 12
Pins = dict[str, list[int]]


class QueryField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a form says of a parameter: how it is called, and what is filled in at first."""

    name: str
    label: str = ""
    default: str = ""


class QueryText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an author writes. `is_pinned` keeps the versions of the tables of this day; only what
    `is_listed` stands in the list, the rest is reached by who has its address.
    """

    title: str
    sql: str
    description: str = ""
    language: str = "fr"
    fields: list[QueryField] = []
    is_listed: bool = True
    is_pinned: bool = False


class SavedQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a query; `pins` are the versions of the tables by their name in the text."""

    id: str
    n: int
    current_n: int
    text: QueryText
    pins: Pins
    author: str
    author_id: int
    created_at: str
    changed_at: str


class CitedTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version that an answer was made of."""

    version: int
    sha256: str


class CitedAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer with all that it depends on.

    `sha256` is over its columns and rows, in their order where `is_ordered`, else sorted;
    `rows_sha256` over the sorted rows in any case.
    """

    sql: str
    params: dict[str, Any]
    texts: dict[str, str]
    pins: Pins
    versions: dict[str, CitedTable]
    engine: str
    columns: list[dict[str, str]]
    row_count: int
    is_ordered: bool
    sha256: str
    rows_sha256: str
    query_id: str | None = None
    query_n: int | None = None


def add(store: Store, text: QueryText, pins: Pins, *, author_id: int) -> SavedQuery:
    """Keep a query; raise Conflict where its author keeps too many."""
    query_id, moment = _new_id(), now()
    table = db.saved_query
    with store.write() as connection:
        kept = connection.execute(
            sa.select(sa.func.count()).where(
                table.c.author_id == author_id, table.c.removed_at.is_(None)
            )
        ).scalar_one()
        if kept >= MOST_OF_ONE_USER:
            raise Conflict("queries-full", maximum=MOST_OF_ONE_USER)
        connection.execute(
            sa.insert(table).values(
                id=query_id,
                author_id=author_id,
                current_n=1,
                is_listed=text.is_listed,
                created_at=moment,
                changed_at=moment,
            )
        )
        _add_version(connection, query_id, 1, text, pins, author_id, moment)
    return get(store, query_id)


def change(store: Store, query_id: str, text: QueryText, pins: Pins, *, by: int) -> SavedQuery:
    """Keep a new version of a query. Raises NotFound."""
    moment, table = now(), db.saved_query
    with store.write() as connection:
        n = connection.execute(
            sa.update(table)
            .where(table.c.id == query_id, table.c.removed_at.is_(None))
            .values(current_n=table.c.current_n + 1, is_listed=text.is_listed, changed_at=moment)
            .returning(table.c.current_n)
        ).scalar()
        if n is None:
            raise NotFound("query-not-kept", query=query_id)
        _add_version(connection, query_id, n, text, pins, by, moment)
    return get(store, query_id)


def remove(store: Store, query_id: str) -> None:
    """Hide a query for good. Raises NotFound."""
    table = db.saved_query
    with store.write() as connection:
        found = connection.execute(
            sa.update(table)
            .where(table.c.id == query_id, table.c.removed_at.is_(None))
            .values(removed_at=now())
            .returning(table.c.id)
        ).first()
    if found is None:
        raise NotFound("query-not-kept", query=query_id)


def get(store: Store, query_id: str, n: int | None = None) -> SavedQuery:
    """Return a query, as it is or as it was in version `n`. Raises NotFound."""
    wanted = db.saved_query_version.c.n == (db.saved_query.c.current_n if n is None else n)
    with store.read() as connection:
        row = connection.execute(_versions().where(db.saved_query.c.id == query_id, wanted)).first()
    if row is None:
        raise NotFound("query-not-kept", query=query_id)
    return _query(row)


def history(store: Store, query_id: str) -> list[SavedQuery]:
    """Return every version of a query, newest first."""
    version = db.saved_query_version.c
    with store.read() as connection:
        rows = connection.execute(
            _versions().where(db.saved_query.c.id == query_id).order_by(version.n.desc())
        )
        return [_query(row) for row in rows]


def listed(
    store: Store, *, author_id: int | None = None, limit: int = 100, offset: int = 0
) -> tuple[list[SavedQuery], int]:
    """Return the queries that everyone may find, the last changed first, and how many there are;
    with `author_id` also those of that author that are not listed.
    """
    table = db.saved_query.c
    shown: sa.ColumnElement[bool] = table.is_listed
    if author_id is not None:
        shown = sa.or_(shown, table.author_id == author_id)
    wanted = _versions().where(shown, db.saved_query_version.c.n == table.current_n)
    with store.read() as connection:
        count = connection.execute(
            sa.select(sa.func.count()).where(shown, table.removed_at.is_(None))
        ).scalar_one()
        rows = connection.execute(
            wanted.order_by(table.changed_at.desc(), table.id).limit(limit).offset(offset)
        )
        return [_query(row) for row in rows], int(count)


def everything(store: Store) -> list[SavedQuery]:
    """Return the newest version of every query that is kept, those outside the list too."""
    with store.read() as connection:
        rows = connection.execute(
            _versions().where(
                db.saved_query.c.removed_at.is_(None),
                db.saved_query_version.c.n == db.saved_query.c.current_n,
            )
        )
        return [_query(row) for row in rows]


def add_answer(store: Store, answer_id: str, answer: CitedAnswer, *, user_id: int) -> None:
    """Keep an answer for good; the same one again changes nothing. Raises Conflict."""
    table = db.query_answer
    with store.write() as connection:
        if connection.execute(sa.select(table.c.id).where(table.c.id == answer_id)).first():
            return
        kept = connection.execute(
            sa.select(sa.func.count()).where(table.c.user_id == user_id)
        ).scalar_one()
        if kept >= MOST_ANSWERS_OF_ONE_USER:
            raise Conflict("answers-full", maximum=MOST_ANSWERS_OF_ONE_USER)
        connection.execute(
            sa.insert(table).values(
                id=answer_id,
                record=msgspec.json.encode(answer).decode(),
                created_at=now(),
                user_id=user_id,
            )
        )


def answer(store: Store, answer_id: str) -> tuple[CitedAnswer, str]:
    """Return an answer and the moment when it was kept. Raises NotFound."""
    table = db.query_answer
    with store.read() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == answer_id)).first()
    if row is None:
        raise NotFound("answer-not-kept", answer=answer_id)
    return msgspec.json.decode(row.record, type=CitedAnswer), row.created_at


def _versions() -> sa.Select[Any]:
    query, version = db.saved_query, db.saved_query_version
    return (
        sa.select(
            query.c.id,
            query.c.current_n,
            query.c.author_id,
            query.c.created_at,
            version.c.n,
            version.c.record,
            version.c.pins,
            version.c.created_at.label("changed_at"),
            db.user.c.name.label("author"),
        )
        .join(version, version.c.query_id == query.c.id)
        .join(db.user, db.user.c.id == query.c.author_id)
        .where(query.c.removed_at.is_(None))
    )


def _add_version(
    connection: Connection,
    query_id: str,
    n: int,
    text: QueryText,
    pins: Pins,
    by: int,
    moment: str,
) -> None:
    connection.execute(
        sa.insert(db.saved_query_version).values(
            query_id=query_id,
            n=n,
            record=msgspec.json.encode(text).decode(),
            pins=msgspec.json.encode(pins).decode(),
            created_at=moment,
            user_id=by,
        )
    )


def _query(row: Row[Any]) -> SavedQuery:
    return SavedQuery(
        id=row.id,
        n=row.n,
        current_n=row.current_n,
        text=msgspec.json.decode(row.record, type=QueryText),
        pins=msgspec.json.decode(row.pins, type=Pins),
        author=row.author,
        author_id=row.author_id,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def _new_id() -> str:
    return "".join(secrets.choice(_ID_SIGNS) for _ in range(_ID_LENGTH))
