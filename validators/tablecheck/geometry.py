"""Geometry of any reference system -> WKB in WGS84, longitude first, with GeoParquet metadata."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyproj
import shapely  # type: ignore[import-untyped]  # publishes no types
from pyproj.exceptions import CRSError

from tablecheck.arrow import Cells, Column
from tablecheck.errors import UnreadableFileError
from tablecheck.report import Finding

COLUMN = "geometry"
Geometries = npt.NDArray[np.object_]

# Where the coordinates of this territory lie in each system (x, y). They do not overlap. The last
# one is the whole of Lambert-93, for French data from elsewhere.
_RANGES: tuple[tuple[int, tuple[float, float, float, float]], ...] = (
    (2154, (500_000, 6_900_000, 900_000, 7_200_000)),
    (3857, (150_000, 6_300_000, 600_000, 6_800_000)),
    (31370, (-5_000, 0, 300_000, 290_000)),
    (3812, (490_000, 500_000, 800_000, 790_000)),
    (2154, (0, 6_000_000, 1_300_000, 7_200_000)),
)
_WORLD = (-180.0, -90.0, 180.0, 90.0)


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """Hold a geometry column ready for Parquet."""

    cells: Cells
    metadata: dict[str, Any]
    source_crs: str
    findings: tuple[Finding, ...] = ()


def from_wkb(cells: Cells | Column) -> Geometries:
    """Read WKB, with None for nulls; raises UnreadableFileError."""
    return _parse(shapely.from_wkb, cells.to_pylist())


def from_text(cells: Sequence[str | None], kind: str) -> Geometries:
    """Read WKT or GeoJSON geometries (`kind` wkt or geojson); raises UnreadableFileError."""
    reader = shapely.from_wkt if kind == "wkt" else shapely.from_geojson
    texts = [None if not text or not text.strip() else text for text in cells]
    if kind == "wkt":
        texts = [t.split(";", 1)[1] if t and t.upper().startswith("SRID=") else t for t in texts]
    return _parse(reader, texts)


def _parse(reader: Any, listed: Sequence[Any]) -> Geometries:
    array = np.array(listed, dtype=object)
    try:
        parsed: Geometries = reader(array)
    except (shapely.errors.ShapelyError, ValueError, TypeError) as error:
        for number, cell in enumerate(listed):
            try:
                reader(cell)
            except (shapely.errors.ShapelyError, ValueError, TypeError):
                raise UnreadableFileError("geometry-broken", place=number + 1) from error
        raise UnreadableFileError("geometry-broken", place=1) from error
    return parsed


def place(geometries: Geometries, crs: Any) -> Placed:
    """Bring geometries to WGS84; `crs` is whatever pyproj understands, or None where unstated.

    Raises UnreadableFileError where the system is unknown and cannot be told by the coordinates.
    """
    findings: list[Finding] = []
    bounds = _bounds(geometries)
    is_stated = crs is not None
    if is_stated:
        try:
            system = pyproj.CRS.from_user_input(crs)
        except CRSError as error:
            raise UnreadableFileError("crs-unknown", crs=str(crs)[:200]) from error
    else:
        system = pyproj.CRS.from_user_input("OGC:CRS84")
    if not _is_within(bounds, _WORLD) and (system.is_geographic or not is_stated):
        # Either nothing is said or what is said (often by default) cannot be true.
        system = _guess(bounds)
        findings.append(_warning("crs-guessed", crs=_name(system)))
    moved = _transform(geometries, system)
    findings.extend(_swapped(_bounds(moved)))
    return Placed(
        cells=_to_wkb(moved),
        metadata=_metadata(moved),
        source_crs=_name(system),
        findings=tuple(findings),
    )


def _bounds(geometries: Geometries) -> Any:
    return shapely.total_bounds(geometries) if len(geometries) else np.full(4, np.nan)


def _warning(code: str, **params: Any) -> Finding:
    return Finding(code=code, severity="warning", column=COLUMN, params=params)


def _is_within(bounds: Any, box: tuple[float, float, float, float]) -> bool:
    if np.isnan(bounds).all():
        return True  # no geometry at all
    if not np.isfinite(bounds).all():
        return False
    west, south, east, north = bounds
    return bool(box[0] <= west and box[1] <= south and east <= box[2] and north <= box[3])


def _guess(bounds: Any) -> pyproj.CRS:
    for code, box in _RANGES:
        if _is_within(bounds, box):
            return pyproj.CRS.from_epsg(code)
    shown = ", ".join(f"{value:.0f}" for value in bounds)
    raise UnreadableFileError("crs-unknown", crs=shown)


def _name(system: pyproj.CRS) -> str:
    authority = system.to_authority(min_confidence=60)
    return f"{authority[0]}:{authority[1]}" if authority else str(system.name)


def _transform(geometries: Geometries, system: pyproj.CRS) -> Geometries:
    if system.to_epsg() == 4326 or _name(system) == "OGC:CRS84":
        return geometries
    transformer = pyproj.Transformer.from_crs(system, "OGC:CRS84", always_xy=True)

    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y, *points.T[2:]])

    has_z = bool(shapely.has_z(geometries).any())
    if not has_z:
        flat: Geometries = shapely.transform(geometries, move)
        return flat
    deep = shapely.has_z(geometries)
    result = geometries.copy()
    result[deep] = shapely.transform(geometries[deep], move, include_z=True)
    result[~deep] = shapely.transform(geometries[~deep], move)
    return result


def _swapped(bounds: Any) -> list[Finding]:
    """Warn where latitude stands first: for this territory the two cannot be confused."""
    if np.isnan(bounds).all():
        return []  # no geometry at all
    if _is_within(bounds, (49.0, 1.5, 52.0, 6.5)):
        return [_warning("coordinates-swapped")]
    if not _is_within(bounds, _WORLD):
        return [_warning("coordinates-outside")]
    return []


def _to_wkb(geometries: Geometries) -> Cells:
    cells = shapely.to_wkb(geometries, flavor="iso", output_dimension=4)
    return pa.array(list(cells), type=pa.binary())


def _metadata(geometries: Geometries) -> dict[str, Any]:
    present = geometries[shapely.is_valid_input(geometries)]
    present = present[~shapely.is_missing(present)]
    kinds = {
        f"{geometry_type}{' Z' if has_z else ''}"
        for geometry_type, has_z in zip(
            (_TYPE_NAMES[int(number)] for number in shapely.get_type_id(present)),
            shapely.has_z(present),
            strict=True,
        )
    }
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted(kinds)}
    bounds = _bounds(present)
    if len(present) and np.isfinite(bounds).all():
        column["bbox"] = [float(value) for value in bounds]
    return {"version": "1.1.0", "primary_column": COLUMN, "columns": {COLUMN: column}}


_TYPE_NAMES = (
    "Point", "LineString", "LineString", "Polygon", "MultiPoint", "MultiLineString",
    "MultiPolygon", "GeometryCollection",
)  # fmt: skip


def attach(table: pa.Table, placed: Placed, at: int | None = None) -> pa.Table:
    """Put the geometry into the table, last or in place of the column `at`."""
    field = pa.field(COLUMN, pa.binary())
    if at is None:
        table = table.append_column(field, placed.cells)
    else:
        table = table.set_column(at, field, placed.cells)
    metadata: Mapping[bytes, bytes] = table.schema.metadata or {}
    return table.replace_schema_metadata({**metadata, b"geo": json.dumps(placed.metadata).encode()})
