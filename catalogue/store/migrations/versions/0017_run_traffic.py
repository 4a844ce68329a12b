"""What a run asked of its portal: requests, and bytes as they came over the wire."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add both to each run; of earlier ones neither is known."""
    op.add_column("run", sa.Column("request_count", sa.Integer(), nullable=True))
    op.add_column("run", sa.Column("received_bytes", sa.BigInteger(), nullable=True))
