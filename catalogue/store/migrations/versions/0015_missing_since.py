"""Since when a source no longer lists a dataset."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0008"


def upgrade() -> None:
    """Add the moment to each dataset; nothing is missing yet."""
    op.add_column("dataset", sa.Column("missing_since", sa.Text(), nullable=True))
