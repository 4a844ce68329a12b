"""Reads `sources.toml`, the list of the portals to harvest.

A mistake in it is refused as a whole, with the place and what would be right: a source that is
silently left out is not missed by anybody.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import msgspec

from catalogue.errors import SettingsError
from catalogue.licences import LICENCES, licence_id
from catalogue.records import Source
from harvesters import HARVESTERS

DEFAULT = Path(__file__).with_name("sources.toml")

KEYS = (
    "id", "protocol", "url", "title", "publisher", "languages", "licence", "every_hours", "expect",
    "grace_days", "trusted_network",
)  # fmt: skip
_NESTED = {"expect": ("min", "max"), "publisher": ("id", "title", "side", "url")}
_ID = re.compile(r"[a-z][a-z0-9-]{0,62}")
_LANGUAGE = re.compile(r"[a-z]{2}")


def load(path: Path = DEFAULT) -> list[Source]:
    """Return the sources of a file, in its order. Raises SettingsError with `file` and `at`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError("file-missing", file=path.name) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("file-unreadable", file=path.name) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("not-toml", file=path.name, message=str(error)) from error
    try:
        return _sources(content, path.parent)
    except SettingsError as error:
        raise SettingsError(error.code, file=path.name, **error.params) from error


def check(body: dict[str, Any], at: str = "", folder: Path | None = None) -> Source:
    """Return one source from its keys. Raises SettingsError with the place (`at`)."""
    _known_keys(body, KEYS, at)
    for key in ("id", "protocol", "url"):
        if key not in body:
            raise SettingsError("missing-key", at=_join(at, key), key=key)
    for key, allowed in _NESTED.items():
        if isinstance(body.get(key), dict):
            _known_keys(body[key], allowed, _join(at, key))
    try:
        source = msgspec.convert(body, Source)
    except msgspec.ValidationError as error:
        raise SettingsError("bad-value", at=_place(at, str(error)), message=str(error)) from error
    _check_values(source, at)
    url = _check_url(source, at, folder)
    return msgspec.structs.replace(
        source, url=url, licence=licence_id(source.licence) or source.licence
    )


def _sources(content: dict[str, Any], folder: Path) -> list[Source]:
    _known_keys(content, ("sources",), "")
    bodies = content.get("sources", [])
    if not isinstance(bodies, list) or not all(isinstance(body, dict) for body in bodies):
        raise SettingsError("bad-value", at="sources", message="expected [[sources]] tables")
    found: list[Source] = []
    for position, body in enumerate(bodies):
        source = check(body, f"sources[{position}]", folder)
        if source.id in {other.id for other in found}:
            raise SettingsError("duplicate-id", at=f"sources[{position}].id", value=source.id)
        found.append(source)
    return found


def _known_keys(body: dict[str, Any], known: Iterable[str], at: str) -> None:
    for key in body:
        if key not in known:
            close = difflib.get_close_matches(key, list(known), 1)
            raise SettingsError(
                "unknown-key",
                at=_join(at, key),
                key=key,
                known=list(known),
                meant=close[0] if close else None,
            )


def _check_values(source: Source, at: str) -> None:
    if not _ID.fullmatch(source.id):
        raise SettingsError("bad-id", at=_join(at, "id"), value=source.id)
    if source.protocol not in HARVESTERS:
        raise SettingsError(
            "unknown-protocol",
            at=_join(at, "protocol"),
            value=source.protocol,
            known=sorted(HARVESTERS),
        )
    for language in source.languages:
        if not _LANGUAGE.fullmatch(language):
            raise SettingsError("bad-language", at=_join(at, "languages"), value=language)
    if source.licence is not None and licence_id(source.licence) is None:
        raise SettingsError(
            "unknown-licence",
            at=_join(at, "licence"),
            value=source.licence,
            known=sorted(LICENCES),
        )
    if source.every_hours is not None and not 0.1 <= source.every_hours <= 24 * 366:
        raise SettingsError("bad-interval", at=_join(at, "every_hours"), value=source.every_hours)
    if not 0 <= source.grace_days <= 366:
        raise SettingsError("bad-grace", at=_join(at, "grace_days"), value=source.grace_days)
    least, most = source.expect.min, source.expect.max
    if least < 0 or (most is not None and most < least):
        raise SettingsError("bad-range", at=_join(at, "expect"), min=least, max=most)


def _check_url(source: Source, at: str, folder: Path | None) -> str:
    """Return the URL, with a relative `file:` folder made absolute beside its `sources.toml`."""
    harvester = HARVESTERS[source.protocol]
    place = _join(at, "url")
    try:
        parts = urlsplit(source.url)
        _ = parts.port
    except ValueError as error:
        raise SettingsError("bad-url", at=place) from error
    if parts.scheme not in harvester.url_schemes:
        raise SettingsError(
            "bad-url-scheme", at=place, value=parts.scheme, known=list(harvester.url_schemes)
        )
    if parts.scheme == "file":
        path = Path(unquote(parts.path))
        return "file://" + quote(str(path if folder is None else (folder / path).resolve()))
    if parts.scheme == "starter":
        return source.url
    if not parts.hostname:
        raise SettingsError("bad-url", at=place)
    if parts.username or parts.password:
        raise SettingsError("secret-in-url", at=place)
    for name, _value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in harvester.url_parameters:
            raise SettingsError(
                "unknown-url-parameter",
                at=place,
                value=name,
                known=sorted(harvester.url_parameters),
            )
    return source.url


def _join(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _place(at: str, message: str) -> str:
    """Return where msgspec found a wrong value: it ends its message in "- at `$.expect.min`"."""
    found = re.search(r"at `\$\.?([^`]*)`", message)
    return _join(at, found.group(1)) if found and found.group(1) else at
