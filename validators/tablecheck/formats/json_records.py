"""JSON, NDJSON and GeoJSON: records as open-data portals serve them."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

import msgspec

from tablecheck.encoding import TextScan, as_utf8, encoding_findings, scan
from tablecheck.errors import UnreadableFileError
from tablecheck.geometry import from_text
from tablecheck.records import Extract, Recipe
from tablecheck.rows import Sheet, extract_rows
from tablecheck.source import Source

# Where portals put their records: Opendatasoft, CKAN, JSON:API, GBFS, ArcGIS, plain habit.
RECORD_KEYS = (
    "records", "results", "data", "result", "features", "items", "rows", "value", "stations",
)  # fmt: skip
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_MAX_DEPTH = 3


class _Feature(msgspec.Struct):
    properties: dict[str, Any] | None = None
    geometry: msgspec.Raw = msgspec.Raw(b"null")
    id: Any = None


class _FeatureCollection(msgspec.Struct):
    type: Literal["FeatureCollection"]
    features: list[_Feature]
    crs: Any = None


_FEATURES = msgspec.json.Decoder(_FeatureCollection, float_hook=Decimal)


def read_json(source: Source) -> Iterator[Extract]:
    """Read the one table of a JSON, NDJSON or GeoJSON file."""
    text, scanned = _text(source)
    source = msgspec.structs.replace(
        source, findings=(*source.findings, *encoding_findings(scanned))
    )
    recipe = Recipe(
        format="json",
        member=source.member,
        encoding=scanned.encoding,
        is_encoding_assumed=scanned.is_assumed,
    )
    head = text[:4096]
    if '"FeatureCollection"' in head:
        found = _feature_collection(text)
        if found is not None:
            yield extract_rows(_features_sheet(source, found, recipe))
            return
    document, is_lines = _parse(text)
    recipe = msgspec.structs.replace(recipe, format="ndjson" if is_lines else "json")
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        found = _feature_collection(json.dumps(document, default=float))
        if found is not None:
            yield extract_rows(_features_sheet(source, found, recipe))
            return
    if isinstance(document, dict) and document.get("type") == "Feature":
        document = [document]
    records = _records(document, _MAX_DEPTH)
    if records is None:
        raise UnreadableFileError("json-not-records")
    if records and all(_is_feature(record) for record in records):
        listed = [msgspec.convert(record, _Feature) for record in _raw(records)]
        features = _FeatureCollection("FeatureCollection", listed)
        yield extract_rows(_features_sheet(source, features, recipe))
        return
    yield extract_rows(_records_sheet(source, records, recipe))


def _text(source: Source) -> tuple[str, TextScan]:
    size = source.path.stat().st_size
    if size > source.limits.max_json_bytes:
        raise UnreadableFileError("too-large", size=size, limit=source.limits.max_json_bytes)
    unbounded = msgspec.structs.replace(source.limits, max_line_bytes=source.limits.max_json_bytes)
    scanned = scan(source.path, unbounded, encoding=source.encoding)
    data = as_utf8(source.path, scanned, source.folder).read_bytes()
    return data.decode("utf-8", "replace").lstrip("\ufeff"), scanned


def _feature_collection(text: str) -> _FeatureCollection | None:
    try:
        return _FEATURES.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _parse(text: str) -> tuple[Any, bool]:
    """Read a document, or one record a line; the second value tells which."""
    try:
        return _DECODER.decode(text), False
    except (msgspec.DecodeError, RecursionError):
        pass
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].strip().startswith("{") and lines[0].strip().endswith("}"):
        return _lines(text), True
    try:  # NaN and Infinity, which Python and JavaScript tools write
        return json.loads(text, parse_float=Decimal), False
    except json.JSONDecodeError as error:
        raise UnreadableFileError("json-broken", line=error.lineno, place=error.colno) from error
    except RecursionError as error:
        raise UnreadableFileError("json-broken", line=1, place=1) from error


def _lines(text: str) -> list[Any]:
    records = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            records.append(json.loads(line, parse_float=Decimal))
        except (json.JSONDecodeError, RecursionError) as error:
            place = error.colno if isinstance(error, json.JSONDecodeError) else 1
            raise UnreadableFileError("json-broken", line=number, place=place) from error
    return records


def _records(document: Any, depth: int) -> list[dict[str, Any]] | None:
    """Find the list of records in a document."""
    if isinstance(document, list):
        if all(isinstance(item, dict) for item in document):
            return [_flattened(item) for item in document]
        if document and all(isinstance(item, list) for item in document):
            return _from_lists(document)
        return None
    if not isinstance(document, dict) or depth == 0:
        return None
    for key in RECORD_KEYS:
        if key in document and (found := _records(document[key], depth - 1)) is not None:
            return found
    columns = _from_columns(document)
    if columns is not None:
        return columns
    keyed = _from_keys(document)
    if keyed is not None:
        return keyed
    inner = [v for v in document.values() if isinstance(v, dict) and _from_keys(v) is not None]
    if len(inner) == 1:
        return _from_keys(inner[0])
    lists = [v for v in document.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
    return _records(lists[0], depth - 1) if len(lists) == 1 else None


def _flattened(record: dict[str, Any]) -> dict[str, Any]:
    """Take the fields of an Opendatasoft v1 or v2.0 record out of their envelope."""
    if "recordid" in record and isinstance(record.get("fields"), dict):
        return dict(record["fields"])
    inner = record.get("record")
    if isinstance(inner, dict) and isinstance(inner.get("fields"), dict):
        return dict(inner["fields"])
    return record


def _from_lists(rows: list[list[Any]]) -> list[dict[str, Any]] | None:
    """Read an array of arrays whose first row is the header."""
    header = rows[0]
    if not all(isinstance(label, str) for label in header) or len(set(header)) != len(header):
        return None
    if any(len(row) != len(header) for row in rows):
        return None
    return [dict(zip(header, row, strict=True)) for row in rows[1:]]


def _from_columns(document: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Read an object of arrays of one length, one array a column."""
    columns = list(document.values())
    if not columns or not all(isinstance(column, list) for column in columns):
        return None
    if len({len(column) for column in columns}) != 1 or not columns[0]:
        return None
    if any(isinstance(cell, dict) for column in columns for cell in column[:1]):
        return None
    return [dict(zip(document, row, strict=True)) for row in zip(*columns, strict=True)]


