"""Areas in degrees of longitude and latitude (WGS 84)."""

import math
from collections.abc import Iterable
from typing import NamedTuple


class Box(NamedTuple):
    """An area between two meridians and two parallels; one without width and height is a point."""

    west: float
    south: float
    east: float
    north: float


def read_box(text: str) -> Box:
    """Read `west,south,east,north`. Raises ValueError where it is no area of the earth."""
    sides = [float(part) for part in text.split(",")]
    if len(sides) != 4 or not is_on_earth(box := Box(*sides)):
        raise ValueError(text)
    return box


def is_on_earth(box: Box) -> bool:
    """Tell whether the sides are degrees, and in their order."""
    return (
        all(math.isfinite(side) for side in box)
        and -180 <= box.west <= box.east <= 180
        and -90 <= box.south <= box.north <= 90
    )


def around(boxes: Iterable[Box]) -> Box | None:
    """Return the area that holds all of the given ones; None where there are none."""
    given = list(boxes)
    if not given:
        return None
    return Box(
        west=min(box.west for box in given),
        south=min(box.south for box in given),
        east=max(box.east for box in given),
        north=max(box.north for box in given),
    )
