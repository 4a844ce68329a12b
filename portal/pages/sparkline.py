"""Lays out a small column chart of one number a day, drawn by the template as SVG."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH = 240
HEIGHT = 40
_GAP = 2


class Bar(NamedTuple):
    """One day: where its bar stands, how high it is; `y` grows downwards."""

    x: float
    y: float
    width: float
    height: float


class Sparkline(NamedTuple):
    """The bars, and what a text says in their place; `peak_day` is the first of the busiest."""

    bars: list[Bar]
    first_day: str
    last_day: str
    peak_day: str
    peak: int


def sparkline(days: Sequence[str], values: Sequence[int]) -> Sparkline:
    """Return the chart of one value a day; a day with any use is seen, however busy another was."""
    peak = max(values)
    step = WIDTH / len(values)
    bars = []
    for place, value in enumerate(values):
        height = max(2.0, round(HEIGHT * value / peak, 1)) if value else 0.6
        bars.append(Bar(round(place * step, 1), round(HEIGHT - height, 1), step - _GAP, height))
    return Sparkline(bars, days[0], days[-1], days[values.index(peak)], peak)