def _from_keys(document: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Read an object of alike objects, whose own key becomes the column `key`."""
    values = list(document.values())
    if len(values) < 2 or not all(isinstance(value, dict) for value in values):
        return None
    if len({frozenset(value) for value in values}) != 1 or not values[0] or "key" in values[0]:
        return None
    return [{"key": key, **value} for key, value in document.items()]


def _is_feature(record: dict[str, Any]) -> bool:
    return record.get("type") == "Feature" and "geometry" in record and "properties" in record


def _raw(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for record in records:
        text = json.dumps(record["geometry"], default=float).encode()
        yield {"properties": record["properties"], "geometry": msgspec.Raw(text)}


def _labels(records: list[dict[str, Any]]) -> list[str]:
    seen: dict[str, None] = {}
    for record in records:
        for key in record:
            seen.setdefault(key)
    return list(seen)


def _records_sheet(source: Source, records: list[dict[str, Any]], recipe: Recipe) -> Sheet:
    labels = _labels(records)
    return Sheet(
        source=source,
        name=source.member,
        labels=labels,
        rows=lambda: ([record.get(label) for label in labels] for record in records),
        recipe=recipe,
        findings=source.findings,
    )


def _features_sheet(source: Source, found: _FeatureCollection, recipe: Recipe) -> Sheet:
    records = [feature.properties or {} for feature in found.features]
    labels = _labels(records)
    if "id" not in labels and any(feature.id is not None for feature in found.features):
        labels.insert(0, "id")
        records = [
            {"id": feature.id, **record}
            for feature, record in zip(found.features, records, strict=True)
        ]
    shapes = [_shape(feature.geometry) for feature in found.features]
    geometries = from_text(shapes, "geojson")
    return Sheet(
        source=source,
        name=source.member,
        labels=labels,
        rows=lambda: ([record.get(label) for label in labels] for record in records),
        recipe=msgspec.structs.replace(recipe, format="geojson"),
        findings=source.findings,
        geometries=geometries,
        crs=_crs(found.crs),
    )


def _shape(raw: msgspec.Raw) -> str | None:
    text = bytes(raw).decode("utf-8", "replace")
    if '"NaN"' in text:  # the height of the stations of 52°North servers
        text = re.sub(r',\s*"NaN"', "", text)
    return None if text.strip() == "null" else text


def _crs(member: Any) -> str | None:
    """Read the `crs` member of the GeoJSON of 2008, which many servers still write."""
    if not isinstance(member, dict):
        return None
    properties = member.get("properties")
    if not isinstance(properties, dict):
        return None
    name = properties.get("name") or properties.get("code")
    if name is None:
        return None
    return f"EPSG:{name}" if str(name).isdigit() else str(name)
