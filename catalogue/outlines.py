"""The outlines that maps are drawn on, from tables of the store: the border, the Belgian cantons
and, as soon as a source brings them, the municipalities.

Any source may bring municipal boundaries, and any may be wrong. A table is believed where it gives
polygons to municipalities of the territory, one each, and these hold the points at which the
municipalities are known to lie. Of several tables the one that knows most municipalities comes
first, and others fill in what it lacks: each country has its own.
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue.points import points
from catalogue.records import Column, Version
from catalogue.store import Store, versions
from catalogue.territory import municipalities

BORDERS, CANTONS = "national_borders", "judicial_cantons"

MAX_ROWS = 50_000
MAX_BYTES = 200_000_000
FEWEST = 5
BELIEVED = 0.8
# About 400 m: a boundary drawn coarsely may pass by a town hall.
NEAR_DEGREES = 0.004
# Corners that cut off less than a square of this side are left out: a few pixels on a town map.
COARSE_DEGREES = 0.002

_CODE_TYPES = ("VARCHAR", "INTEGER", "BIGINT")
_MOST_COLUMNS = 40

log = logging.getLogger(__name__)

Shape = Any
"""A geometry of shapely, which carries no types."""


class Outlines(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of the border, polygons of cantons, and those of municipalities by code; simplified."""

    borders: list[Shape] = []
    cantons: list[Shape] = []
    municipalities: dict[str, Shape] = {}


def sources_of(store: Store) -> list[Version]:
    """Return the versions from which outlines are drawn: while they stay, the outlines do."""
    return [
        version
        for version in versions.with_geometry(store)
        if version.row_count <= MAX_ROWS and version.size_bytes <= MAX_BYTES
    ]


def outlines_of(store: Store, sources: Sequence[Version]) -> Outlines:
    """Return what the sources draw; one that cannot be read is left out, and logged."""
    by_name = {version.table: version for version in sources}
    return Outlines(
        borders=_plain(store, by_name.get(BORDERS)),
        cantons=_coarse(_plain(store, by_name.get(CANTONS))),
        municipalities=_municipalities(store, sources),
    )


def _plain(store: Store, version: Version | None) -> list[Shape]:
    if version is None:
        return []
    name = next(column.name for column in version.columns if column.type == "GEOMETRY")
    table = _read(store.objects.parquet_path(version.sha256), [name])
    return [] if table is None else [s for s in _shapes(table[name]) if s is not None]


def boundaries_of(store: Store, sources: Sequence[Version]) -> dict[str, Shape]:
    """Return the polygons of municipalities by code as the sources give them, not simplified."""
    known = frozenset(place.code for place in municipalities())
    found = [
        shapes
        for version in sources
        if version.table not in (BORDERS, CANTONS)
        and (shapes := _boundaries(store, version, known))
    ]
    chosen: dict[str, Shape] = {}
    for shapes in sorted(found, key=len, reverse=True):
        chosen = {**shapes, **chosen}
    return chosen


def _municipalities(store: Store, sources: Sequence[Version]) -> dict[str, Shape]:
    chosen = boundaries_of(store, sources)
    return dict(zip(chosen, _coarse(list(chosen.values())), strict=True))


def _boundaries(store: Store, version: Version, known: frozenset[str]) -> dict[str, Shape]:
    """Return the boundaries that a table gives; none where it is not a table of boundaries."""
    file = store.objects.parquet_path(version.sha256)
    codes = _codes(file, version.columns, known)
    name = next(column.name for column in version.columns if column.type == "GEOMETRY")
    table = _read(file, [name]) if codes else None
    if table is None:
        return {}
    shapes = _shapes(table[name].take(pa.array(list(codes.values()))))
    found = {
        code: shape
        for code, shape in zip(codes, shapes, strict=True)
        if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon")
    }
    right = {code: shape for code, shape in found.items() if _holds_its_point(code, shape)}
    return right if len(right) >= max(FEWEST, BELIEVED * len(found)) else {}


def _codes(file: Path, columns: Sequence[Column], known: frozenset[str]) -> dict[str, int]:
    """Return the row of each municipality, by the column that names most of them, each once."""
    names = [column.name for column in columns if column.type in _CODE_TYPES][:_MOST_COLUMNS]
    best: dict[str, int] = {}
    table = _read(file, names) if names else None
    if table is None:
        return best
    for name in names:
        texts = pc.cast(table[name], pa.string()).to_pylist()
        rows = [(text.strip().zfill(5), row) for row, text in enumerate(texts) if text]
        of_ours = [(code, row) for code, row in rows if code in known]
        if len(of_ours) == len(dict(of_ours)) > len(best):
            best = dict(of_ours)
    return best if len(best) >= FEWEST else {}


def _holds_its_point(code: str, shape: Shape) -> bool:
    point = points().get(code)
    if point is None:
        return True
    return bool(
        shapely.dwithin(shape, shapely.Point(point.longitude, point.latitude), NEAR_DEGREES)
    )


def _coarse(shapes: list[Shape]) -> list[Shape]:
    """Leave out what no map shows; neighbours keep their common line."""
    if not shapes:
        return []
    try:
        return list(shapely.coverage_simplify(np.array(shapes), COARSE_DEGREES))
    except shapely.errors.ShapelyError:
        return [shapely.simplify(shape, COARSE_DEGREES) for shape in shapes]


def _shapes(column: Any) -> list[Shape]:
    """Read geometries; one that cannot be read is None."""
    found: list[Shape] = list(shapely.from_wkb(column.to_pylist(), on_invalid="ignore"))
    return found


def _read(file: Path, names: list[str]) -> pa.Table | None:
    try:
        return pq.read_table(file, columns=names)
    except (pa.ArrowException, OSError):
        log.exception("%s cannot be read for the map", file.name)
        return None


def as_lines(shapes: Mapping[str, Shape] | Sequence[Shape]) -> Shape:
    """Return the outlines of polygons as lines, each drawn once though neighbours share it.

    Where two neighbours were simplified apart, what is left between them is dropped.
    """
    given = list(shapes.values()) if isinstance(shapes, Mapping) else list(shapes)
    rings = shapely.boundary(np.array(given))
    lines = shapely.get_parts(shapely.line_merge(shapely.union_all(rings)))
    return shapely.MultiLineString([line for line in lines if line.length > COARSE_DEGREES])
