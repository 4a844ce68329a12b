"""What can be wrong with a series or with how it is to be played: a code and parameters."""

from catalogue.errors import CatalogueError


class ReplayError(CatalogueError):
    """A series that cannot be read, or an option that does not fit."""
