"""No line of the audit log is written over by REPLACE, which no trigger of DELETE sees."""

from alembic import op

revision = "0010"
down_revision = "0020"


def upgrade() -> None:
    """Refuse a line under a number that is taken; PostgreSQL knows no REPLACE."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_replace BEFORE INSERT ON audit "
            "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )
