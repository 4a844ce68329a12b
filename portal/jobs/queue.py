"""Asks the worker for a harvest, from the web process or the command line. The worker need not be
there yet.
"""

from dbos import DBOSClient

from catalogue.errors import StoreError
from portal.jobs.names import HARVEST_QUEUE, HARVEST_WORKFLOW, READY_FILE, jobs_url
from portal.settings import Settings


class JobQueue:
    """The door to the worker of one data folder."""

    def __init__(self, settings: Settings) -> None:
        self._url = jobs_url(settings)
        self._ready = None if settings.jobs_database_url else settings.data / READY_FILE
        self._client: DBOSClient | None = None

    def enqueue_harvest(self, source_id: str) -> str:
        """Ask for a harvest of a source; return the id of the job. One that waits already is
        returned.

        Raises StoreError where no worker has ever run on this data folder.
        """
        # Opening a database that is not there yet would create an empty one under the worker's
        # hands.
        if self._ready is not None and not self._ready.exists():
            raise StoreError("worker-absent")
        try:
            client = self._client or DBOSClient(system_database_url=self._url)
            self._client = client
            handle = client.enqueue(
                {
                    "queue_name": HARVEST_QUEUE,
                    "workflow_name": HARVEST_WORKFLOW,
                    "deduplication_id": source_id,
                    "duplication_policy": "return-existing",
                },
                source_id,
            )
        except Exception as error:
            raise StoreError("worker-absent") from error
        return str(handle.workflow_id)
