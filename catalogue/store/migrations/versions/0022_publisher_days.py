"""How the datasets of each publisher stood, day by day."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0012"


def upgrade() -> None:
    """Create the table of days; of those before nothing is known."""
    op.create_table(
        "publisher_day",
        sa.Column("publisher_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("publisher_id", "day", name=op.f("pk_publisher_day")),
    )
