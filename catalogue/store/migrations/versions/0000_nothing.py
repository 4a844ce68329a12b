"""The empty store: where every history begins, so that the very first migration is one like any other."""

revision = "0000"
down_revision = None


def upgrade() -> None:
    """Do nothing."""
