"""Where the rows of a view lie: how many have a place and how far they reach, the places one by
one, or how many lie in each square of a grid.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from catalogue.boxes import Box
from catalogue.records import Column
from catalogue.views.engine import Engine
from catalogue.views.literals import identifier
from catalogue.views.places import place_columns
from catalogue.views.statement import conditions, order_of
from catalogue.views.view import View


class Reach(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of `count` rows, `placed` have a place; these reach over `box` and have so many corners."""

    count: int
    placed: int
    corners: int = 0
    box: Box | None = None


class Placed(NamedTuple):
    """A row with its number, a text, and its place: WKB, or longitude and latitude."""

    number: int
    title: str | None
    place: bytes | tuple[float, float]


class _Place(NamedTuple):
    """What SQL calls the place of a row."""

    is_there: str
    x: str
    y: str
    bounds: tuple[str, str, str, str]
    corners: str
    value: str


def reach(engine: Engine, file: Path, view: View, columns: Sequence[Column]) -> Reach:
    """Return how far the rows of a view reach."""
    place = _place(columns)
    west, south, east, north = place.bounds
    there = f"FILTER (WHERE {place.is_there})"
    ((count, placed, corners, *sides),) = engine.aggregate(
        file,
        f"SELECT count(*), count(*) {there}, coalesce(sum({place.corners}) {there}, 0)::BIGINT,"
        f" min({west}) {there}, min({south}) {there}, max({east}) {there}, max({north}) {there}"
        f" FROM rows{_where(conditions(view, columns))}",
    )
    return Reach(count=count, placed=placed, corners=corners, box=Box(*sides) if placed else None)


def placed(
    engine: Engine,
    file: Path,
    view: View,
    columns: Sequence[Column],
    *,
    title: str | None,
    limit: int,
) -> list[Placed]:
    """Return the rows of a view that have a place, in its order, with the text of a column."""
    place = _place(columns)
    text = f"left({identifier(title)}::VARCHAR, 200)" if title else "NULL"
    order = order_of(view, columns)
    position = f"{order}, file_row_number" if order else "file_row_number"
    rows = engine.aggregate(
        file,
        f"SELECT file_row_number + 1, {text}, {place.value} FROM rows"
        f"{_where(conditions(view, columns), place.is_there)} ORDER BY {position} LIMIT {limit:d}",
    )
    return [Placed(row[0], row[1], row[2] if len(row) == 3 else (row[2], row[3])) for row in rows]


def squares(
    engine: Engine, file: Path, view: View, columns: Sequence[Column], box: Box, across: int
) -> list[tuple[Box, int]]:
    """Return how many rows of a view lie in each square of a grid over an area, fullest first.

    What reaches over several squares counts where its middle lies.
    """
    place = _place(columns)
    side = max(box.east - box.west, (box.north - box.south) * 2) / across or 1e-6
    # At this latitude a square on the map is about 5 parts high to 8 wide.
    wide, high = side, side * 0.633
    x = f"floor(({place.x} - {box.west!r}) / {wide!r})::INTEGER"
    y = f"floor(({place.y} - {box.south!r}) / {high!r})::INTEGER"
    rows = engine.aggregate(
        file,
        f"SELECT {x}, {y}, count(*) AS n FROM rows"
        f"{_where(conditions(view, columns), place.is_there)} GROUP BY ALL ORDER BY n DESC",
    )
    return [
        (
            Box(
                box.west + column * wide,
                box.south + row * high,
                box.west + (column + 1) * wide,
                box.south + (row + 1) * high,
            ),
            count,
        )
        for column, row, count in rows
    ]


def _place(columns: Sequence[Column]) -> _Place:
    found = place_columns(columns)
    if found is None:
        raise LookupError("only a version with a place is looked at on the map")
    if found.geometry is not None:
        name = identifier(found.geometry)
        middle = f"ST_Centroid({name})"
        west, south, east, north = (
            f"{side}({name})" for side in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")
        )
        return _Place(
            # An empty geometry has no sides; one in metres lies beyond the earth.
            is_there=f"({west} >= -180 AND {east} <= 180 AND {south} >= -90 AND {north} <= 90)",
            x=f"ST_X({middle})",
            y=f"ST_Y({middle})",
            bounds=(west, south, east, north),
            corners=f"ST_NPoints({name})",
            value=f"ST_AsWKB({name})",
        )
    lon, lat = (f"{side}::DOUBLE" for side in found.pair_in_sql())
    return _Place(
        # Where a place is missing, some programs write that of the Gulf of Guinea.
        is_there=f"({lon} BETWEEN -180 AND 180 AND {lat} BETWEEN -90 AND 90"
        f" AND ({lon} <> 0 OR {lat} <> 0))",
        x=lon,
        y=lat,
        bounds=(lon, lat, lon, lat),
        corners="1",
        value=f"{lon}, {lat}",
    )


def _where(*some: str | None) -> str:
    found = " AND ".join(f"({one})" for one in some if one)
    return f" WHERE {found}" if found else ""
