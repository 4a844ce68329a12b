"""What can be wrong with a pack: its recipe, or the tables that it names.

Each carries a code and parameters; the sentence is made at the edge.
"""

from catalogue.errors import CatalogueError


class PackError(CatalogueError):
    """A recipe that cannot be read or followed, or a pack that is not what it says."""
