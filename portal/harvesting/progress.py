"""How far a run is, told to whoever watches: a terminal, a log, a job."""

from typing import Protocol


class Progress(Protocol):
    """Hears of each step of a run. `total` is None while nobody knows it."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Take note that `done` of `total` things of this stage (`list`, `fetch`, `publish`) are
        done.
        """


def silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""
