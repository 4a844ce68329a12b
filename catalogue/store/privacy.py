"""What stewards decided on columns that look like personal data: who, when, why, which columns."""

from enum import StrEnum

import msgspec
import sqlalchemy as sa

from catalogue.store import schema as db
from catalogue.store.database import Store, now
from catalogue.store.versions import Slot


class Verdict(StrEnum):
    """Whether the file is published all the same."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision; `flags` name the columns, each with what it seems to hold."""

    flags: list[str]
    verdict: Verdict
    reason: str
    decided_at: str
    decided_by: str

    def covers(self, flags: list[str]) -> bool:
        """Tell whether it answers these flags: it never does where one is new.

        A file that was withdrawn and has lost a flagged column is another file.
        """
        if self.verdict is Verdict.PUBLISH:
            return set(flags) <= set(self.flags)
        return set(flags) == set(self.flags)


def decide(
    store: Store, slot: Slot, flags: list[str], verdict: Verdict, *, reason: str, by: str
) -> None:
    """Keep a decision; earlier ones stay for the record. A withdrawn file waits no longer."""
    moment = now()
    with store.write() as connection:
        connection.execute(
            sa.insert(db.privacy_decision).values(
                **msgspec.structs.asdict(slot),
                flags=msgspec.json.encode(flags).decode(),
                verdict=verdict.value,
                reason=reason,
                decided_at=moment,
                decided_by=by,
            )
        )
        if verdict is Verdict.WITHDRAW:
            waiting = db.draft.c.resolved_at.is_(None)
            connection.execute(
                sa.update(db.draft).where(*_is(db.draft, slot), waiting).values(resolved_at=moment)
            )


def decisions(store: Store, slot: Slot) -> list[Decision]:
    """Return the decisions on a table, the newest first."""
    table = db.privacy_decision
    with store.read() as connection:
        rows = connection.execute(
            sa.select(table).where(*_is(table, slot)).order_by(table.c.id.desc())
        ).all()
    return [
        Decision(
            flags=msgspec.json.decode(row.flags, type=list[str]),
            verdict=Verdict(row.verdict),
            reason=row.reason,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
        )
        for row in rows
    ]


def verdict_on(store: Store, slot: Slot, flags: list[str]) -> Verdict | None:
    """Return what the newest decision says of these flags; None where it must be asked."""
    newest = next(iter(decisions(store, slot)), None)
    return newest.verdict if newest is not None and newest.covers(flags) else None


def _is(table: sa.Table, slot: Slot) -> list[sa.ColumnElement[bool]]:
    return [
        table.c.dataset_id == slot.dataset_id,
        table.c.distribution_id == slot.distribution_id,
        table.c.part == slot.part,
    ]
