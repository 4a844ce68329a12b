"""A map as a drawing, for readers without JavaScript or WebGL, and until the interactive one is
there.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from catalogue.boxes import Box
from catalogue.points import points
from catalogue.records import Text
from catalogue.territory import municipalities
from portal.maps.features import Corner, Feature, lines_of, rectangle
from portal.maps.ground import SEAT_POPULATION, weight
from portal.maps.projection import Frame, frame_around, place

# The drawing travels inside the page: what would make that heavy is left to the interactive map.
MOST_CORNERS = 3_000
LETTER, LETTER_WIDTH = 15.0, 8.5


class Mark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thing as drawn: a point at `x` and `y`, or a `path`, which may be that of an area."""

    x: float = 0.0
    y: float = 0.0
    path: str | None = None
    is_area: bool = False


class Town(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name on a drawing."""

    code: str
    x: float
    y: float
    title: Text


class Drawing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a page draws on the ground: `area` is the one that a reader asked for."""

    frame: Frame
    marks: list[Mark]
    towns: tuple[Town, ...]
    area: Mark | None = None


def drawing_of(
    features: Sequence[Feature], area: Box | None = None, view: Box | None = None
) -> Drawing:
    """Draw features in the area that is asked for, else in `view`, else where all can be seen."""
    box = area or view
    window = [rectangle(box)] if box else [one.geometry for one in features]
    frame = frame_around(corner for shape in window for line in lines_of(shape) for corner in line)
    asked = [mark for _, mark in _marks(rectangle(area))] if area else []
    marks: list[Mark] = []
    left = MOST_CORNERS
    for one in features:
        for size, mark in _marks(one.geometry):
            left -= size
            if left < 0:
                break
            marks.append(mark)
    return Drawing(frame=frame, marks=marks, towns=towns(frame), area=asked[0] if asked else None)


def _marks(geometry: dict[str, object]) -> Iterator[tuple[int, Mark]]:
    """Give the marks of a geometry, each with how many corners it has."""
    is_area = geometry.get("type") in ("Polygon", "MultiPolygon")
    for line in lines_of(geometry):
        if len(line) == 1:
            x, y = place(*line[0])
            yield 1, Mark(x=x, y=y)
        elif line:
            yield len(line), Mark(path=_path(line), is_area=is_area)


def _path(line: list[Corner]) -> str:
    placed = list(dict.fromkeys(place(*corner) for corner in line))
    end = "z" if line[0] == line[-1] else ""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in placed) + end


@lru_cache(maxsize=256)
def towns(frame: Frame) -> tuple[Town, ...]:
    """Give the names of towns in a window, the weightiest first, where none covers another."""
    known = points()
    named = [(one, known[one.code]) for one in municipalities() if one.code in known]
    size = frame.unit
    taken: list[tuple[float, float, float]] = []
    found: list[Town] = []
    for town, point in sorted(named, key=lambda pair: -weight(*pair)):
        if weight(town, point) < SEAT_POPULATION:
            break
        x, y = place(point.longitude, point.latitude)
        width = LETTER_WIDTH * size * max(len(name) for name in town.title.values())
        is_inside = frame.x < x < frame.x + frame.width - width and frame.y < y < (
            frame.y + frame.height
        )
        is_free = all(
            abs(y - other_y) > LETTER * size or x + width < other_x or other_x + other < x
            for other_x, other_y, other in taken
        )
        if is_inside and is_free:
            taken.append((x, y, width))
            found.append(
                Town(
                    code=town.code,
                    x=round(x + 5 * size, 1),
                    y=round(y + 5 * size, 1),
                    title=town.title,
                )
            )
    return tuple(found)
