"""The ground of every map: borders, cantons, municipal boundaries where known, and the 153
municipalities as named points.

It is made of tables of the store and carries the hash of its content in its name, so that browsers
keep it for ever; a publication that brings better outlines brings another name.
"""

import hashlib
import logging
from collections.abc import Iterator
from itertools import pairwise
from threading import Lock
from typing import Any

import msgspec
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue.outlines import Outlines, Shape, as_lines, outlines_of, sources_of
from catalogue.points import Point, points
from catalogue.store import Store, datasets
from catalogue.territory import Place, municipalities
from portal.maps.projection import place

DECIMALS = 4  # 11 m from south to north
UNKNOWN_POPULATION, SEAT_POPULATION = 8_000, 40_000
_DRAWN_DEGREES = 0.002

log = logging.getLogger(__name__)


class Ground(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ground as files, by kind, with the hashes of their content.

    `geojson` is for the interactive map; `svg` holds the parts `borders`, `cantons` and
    `boundaries`, which drawings refer to.
    """

    contents: dict[str, bytes]
    hashes: dict[str, str]


class GroundKeeper:
    """Keeps the ground of a store, and makes it anew where what it is drawn from has changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._ground: Ground | None = None
        self._generation = -1
        self._drawn_from: tuple[str, ...] | None = None

    def current(self) -> Ground:
        """Return the ground. While another thread makes it anew, the one before serves."""
        generation = datasets.data_generation(self._store)
        if self._ground is not None and generation == self._generation:
            return self._ground
        if not self._lock.acquire(blocking=self._ground is None):
            return self._ground  # type: ignore[return-value]  # never None where blocking is False
        try:
            if self._ground is None or generation != self._generation:
                self._ground = self._made()
                self._generation = generation
            return self._ground
        finally:
            self._lock.release()

    def _made(self) -> Ground:
        sources = sources_of(self._store)
        drawn_from = tuple(version.sha256 for version in sources)
        if self._ground is None or drawn_from != self._drawn_from:
            self._drawn_from = drawn_from
            try:
                return ground_of(outlines_of(self._store, sources))
            except (ValueError, ArithmeticError, shapely.errors.ShapelyError):
                # Whatever a file holds, a map without outlines is better than none.
                log.exception("the outlines of the map could not be drawn")
                return ground_of(Outlines())
        return self._ground


def ground_of(outlines: Outlines) -> Ground:
    """Draw the ground."""
    lines = {
        "canton": as_lines(outlines.cantons),
        "boundary": as_lines(outlines.municipalities),
        "border": shapely.union_all(outlines.borders),
    }
    features = [_feature(kind, shape) for kind, shape in lines.items() if not shape.is_empty]
    collection = {"type": "FeatureCollection", "features": [*features, *_places(outlines)]}
    parts = {"cantons": "canton", "boundaries": "boundary", "borders": "border"}
    paths = "".join(_path(name, lines[kind]) for name, kind in parts.items())
    contents = {
        "geojson": msgspec.json.encode(collection),
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><defs>{paths}</defs></svg>\n'.encode(),
    }
    hashes = {kind: hashlib.sha256(held).hexdigest()[:12] for kind, held in contents.items()}
    return Ground(contents=contents, hashes=hashes)


def _feature(kind: str, shape: Shape) -> dict[str, Any]:
    rounded = shapely.transform(shape, lambda coordinates: coordinates.round(DECIMALS))
    return {
        "type": "Feature",
        "properties": {"kind": kind},
        "geometry": shapely.geometry.mapping(rounded),
    }


def _places(outlines: Outlines) -> Iterator[dict[str, Any]]:
    """Give the municipalities, the weightiest first: labels are placed in this order.

    One whose point nobody states lies somewhere within its boundary, once that is known.
    """
    within = {code: shape.representative_point() for code, shape in outlines.municipalities.items()}
    known = {code: Point(longitude=at.x, latitude=at.y) for code, at in within.items()} | points()
    named = [(one, known[one.code]) for one in municipalities() if one.code in known]
    for found, point in sorted(named, key=lambda pair: -weight(*pair)):
        yield {
            "type": "Feature",
            "properties": {
                "kind": "municipality",
                "code": found.code,
                "side": found.side,
                "weight": weight(found, point),
                **found.title,
            },
            "geometry": {
                "type": "Point",
                "coordinates": [
                    round(point.longitude, DECIMALS),
                    round(point.latitude, DECIMALS),
                ],
            },
        }


def weight(found: Place, point: Point) -> int:
    """Return by how many people a municipality counts on a map.

    One that gives its arrondissement the name is a town, also where its population is not known.
    """
    is_seat = any(name in (found.group or "") for name in found.title.values())
    return max(point.population or UNKNOWN_POPULATION, SEAT_POPULATION if is_seat else 0)


def _path(name: str, shape: Shape) -> str:
    """Return lines as a part of the drawing, none where there are none; its look is the page's."""
    coarse = shapely.simplify(shape, _DRAWN_DEGREES)
    drawn = "".join(_steps(line.coords) for line in getattr(coarse, "geoms", [coarse]))
    return f'<path id="{name}" d="{drawn}" fill="none" vector-effect="non-scaling-stroke"/>'


def _steps(coordinates: Any) -> str:
    """Return a line as steps from point to point, which are shorter to write than the points."""
    placed = [place(longitude, latitude) for longitude, latitude, *_ in coordinates]
    if not placed:
        return ""
    steps = [
        f"{round(x - before_x, 1):g} {round(y - before_y, 1):g}"
        for (before_x, before_y), (x, y) in pairwise(placed)
    ]
    return f"M{placed[0][0]:g} {placed[0][1]:g}l{' '.join(steps)}"
