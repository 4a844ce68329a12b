"""Questions and reports of errors on datasets."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0017"


def upgrade() -> None:
    """Create the table of questions."""
    op.create_table(
        "dataset_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("column_name", sa.Text(), nullable=True),
        sa.Column("row_number", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_question")),
    )
    for column in ("dataset_id", "status"):
        op.create_index(
            op.f(f"ix_dataset_question_{column}"), "dataset_question", [column], unique=False
        )
