"""Asks the worker for a harvest, from the web process.

DBOS is imported when the first harvest is asked for: a server that nobody signs in to needs none.
"""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from catalogue.errors import StoreError
from portal.jobs.names import (
    DRY_RUN_WORKFLOW,
    HARVEST_QUEUE,
    HARVEST_WORKFLOW,
    READY_FILE,
    jobs_url,
)
from portal.settings import Settings

if TYPE_CHECKING:
    from dbos import DBOSClient


class JobQueue:
    """The door to the worker of one data folder."""

    def __init__(self, settings: Settings) -> None:
        self._url = jobs_url(settings)
        self._ready = None if settings.jobs_database_url else settings.data / READY_FILE
        self._client: DBOSClient | None = None

    def enqueue_harvest(self, source_id: str, *, is_dry_run: bool = False) -> str:
        """Ask for a harvest of a source, or for a dry run of one; return the id of the job, or of
        one that waits already.

        Raises StoreError where no worker has ever run on this data folder, or it cannot be asked.
        """
        # Opening a database that is not there yet would create an empty one under the worker's
        # hands.
        if self._ready is not None and not self._ready.exists():
            raise StoreError("worker-absent")
        try:
            if is_dry_run:
                return self._enqueue(DRY_RUN_WORKFLOW, source_id, f"dry-run:{source_id}")
            return self._enqueue(HARVEST_WORKFLOW, source_id, source_id)
        except sa.exc.SQLAlchemyError as error:
            raise StoreError("worker-absent") from error

    def _enqueue(self, workflow: str, source_id: str, once: str) -> str:
        from dbos import DBOSClient, EnqueueOptions

        if self._client is None:
            self._client = DBOSClient(system_database_url=self._url)
        options: EnqueueOptions = {
            "queue_name": HARVEST_QUEUE,
            "workflow_name": workflow,
            "deduplication_id": once,
            "duplication_policy": "return-existing",
        }
        return str(self._client.enqueue(options, source_id).workflow_id)
