"""Degrees to the units of the drawings that stand where no interactive map can.

One unit is the same everywhere: a drawing of a part is a window on the drawing of the whole.
"""

import math
from collections.abc import Iterable

import msgspec

from catalogue.boxes import Box

WIDTH, HEIGHT = 560.0, 420.0
TERRITORY = Box(2.7, 50.42, 4.1, 51.09)
_UNITS_PER_DEGREE = 630.0
# At this latitude a degree of longitude is shorter by the cosine.
_SHRINK = math.cos(math.radians(50.7))
_SMALLEST = 24.0
_MARGIN = 0.08


class Frame(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A window on the drawing, as `viewBox` wants it; `unit` is about two pixels on a page."""

    x: float = 0.0
    y: float = 0.0
    width: float = WIDTH
    height: float = HEIGHT

    @property
    def view_box(self) -> str:
        """Return the four numbers of the attribute."""
        return f"{self.x:g} {self.y:g} {self.width:g} {self.height:g}"

    @property
    def unit(self) -> float:
        """Return the length that looks the same in every window."""
        return self.width / WIDTH


def place(longitude: float, latitude: float) -> tuple[float, float]:
    """Return where a point lies on the drawing."""
    x = (longitude - TERRITORY.west) * _SHRINK * _UNITS_PER_DEGREE
    return round(x, 1), round((TERRITORY.north - latitude) * _UNITS_PER_DEGREE, 1)


def frame_around(corners: Iterable[tuple[float, float]]) -> Frame:
    """Return a window of the shape of the whole that shows all of these places, in degrees."""
    placed = [place(longitude, latitude) for longitude, latitude in corners]
    if not placed:
        return Frame()
    xs, ys = [x for x, _ in placed], [y for _, y in placed]
    wide = max(max(xs) - min(xs), (max(ys) - min(ys)) * WIDTH / HEIGHT, _SMALLEST)
    width = wide * (1 + 2 * _MARGIN)
    height = width * HEIGHT / WIDTH
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return Frame(
        x=round(middle_x - width / 2, 1),
        y=round(middle_y - height / 2, 1),
        width=round(width, 1),
        height=round(height, 1),
    )
