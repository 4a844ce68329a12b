"""The municipalities as marks, for the drawing on the home page: the shape tells the side of the
border, the size the population, and towns are named.
"""

import math
from functools import cache

import msgspec

from catalogue.points import points
from catalogue.records import Text
from catalogue.territory import municipalities
from portal.maps.drawing import towns
from portal.maps.ground import UNKNOWN_POPULATION
from portal.maps.projection import Frame, place


class Dot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A municipality on the drawing; `name` where there is room to name a town."""

    x: float
    y: float
    radius: float
    side: str
    name: Text | None


@cache
def dots() -> tuple[Dot, ...]:
    """Return the marks, small ones last so that they stay visible; none without known points."""
    named = {town.code for town in towns(Frame())}
    found = []
    for one in municipalities():
        point = points().get(one.code)
        if point is None or one.side is None:
            continue
        x, y = place(point.longitude, point.latitude)
        people = point.population or UNKNOWN_POPULATION
        found.append(
            Dot(
                x=x,
                y=y,
                radius=round(max(2.6, math.sqrt(people) / 30), 1),
                side=one.side,
                name=one.title if one.code in named else None,
            )
        )
    return tuple(sorted(found, key=lambda dot: -dot.radius))
