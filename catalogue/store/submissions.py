"""Files on their way to be published: kept with all that was said of them, until they are.

Every save is a new edition. Who saves an edition that is no longer the newest is told, and nothing
of the other is overwritten.
"""

import secrets
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Row

from catalogue.errors import Conflict, NotFound
from catalogue.records import Text
from catalogue.store import schema as db
from catalogue.store.database import Store, now

MOST_OPEN_OF_ONE_USER = 50
MOST_MENDINGS = 200
_ID_BYTES = 12


class Status(StrEnum):
    """Where a submission stands."""

    OPEN = "open"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a steward says of a file. `schema` None leaves it to the file, "none" wants none.

    `parts` are the tables that are taken, all where there is none; `types` overrule by column,
    `fields` are words on columns as `Distribution.fields` has them.
    """

    schema: str | None = None
    parts: list[str] = []
    types: dict[str, str] = {}
    fields: list[dict[str, Any]] = []
    title: Text = {}
    description: Text = {}
    keywords: dict[str, list[str]] = {}
    publisher: str = ""
    licence: str | None = None
    themes: list[str] = []
    spatial: list[str] = []
    frequency: str | None = None


class Mending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change of the file itself: cells written anew, rows left out, or another file in its
    place; `before_sha256` names the bytes that it replaced.
    """

    at: str
    by: str
    before_sha256: str
    filename: str
    cells: int = 0
    rows: int = 0
    reason: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of a submission changes while it is worked on."""

    filename: str
    raw_sha256: str
    size_bytes: int
    said: Said = Said()
    dataset_id: str | None = None
    """The dataset that it is to be the next version of, or that it became."""
    mendings: list[Mending] = []
    changed_by: str = ""
    is_automatic: bool = False
    """Whether a program sent it and nobody has worked on it since: its next file may replace it."""


class Submission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file on its way, in its newest edition."""

    id: str
    user_id: int
    status: Status
    edition: int
    record: Record
    created_at: str
    changed_at: str


def add(store: Store, record: Record, *, user_id: int) -> Submission:
    """Keep a new submission. Raises Conflict where its user has too many open."""
    table, moment = db.submission, now()
    submission_id = secrets.token_hex(_ID_BYTES)
    with store.write() as connection:
        is_own = (table.c.user_id == user_id, table.c.status == Status.OPEN.value)
        count = connection.execute(
            sa.select(sa.func.count()).select_from(table).where(*is_own)
        ).scalar_one()
        if count >= MOST_OPEN_OF_ONE_USER:
            raise Conflict("submissions-full", maximum=MOST_OPEN_OF_ONE_USER)
        connection.execute(
            sa.insert(table).values(
                id=submission_id,
                user_id=user_id,
                status=Status.OPEN.value,
                edition=1,
                raw_sha256=record.raw_sha256,
                received_sha256=record.raw_sha256,
                record=msgspec.json.encode(record).decode(),
                created_at=moment,
                changed_at=moment,
            )
        )
    return get(store, submission_id)


def get(store: Store, submission_id: str) -> Submission:
    """Return a submission that is not discarded. Raises NotFound."""
    table = db.submission
    with store.read() as connection:
        row = connection.execute(
            sa.select(table).where(
                table.c.id == submission_id, table.c.status != Status.DISCARDED.value
            )
        ).first()
    if row is None:
        raise NotFound("submission-unknown", submission=submission_id)
    return _submission(row)


def opened(store: Store) -> list[Submission]:
    """Return the submissions that wait to be published, the one changed last first."""
    table = db.submission
    with store.read() as connection:
        rows = connection.execute(
            sa.select(table)
            .where(table.c.status == Status.OPEN.value)
            .order_by(table.c.changed_at.desc())
        )
        return [_submission(row) for row in rows]


def save(store: Store, submission: Submission, record: Record) -> Submission:
    """Keep the next edition of a submission.

    Raises Conflict where somebody else has saved or published it since that edition was read.
    """
    return _change(
        store, submission, record=msgspec.json.encode(record).decode(), raw_sha256=record.raw_sha256
    )


def close(store: Store, submission: Submission, record: Record) -> Submission:
    """Mark a submission as published. Raises Conflict as `save` does."""
    encoded = msgspec.json.encode(record).decode()
    return _change(store, submission, record=encoded, status=Status.PUBLISHED.value)


def discard(store: Store, submission: Submission) -> None:
    """Let a submission go; its file may be swept. Raises Conflict as `save` does."""
    _change(
        store,
        submission,
        status=Status.DISCARDED.value,
        raw_sha256=None,
        received_sha256=None,
    )


def _change(store: Store, submission: Submission, **values: Any) -> Submission:
    table = db.submission
    with store.write() as connection:
        changed = connection.execute(
            sa.update(table)
            .where(
                table.c.id == submission.id,
                table.c.edition == submission.edition,
                table.c.status == Status.OPEN.value,
            )
            .values(edition=submission.edition + 1, changed_at=now(), **values)
            .returning(table)
        ).first()
    if changed is not None:
        return _submission(changed)
    newer = get(store, submission.id)
    if newer.status is not Status.OPEN:
        raise Conflict("submission-published", dataset=newer.record.dataset_id)
    raise Conflict("submission-changed", by=newer.record.changed_by, at=newer.changed_at)


def _submission(row: Row[Any]) -> Submission:
    return Submission(
        id=row.id,
        user_id=row.user_id,
        status=Status(row.status),
        edition=row.edition,
        record=msgspec.json.decode(row.record, type=Record),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
