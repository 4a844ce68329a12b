"""Finds a source of this installation by its id."""

from catalogue.records import Source
from catalogue.store import sources
from portal.context import services


def known_source(source_id: str) -> Source | None:
    """Return the source; None for what was handed in here, or where it has been removed."""
    listed = sources.listed(services().store)
    return next((source for source in listed if source.id == source_id), None)
