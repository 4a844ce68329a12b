"""Hands runs of sources to the worker, in the name of who asks for them."""

import logging

from portal.accounts.rights import caller
from portal.context import services

_AUDIT = logging.getLogger("portal.audit")


def ask_for_run(source_id: str, *, is_dry_run: bool) -> str:
    """Ask the worker for a run of a source; return the id of the job. Raises StoreError where there
    is no worker.
    """
    job = services().jobs.enqueue_harvest(source_id, is_dry_run=is_dry_run)
    asking = caller()
    _AUDIT.info(
        "%s: source=%s user=%s token=%s address=%s",
        "dry run" if is_dry_run else "harvest",
        source_id,
        asking.name,
        asking.token_id,
        asking.address,
    )
    return job
