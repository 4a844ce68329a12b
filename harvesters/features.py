"""Gathers the features of a layer from the pages of a service into one GeoJSON file.

The order in which services give features changes from call to call: the file is sorted. What a
service makes up for one answer (ids of GeoServer for layers without a key, `@id` of data-api) is
left out, so that a layer which did not change makes the same bytes.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from catalogue.errors import FetchError

_MAX_BYTES = 256 << 20  # sorted in memory
_PASSES = 3
PAGE_ROWS = 1000


class Page(NamedTuple):
    """Features of a layer, how many there are in all if the service says, and its `crs` member."""

    features: list[Any]
    matched: int | None
    crs: Any = None


def page(body: Any, url: str) -> Page:
    """Return a GeoJSON answer as a page. Raises FetchError `unexpected-answer`."""
    listed = body.get("features") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise FetchError("unexpected-answer", url=url, expected="features")
    said = [body.get(name) for name in ("numberMatched", "totalFeatures")]
    matched = next((n for n in said if isinstance(n, int) and not isinstance(n, bool)), None)
    return Page(listed, matched, body.get("crs"))


def gathered(pages: Callable[[], Iterator[Page]], url: str) -> Iterator[bytes]:
    """Yield the pieces of a FeatureCollection of all pages.

    Where other than so many features come as the service counts, or its count changes, it is read
    again, three times in all. Raises FetchError `records-missing`, `repeated-page`, `too-large`.
    """
    for attempt in range(_PASSES):
        found, expected, crs, is_steady = _read(pages(), url)
        if is_steady and expected in (None, len(found)):
            break
        if attempt == _PASSES - 1:
            raise FetchError("records-missing", url=url, expected=expected, received=len(found))
    head = b'{"type":"FeatureCollection",'
    yield head + (b'"crs":' + _json(crs) + b"," if crs else b"") + b'"features":[\n'
    for position, feature in enumerate(sorted(found)):
        yield (b",\n" if position else b"") + feature
    yield b"\n]}\n"


def _read(pages: Iterator[Page], url: str) -> tuple[list[bytes], int | None, Any, bool]:
    found: list[bytes] = []
    seen: set[str] = set()
    size = 0
    counts: set[int] = set()  # MapServer tells it on the last page alone (8.0, 2026)
    crs: Any = None
    for one in pages:
        if one.matched is not None:
            counts.add(one.matched)
        crs = crs or one.crs or _srs(one.features)
        encoded = [_json(_plain(feature)) for feature in one.features if isinstance(feature, dict)]
        mark = hashlib.sha256(b"\n".join(encoded)).hexdigest()
        if encoded and mark in seen:
            raise FetchError("repeated-page", url=url, offset=len(found))
        seen.add(mark)
        found += encoded
        size += sum(map(len, encoded))
        if size > _MAX_BYTES:
            raise FetchError("too-large", url=url, limit_bytes=_MAX_BYTES)
        if not one.features or (one.matched is not None and len(found) >= one.matched):
            break  # some services send a next page for ever
    return found, next(iter(counts), None), crs, len(counts) <= 1


def _plain(feature: dict[str, Any]) -> dict[str, Any]:
    """Return a feature with what it is, without what this answer made up."""
    geometry = feature.get("geometry")
    if isinstance(geometry, dict):
        geometry = {key: value for key, value in geometry.items() if not key.startswith("@")}
    properties = feature.get("properties")
    found: dict[str, Any] = {
        "type": "Feature",
        "geometry": geometry,
        "properties": properties if isinstance(properties, dict) else {},
    }
    own_id = feature.get("id")
    if isinstance(own_id, str | int) and "fid-" not in str(own_id):
        found["id"] = own_id
    return found


def _srs(features: list[Any]) -> Any:
    """Return the reference system that data-api writes into each geometry, if it is another."""
    for feature in features[:1]:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        srs = geometry.get("@srs") if isinstance(geometry, dict) else None
        if isinstance(srs, str) and srs not in ("EPSG:4326", "CRS84"):
            return {"type": "name", "properties": {"name": srs}}
    return None


def _json(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(value, default=str).encode()
