"""Where on the map a dataset lies: as far as its rows with a place reach, else the municipalities
that it covers.

The reach of rows comes from the Parquet file alone: what GeoParquet says of its geometry, else the
values of a longitude and a latitude, or in a large file their statistics. A large file with
a text of both does not tell.
"""

import json
import logging
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from catalogue.boxes import Box, around, is_on_earth
from catalogue.points import points
from catalogue.records import Entry
from catalogue.store import Store
from catalogue.territory import members_of
from catalogue.views.places import PlaceColumns, place_columns, point_of

MAX_ROWS = 50_000

log = logging.getLogger(__name__)


def extent_of(store: Store, entry: Entry) -> Box | None:
    """Return where a dataset lies; None where nothing tells."""
    found = [
        box
        for table in entry.tables
        if (version := table.current) is not None
        and (place := place_columns(version.columns))
        and (box := _of_file(store.objects.parquet_path(version.sha256), place))
    ]
    return around(found) or extent_of_places(entry.dataset.spatial)


def extent_of_places(spatial: Iterable[str]) -> Box | None:
    """Return the area around the points of the municipalities that a coverage holds."""
    known = points()
    placed = [known[code] for code in members_of(spatial) if code in known]
    return around(Box(p.longitude, p.latitude, p.longitude, p.latitude) for p in placed)


@lru_cache(maxsize=2_048)
def _of_file(file: Path, place: PlaceColumns) -> Box | None:
    """Read how far the rows of a version reach; its file never changes."""
    try:
        with pq.ParquetFile(file) as parquet:
            if place.geometry is not None:
                box = _of_geometry(parquet, place.geometry)
            elif place.point is not None:
                box = _of_texts(parquet, place.point)
            else:
                box = _of_pair(parquet, (place.lon or "", place.lat or ""))
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError):
        log.exception("%s does not tell where its rows lie", file.name)
        return None
    return box if box is not None and is_on_earth(box) else None


def _of_geometry(parquet: pq.ParquetFile, name: str) -> Box | None:
    told = json.loads((parquet.metadata.metadata or {}).get(b"geo", b"{}"))
    sides = told.get("columns", {}).get(name, {}).get("bbox", [])
    half = len(sides) // 2  # with heights there are six
    return Box(sides[0], sides[1], sides[half], sides[half + 1]) if half >= 2 else None


def _of_pair(parquet: pq.ParquetFile, names: tuple[str, str]) -> Box | None:
    if parquet.metadata.num_rows > MAX_ROWS:
        return _of_statistics(parquet, names)
    table = parquet.read(columns=list(names))
    longitudes, latitudes = (
        pc.cast(table[name], pa.float64()).to_numpy(zero_copy_only=False) for name in names
    )
    # Where a place is missing, some programs write that of the Gulf of Guinea.
    is_place = np.isfinite(longitudes) & np.isfinite(latitudes)
    is_place &= (longitudes != 0) | (latitudes != 0)
    if not is_place.any():
        return None
    return _around(longitudes[is_place], latitudes[is_place])


def _of_texts(parquet: pq.ParquetFile, name: str) -> Box | None:
    if parquet.metadata.num_rows > MAX_ROWS:
        return None
    texts = parquet.read(columns=[name])[name].to_pylist()
    found = [point for text in texts if (point := point_of(text)) and any(point)]
    pairs = np.array([point for point in found if np.isfinite(point).all()])
    return _around(pairs[:, 0], pairs[:, 1]) if len(pairs) else None


def _around(longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]) -> Box:
    ends = longitudes, latitudes
    west, south = (float(some.min()) for some in ends)
    east, north = (float(some.max()) for some in ends)
    return Box(west, south, east, north)


def _of_statistics(parquet: pq.ParquetFile, names: tuple[str, str]) -> Box | None:
    groups = [parquet.metadata.row_group(n) for n in range(parquet.metadata.num_row_groups)]
    ends: dict[str, list[float]] = {name: [] for name in names}
    for column in (group.column(n) for group in groups for n in range(group.num_columns)):
        told: Any = column.statistics
        if column.path_in_schema in ends and told is not None and told.has_min_max:
            ends[column.path_in_schema] += (told.min, told.max)
    if not all(ends.values()):
        return None
    longitudes, latitudes = (ends[name] for name in names)
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))
