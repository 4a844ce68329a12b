"""Questions and reports of errors on a dataset: kept until a steward lets one through, with an
answer or without one yet, or hides it. Who asked is not kept.
"""

from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Row

from catalogue.errors import Conflict, NotFound
from catalogue.store import schema as db
from catalogue.store.database import MAX_ID, Store, now

MOST_PENDING = 500
MOST_PENDING_OF_A_DATASET = 50


class Kind(StrEnum):
    """What somebody has to say."""

    QUESTION = "question"
    ERROR = "error"


class Status(StrEnum):
    """Where a question stands: only PENDING and HIDDEN ones are for stewards alone."""

    PENDING = "pending"
    OPEN = "open"
    ANSWERED = "answered"
    HIDDEN = "hidden"


PUBLIC = (Status.OPEN, Status.ANSWERED)


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of a dataset a question is about; a row is counted from 1 in that version."""

    table: str
    version: int
    column: str | None = None
    row: int | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks or reports, in plain text, and what a steward answered."""

    id: int
    dataset_id: str
    status: Status
    kind: Kind
    text: str
    language: str
    created_at: str
    place: Place | None = None
    answer: str | None = None
    decided_at: str | None = None


def add(
    store: Store,
    dataset_id: str,
    *,
    kind: Kind,
    text: str,
    language: str,
    place: Place | None = None,
) -> int:
    """Keep a question for a steward; return its number. Raises Conflict where too many wait, of
    all or of this dataset.
    """
    columns = db.dataset_question.c
    with store.write() as connection:
        waiting = sa.select(sa.func.count()).where(columns.status == Status.PENDING.value)
        of_this = waiting.where(columns.dataset_id == dataset_id)
        for counted, most in ((waiting, MOST_PENDING), (of_this, MOST_PENDING_OF_A_DATASET)):
            if connection.execute(counted).scalar_one() >= most:
                raise Conflict("questions-full", maximum=most)
        number = connection.execute(
            sa.insert(db.dataset_question)
            .values(
                dataset_id=dataset_id,
                status=Status.PENDING.value,
                kind=kind.value,
                text=text,
                language=language,
                table_name=place and place.table,
                version=place and place.version,
                column_name=place and place.column,
                row_number=place and place.row,
                created_at=now(),
            )
            .returning(columns.id)
        ).scalar_one()
        return int(number)


def public(store: Store, dataset_id: str) -> list[Question]:
    """Return what everyone may read about a dataset, newest first."""
    columns = db.dataset_question.c
    is_public = columns.status.in_([one.value for one in PUBLIC])
    return _found(store, is_public & (columns.dataset_id == dataset_id), columns.id.desc())


def waiting(store: Store, dataset_id: str | None = None) -> list[Question]:
    """Return what waits for a steward, of one dataset or of all, oldest first."""
    columns = db.dataset_question.c
    return _found(store, (columns.status == Status.PENDING.value) & _of(dataset_id), columns.id)


def unanswered(store: Store, dataset_id: str | None = None) -> list[Question]:
    """Return what everyone sees without an answer, of one dataset or of all, oldest first."""
    columns = db.dataset_question.c
    return _found(store, (columns.status == Status.OPEN.value) & _of(dataset_id), columns.id)


def count_open(store: Store) -> dict[str, int]:
    """Count by dataset what waits for a steward or has no answer."""
    columns = db.dataset_question.c
    wanted = [Status.PENDING.value, Status.OPEN.value]
    with store.read() as connection:
        rows = connection.execute(
            sa.select(columns.dataset_id, sa.func.count().label("number"))
            .where(columns.status.in_(wanted))
            .group_by(columns.dataset_id)
        )
        return {row.dataset_id: row.number for row in rows}


def get(store: Store, number: int) -> Question:
    """Return a question. Raises NotFound."""
    if 0 < number <= MAX_ID:
        found = _found(store, db.dataset_question.c.id == number, db.dataset_question.c.id)
        if found:
            return found[0]
    raise NotFound("question-unknown", number=number)


def decide(store: Store, number: int, status: Status, *, by: str, answer: str | None) -> None:
    """Let a question through, answer it or hide it. Raises NotFound."""
    columns = db.dataset_question.c
    if 0 < number <= MAX_ID:
        with store.write() as connection:
            changed = connection.execute(
                sa.update(db.dataset_question)
                .where(columns.id == number)
                .values(status=status.value, answer=answer, decided_at=now(), decided_by=by)
                .returning(columns.id)
            ).first()
        if changed is not None:
            return
    raise NotFound("question-unknown", number=number)


def _of(dataset_id: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if dataset_id is None else db.dataset_question.c.dataset_id == dataset_id


def _found(
    store: Store, where: sa.ColumnElement[bool], order: sa.ColumnElement[Any]
) -> list[Question]:
    wanted = sa.select(db.dataset_question).where(where).order_by(order)
    with store.read() as connection:
        return [_question(row) for row in connection.execute(wanted)]


def _question(row: Row[Any]) -> Question:
    place = row.table_name and Place(
        table=row.table_name, version=row.version, column=row.column_name, row=row.row_number
    )
    return Question(
        id=row.id,
        dataset_id=row.dataset_id,
        status=Status(row.status),
        kind=Kind(row.kind),
        text=row.text,
        language=row.language,
        created_at=row.created_at,
        place=place or None,
        answer=row.answer,
        decided_at=row.decided_at,
    )
