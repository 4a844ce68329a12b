"""What a page, an API route or a command works with: made once for a process and passed in."""

from functools import cached_property
from threading import Lock

from catalogue.records import Source
from catalogue.relations import Snapshot
from catalogue.search import SearchIndex
from catalogue.store import Store, datasets, versions
from catalogue.views import Engine
from portal.jobs.queue import JobQueue
from portal.maps.ground import GroundKeeper
from portal.settings import Settings
from portal.usage import Usage
from sandbox.supervisor import Sandbox


class Services:
    """The store, the search index, the sandbox, the engine of views and the door to the worker of
    one process.

    `snapshot()` is made anew only when a version has been published. `sources` are those
    that the installation harvests.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        search: SearchIndex,
        sandbox: Sandbox,
        sources: tuple[Source, ...] = (),
    ) -> None:
        self.settings = settings
        self.store = store
        self.search = search
        self.sandbox = sandbox
        self.sources = sources
        self.jobs = JobQueue(settings)
        self.usage = Usage(store)
        self._snapshot: Snapshot | None = None
        self._lock = Lock()

    @cached_property
    def ground(self) -> GroundKeeper:
        """Return the keeper of what maps are drawn on."""
        return GroundKeeper(self.store)

    @cached_property
    def views(self) -> Engine:
        """Return the engine that looks at versions; it is made where it is first asked for."""
        return Engine(self.store.objects.parquet_folder(), self.store.objects.scratch())

    def snapshot(self) -> Snapshot:
        """Return what everybody may read at this moment."""
        generation = datasets.data_generation(self.store)
        with self._lock:
            if self._snapshot is None or self._snapshot.generation != generation:
                self._snapshot = versions.snapshot(self.store)
            return self._snapshot
