"""What is special about GBFS: its list of feeds, which must lead into the replay, and the moments
that its bodies state. Versions 2 (a list for each language, seconds since 1970) and 3 (one list,
RFC 3339); https://gbfs.org/documentation/reference/ .
"""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

_MOMENTS = frozenset(("last_updated", "last_reported", "available_until"))
_MEDIA = {"json": "application/json", "csv": "text/csv", "xml": "application/xml"}
# It leads to other versions of the live feed.
_LEFT_OUT = "gbfs_versions"


def media_type_of(file: str) -> str:
    """Return the media type of a file of a feed."""
    return _MEDIA.get(file.rpartition(".")[2], "text/plain")


def version_of(body: bytes) -> str | None:
    """Return the version of GBFS of a list of feeds; None where it is none."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    if not isinstance(found, dict) or not any(True for _ in _lists(found)):
        return None
    return str(found.get("version") or "1.0")


def files_of(body: bytes) -> dict[str, str]:
    """Return the files that a list of feeds leads to, with their addresses."""
    found: dict[str, str] = {}
    lists = list(_lists(msgspec.json.decode(body)))
    for language, feeds in lists:
        for feed in feeds:
            if feed["name"] not in (_LEFT_OUT, "gbfs"):
                found[_file(feed["name"], language, len(lists))] = str(feed["url"])
    return found


def led_to(body: bytes, root: str, files: Collection[str]) -> bytes:
    """Return a list of feeds that leads to the files of a replay, and to no others."""
    found = msgspec.json.decode(body)
    lists = list(_lists(found))
    for language, feeds in lists:
        kept = []
        for feed in feeds:
            file = _file(feed["name"], language, len(lists))
            if feed["name"] == "gbfs":
                file = "gbfs.json"
            if file in files:
                kept.append({**feed, "url": f"{root}/{file}"})
        feeds[:] = kept
    return msgspec.json.encode(found)


def shifted(body: bytes, by_s: float) -> bytes:
    """Return a body whose moments are moved; one that is no JSON as it is."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return body
    return msgspec.json.encode(_walked(found, lambda value: _moved(value, by_s)))


def file_name(url: str) -> str:
    """Return what a file at an address is called."""
    name = urlsplit(url).path.rpartition("/")[2]
    return "".join(sign for sign in name if sign.isalnum() or sign in "._-")[:80] or "feed"


def _lists(found: dict[str, Any]) -> Iterator[tuple[str | None, list[dict[str, Any]]]]:
    """Give the lists of feeds with their languages; version 3 knows none."""
    data = found.get("data")
    if not isinstance(data, dict):
        return
    for language, part in [(None, data), *data.items()]:
        feeds = part.get("feeds") if isinstance(part, dict) else None
        if isinstance(feeds, list) and all(
            isinstance(f, dict) and isinstance(f.get("name"), str) and isinstance(f.get("url"), str)
            for f in feeds
        ):
            yield language, feeds


def _file(name: str, language: str | None, list_count: int) -> str:
    clean = file_name(name)
    return f"{clean}.json" if list_count == 1 else f"{file_name(language or '')}/{clean}.json"


def _walked(value: Any, move: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [_walked(item, move) for item in value]
    if isinstance(value, dict):
        return {
            key: move(item) if key in _MOMENTS else _walked(item, move)
            for key, item in value.items()
        }
    return value


def _moved(value: Any, by_s: float) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value + round(by_s)
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        zone = moment.tzinfo or UTC
        moved = moment.astimezone(UTC) + timedelta(seconds=round(by_s))
        return moved.astimezone(zone).isoformat()
    return value
