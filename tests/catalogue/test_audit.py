"""The audit log on each engine: lines stay as they were written, whoever asks."""

import pytest
import sqlalchemy as sa

from catalogue.store import Store, audit
from catalogue.store import schema as db


@pytest.mark.parametrize(
    "change",
    [
        sa.update(db.audit).values(actor="nobody"),
        sa.update(db.audit).where(db.audit.c.id == 1).values(details="{}"),
        sa.delete(db.audit),
        sa.text("REPLACE INTO audit VALUES (1, '', '', '', '', '{}')"),
        sa.text("INSERT OR REPLACE INTO audit VALUES (2, '', '', '', '', '{}')"),
        sa.text("TRUNCATE audit"),
    ],
    ids=["update", "update of one", "delete", "replace", "insert or replace", "truncate"],
)
def test_the_database_refuses_to_change_or_remove_a_line(
    store: Store, change: sa.Executable
) -> None:
    for number in (1, 2):
        audit.append(
            store, actor="ann", action="erased", subject=f"dataset:{number}", details={"n": 1}
        )
    before = list(audit.every(store))
    with pytest.raises(sa.exc.DatabaseError), store.write() as connection:
        connection.execute(change)
    assert list(audit.every(store)) == before
    assert [line.subject for line in before] == ["dataset:1", "dataset:2"]
