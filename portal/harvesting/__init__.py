"""Runs of sources: what a harvester brings is compared with the store, fetched, checked and
published.
"""

from portal.harvesting.run import run_source

__all__ = ["run_source"]
