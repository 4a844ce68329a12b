"""Asks the worker for a harvest, from the web process.

DBOS is imported when the first harvest is asked for: a server that nobody signs in to needs none.
"""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from catalogue.errors import StoreError
from portal.jobs.names import HARVEST_QUEUE, HARVEST_WORKFLOW, READY_FILE, jobs_url
from portal.settings import Settings

if TYPE_CHECKING:
    from dbos import DBOSClient


class JobQueue:
    """The door to the worker of one data folder."""

    def __init__(self, settings: Settings) -> None:
        self._url = jobs_url(settings)
        self._ready = None if settings.jobs_database_url else settings.data / READY_FILE
        self._client: DBOSClient | None = None

    def enqueue_harvest(self, source_id: str) -> str:
        """Ask for a harvest of a source; return the id of the job, or of one that waits already.

        Raises StoreError where no worker has ever run on this data folder, or it cannot be asked.
        """
        # Opening a database that is not there yet would create an empty one under the worker's
        # hands.
        if self._ready is not None and not self._ready.exists():
            raise StoreError("worker-absent")
        try:
            return self._enqueue(source_id)
        except sa.exc.SQLAlchemyError as error:
            raise StoreError("worker-absent") from error

    def _enqueue(self, source_id: str) -> str:
        from dbos import DBOSClient, EnqueueOptions

        if self._client is None:
            self._client = DBOSClient(system_database_url=self._url)
        options: EnqueueOptions = {
            "queue_name": HARVEST_QUEUE,
            "workflow_name": HARVEST_WORKFLOW,
            "deduplication_id": source_id,
            "duplication_policy": "return-existing",
        }
        return str(self._client.enqueue(options, source_id).workflow_id)
