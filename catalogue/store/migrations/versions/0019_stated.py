"""As what a portal listed a file when it was fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add it; of files fetched before it is not known, and they are asked for once more."""
    op.add_column("distribution_state", sa.Column("stated", sa.Text(), nullable=True))
