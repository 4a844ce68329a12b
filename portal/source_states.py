"""How the sources are doing: what their last runs say, and when each is due again."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from catalogue.records import Run, Source
from catalogue.store import Store, runs, sources
from catalogue.store.sources import Schedule

RUNS_SHOWN = 30
# A source is late when it has missed a whole turn: an hour is given to whoever waits before it.
_GRACE_HOURS = 1.0


class Health(StrEnum):
    """How a source is doing, in one word."""

    FINE = "fine"
    RUNNING = "running"
    FAILING = "failing"  # its newest run has failed
    LATE = "late"  # its last good run lies more than two of its intervals back
    NEVER = "never"
    OFF = "off"


class SourceState(NamedTuple):
    """A source with its newest runs, newest first."""

    source: Source
    health: Health
    runs: Sequence[Run]
    schedule: Schedule

    @property
    def last_run(self) -> Run | None:
        """Give the newest run."""
        return self.runs[0] if self.runs else None


def states(store: Store, *, shown: int = RUNS_SHOWN) -> list[SourceState]:
    """Return the state of every source, by its id."""
    newest, schedules = runs.newest(store, each=shown), sources.schedules(store)
    return [
        _state(source, newest.get(source.id, []), schedules[source.id])
        for source in sources.listed(store)
        if source.id in schedules
    ]


def state_of(store: Store, source: Source, *, shown: int = RUNS_SHOWN) -> SourceState:
    """Return the state of one source."""
    schedule = sources.schedules(store).get(source.id, Schedule(None, 0))
    return _state(source, runs.of_source(store, source.id, limit=shown), schedule)


def _state(source: Source, newest: Sequence[Run], schedule: Schedule) -> SourceState:
    return SourceState(source, _health(source, newest), newest, schedule)


def _health(source: Source, newest: Sequence[Run]) -> Health:
    if not source.is_enabled:
        return Health.OFF
    real = [run for run in newest if run.status != "dry-run"]
    if not real:
        return Health.NEVER
    if real[0].status == "running":
        return Health.RUNNING
    if real[0].status == "failed":
        return Health.FAILING
    return Health.LATE if _is_late(source, real[0]) else Health.FINE


def _is_late(source: Source, last_good: Run) -> bool:
    if source.every_hours is None:
        return False
    turn = timedelta(hours=2 * source.every_hours + _GRACE_HOURS)
    return datetime.fromisoformat(last_good.started_at) + turn < datetime.now(UTC)
