"""By what datasets of several portals are known as the same, and what stewards decided of them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the marks and the pairs; every dataset is looked at by the next run of its source."""
    op.add_column("dataset", sa.Column("same_as", sa.Text(), nullable=True))
    op.add_column(
        "dataset",
        sa.Column("marked_sequence", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.create_table(
        "dataset_mark",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["dataset.id"], name=op.f("fk_dataset_mark_dataset_id_dataset")
        ),
        sa.PrimaryKeyConstraint("mark", "dataset_id", name=op.f("pk_dataset_mark")),
    )
    op.create_index(op.f("ix_dataset_mark_dataset_id"), "dataset_mark", ["dataset_id"])
    op.create_table(
        "likeness",
        sa.Column("first_id", sa.Text(), nullable=False),
        sa.Column("second_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_at", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["first_id"], ["dataset.id"], name=op.f("fk_likeness_first_id_dataset")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["dataset.id"], name=op.f("fk_likeness_second_id_dataset")
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_likeness")),
    )
    op.create_index(op.f("ix_likeness_second_id"), "likeness", ["second_id"])
