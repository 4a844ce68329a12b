"""GeoPackage, Shapefile and KML, through GDAL."""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from tablecheck.errors import UnreadableFileError
from tablecheck.formats.columns import extract_columns
from tablecheck.records import Extract, Recipe
from tablecheck.source import Source, broken

_DTD = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Columns that GDAL's KML reader makes for every file, and their value where the file is silent.
_KML_SILENT: dict[str, Any] = {
    "timestamp": None, "begin": None, "end": None, "altitudeMode": None, "tessellate": -1,
    "extrude": 0, "visibility": -1, "drawOrder": None, "icon": None, "snippet": None,
    "description": None, "phonenumber": None, "address": None,
}  # fmt: skip
_ERRORS = (DataSourceError, DataLayerError, FieldError, pa.ArrowException, ValueError, OSError)


def read_vector(source: Source) -> Iterator[Extract]:
    """Read every layer of a vector file, each as a table."""
    with warnings.catch_warnings():  # what GDAL grumbles about a file is in our own findings
        warnings.simplefilter("ignore", RuntimeWarning)
        yield from list(_read(source))


def _read(source: Source) -> Iterator[Extract]:
    if source.format == "kml":
        _refuse_dtd(source.path)
    if source.format == "gpkg" and source.path.stat().st_size > source.limits.max_bytes:
        raise UnreadableFileError("too-large", size=0, limit=source.limits.max_bytes)
    path = _named(source)
    try:
        layers = pyogrio.list_layers(path)
    except _ERRORS as error:
        raise UnreadableFileError("vector-broken", format=source.format) from error
    if not len(layers):
        raise UnreadableFileError("empty-file")
    for name, kind in layers:
        is_only = len(layers) == 1 and source.format in ("shp", "kml")
        shown = source.member if is_only else str(name)
        recipe = Recipe(format=source.format, member=source.member, layer=str(name))
        try:
            yield _layer(source, path, str(name), kind, shown, recipe)
        except UnreadableFileError as error:
            yield broken(source, error, recipe)
        except _ERRORS:
            failure = UnreadableFileError("vector-broken", format=source.format)
            yield broken(source, failure, recipe)


def _layer(
    source: Source, path: Path, name: str, kind: Any, shown: str | None, recipe: Recipe
) -> Extract:
    meta, table = pyogrio.read_arrow(path, layer=name)
    geometry_name = None
    if kind is not None:
        geometry_name = meta.get("geometry_name") or "wkb_geometry"
    table = pa.table(table.columns, names=table.column_names)
    if source.format == "kml":
        table = _without_silent(table)
    return extract_columns(source, shown, table, recipe, geometry_name, meta.get("crs"))


def _named(source: Source) -> Path:
    """Give the file the ending by which GDAL picks its reader."""
    suffix = f".{source.format}"
    if source.path.suffix.lower() == suffix:
        return source.path
    link = source.folder / f"vector{suffix}"
    link.unlink(missing_ok=True)
    link.symlink_to(source.path.absolute())
    return link


def _refuse_dtd(path: Path) -> None:
    """Refuse a document type: entities can bring in files and grow without bound."""
    data = path.read_bytes()
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    if _DTD.search(data.decode(encoding, "replace")) or _DTD.search(data.decode("latin-1")):
        raise UnreadableFileError("unsafe-xml")


def _without_silent(table: pa.Table) -> pa.Table:
    for name, silent in _KML_SILENT.items():
        if name in table.column_names:
            values = table.column(name).unique().to_pylist()
            if all(value is None or value == silent for value in values):
                table = table.drop_columns([name])
    return table
