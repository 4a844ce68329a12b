"""What is withdrawn from the public, and what is erased for good: only the word of it stays."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0022"


def upgrade() -> None:
    """Create both tables; nothing is withdrawn."""
    op.create_table(
        "withdrawal",
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("is_erased", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["dataset.id"], name=op.f("fk_withdrawal_dataset_id_dataset")
        ),
        sa.PrimaryKeyConstraint("dataset_id", name=op.f("pk_withdrawal")),
    )
    op.create_table(
        "erased_version",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("raw_sha256", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "n", name=op.f("pk_erased_version")),
    )
    op.create_index(op.f("ix_erased_version_raw_sha256"), "erased_version", ["raw_sha256"])
