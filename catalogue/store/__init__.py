"""The store: metadata in SQL, file bytes by their sha256, and the one transaction that publishes a
version.
"""

from catalogue.store.database import Store, open_store

__all__ = ["Store", "open_store"]
