"""Runs of sources: what a harvester brings is compared with the store, fetched, checked and
published.
"""

from portal.harvesting.run import abandon_dead_runs, run_and_schedule, run_source

__all__ = ["abandon_dead_runs", "run_and_schedule", "run_source"]
