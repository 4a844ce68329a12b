"""What can be wrong with a view that somebody asks for."""

from catalogue.errors import CatalogueError


class ViewError(CatalogueError):
    """A filter, a sort or an area that the version cannot be looked at by."""
