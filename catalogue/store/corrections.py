"""What organisations say of themselves: kept until a steward decides, and after as it was decided.

How to reach who sent it is forgotten with the decision.
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


class Status(StrEnum):
    """Where a correction stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Proposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to stand in the table of players."""

    name: str
    role: str
    municipality_code: str
    source_url: str
    other_names: tuple[str, ...] = ()
    hub: str | None = None
    competencies: tuple[str, ...] = ()
    website: str | None = None
    note: str | None = None


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A proposal on its way. `player_id` is None for an organisation that is not listed yet, until
    it is accepted; `before` is what stood there when it was decided.
    """

    id: int
    status: Status
    proposal: Proposal
    created_at: str
    player_id: str | None = None
    message: str = ""
    contact: str | None = None
    before: Proposal | None = None
    decided_at: str | None = None
    decided_by: str | None = None
    reason: str | None = None


def add(
    store: Store, proposal: Proposal, *, player_id: str | None, message: str, contact: str | None
) -> int:
    """Keep a proposal for a steward; return its number. Raises Conflict where too many wait."""
    columns = db.player_correction.c
    with store.write() as connection:
        waiting = connection.execute(
            sa.select(sa.func.count()).where(columns.status == Status.PENDING.value)
        ).scalar_one()
        if waiting >= MOST_PENDING:
            raise Conflict("corrections-full", maximum=MOST_PENDING)
        number = connection.execute(
            sa.insert(db.player_correction)
            .values(
                player_id=player_id,
                status=Status.PENDING.value,
                proposal=msgspec.json.encode(proposal).decode(),
                message=message,
                contact=contact,
                created_at=now(),
            )
            .returning(columns.id)
        ).scalar_one()
        return int(number)


def listed(store: Store, status: Status, *, limit: int | None = None) -> list[Correction]:
    """Return the corrections of a status: those that wait oldest first, decided ones newest
    first.
    """
    columns = db.player_correction.c
    order = columns.id if status is Status.PENDING else columns.decided_at.desc()
    with store.read() as connection:
        rows = connection.execute(
            sa.select(db.player_correction)
            .where(columns.status == status.value)
            .order_by(order)
            .limit(limit)
        )
        return [_correction(row) for row in rows]


def get(store: Store, number: int) -> Correction:
    """Return a correction. Raises NotFound."""
    columns = db.player_correction.c
    if 0 < number <= MAX_ID:
        with store.read() as connection:
            one = sa.select(db.player_correction).where(columns.id == number)
            row = connection.execute(one).first()
        if row is not None:
            return _correction(row)
    raise NotFound("correction-unknown", number=number)


def decide(
    store: Store,
    number: int,
    status: Status,
    *,
    by: str,
    player_id: str | None,
    before: Proposal | None,
    reason: str | None = None,
    was: Status = Status.PENDING,
) -> None:
    """Write a decision down, and forget how to reach who sent it. Raises Conflict where it does not
    stand where it was.
    """
    columns = db.player_correction.c
    with store.write() as connection:
        done = connection.execute(
            sa.update(db.player_correction)
            .where(columns.id == number, columns.status == was.value)
            .values(
                status=status.value,
                player_id=player_id,
                before=None if before is None else msgspec.json.encode(before).decode(),
                contact=None,
                decided_at=now(),
                decided_by=by,
                reason=reason,
            )
            .returning(columns.id)
        ).first()
        if done is None:
            raise Conflict("correction-decided", number=number)


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        id=row.id,
        status=Status(row.status),
        proposal=msgspec.json.decode(row.proposal, type=Proposal),
        created_at=row.created_at,
        player_id=row.player_id,
        message=row.message,
        contact=row.contact,
        before=None if row.before is None else msgspec.json.decode(row.before, type=Proposal),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
    )
