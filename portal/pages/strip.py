"""Lays out the newest runs of a source as a strip, oldest first, drawn by the template as SVG."""

from collections.abc import Sequence
from typing import NamedTuple

from catalogue.records import Run

BAR = 6
GAP = 2
HEIGHT = 20


class Mark(NamedTuple):
    """One run: where it stands, and how it ended."""

    x: int
    y: int
    height: int
    status: str


class Strip(NamedTuple):
    """The marks, and what a text says in their place."""

    marks: list[Mark]
    width: int
    done: int
    failed: int


def strip(runs: Sequence[Run], *, shown: int) -> Strip:
    """Return the strip of runs that are given newest first; a failed one is lower as well as red,
    so that colour alone says nothing.
    """
    real = [run for run in reversed(runs) if run.status in ("done", "failed")]
    marks = []
    for place, run in enumerate(real, start=shown - len(real)):
        height = HEIGHT if run.status == "done" else HEIGHT // 2
        marks.append(Mark(place * (BAR + GAP), HEIGHT - height, height, run.status))
    done = sum(run.status == "done" for run in real)
    return Strip(marks, shown * (BAR + GAP) - GAP, done, len(real) - done)
