"""Hands runs of sources to the worker, in the name of who asks for them."""

from portal.accounts.rights import caller
from portal.audit import record
from portal.context import services


def ask_for_run(source_id: str, *, is_dry_run: bool) -> str:
    """Ask the worker for a run of a source; return the id of the job. Raises StoreError where there
    is no worker.
    """
    job = services().jobs.enqueue_harvest(source_id, is_dry_run=is_dry_run)
    asking = caller()
    action = "trial-asked-for" if is_dry_run else "run-asked-for"
    record(services().store, action, f"source:{source_id}", by=asking.name, token=asking.token_id)
    return job
