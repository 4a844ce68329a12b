"""Tables that users keep for themselves, for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the table of own tables."""
    op.create_table(
        "own_table",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_own_table_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "name", name=op.f("pk_own_table")),
    )
    op.create_index(op.f("ix_own_table_expires_at"), "own_table", ["expires_at"], unique=False)
