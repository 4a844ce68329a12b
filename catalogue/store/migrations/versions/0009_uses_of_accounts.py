"""Where a session was begun, and when sessions and tokens were last used."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0023"


def upgrade() -> None:
    """Add the columns; of what there was, nothing of it is known."""
    op.add_column("session", sa.Column("address", sa.Text(), nullable=False, server_default=""))
    op.add_column("session", sa.Column("browser", sa.Text(), nullable=False, server_default=""))
    op.add_column("session", sa.Column("last_used_at", sa.Text(), nullable=True))
    op.add_column("token", sa.Column("last_used_at", sa.Text(), nullable=True))
