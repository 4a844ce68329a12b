"""Addresses of the same page with another query string: every state of a page is a link."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from portal.context import public_root


def with_query(*, fragment: str = "", without: Iterable[str] = (), **changes: object) -> str:
    """Return this page with some parameters set, or taken away where None; paging starts anew.

    `page` stays away unless it is itself set.
    """
    dropped = {"page", *without, *changes}
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key not in dropped]
    pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
    return _address(pairs, fragment)


def with_value(key: str, value: str) -> str:
    """Return this page with one more value of a parameter."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] != "page"]
    return _address([*pairs, (key, value)])


def without_value(key: str, value: str) -> str:
    """Return this page without one value of a parameter."""
    left = MultiDict(request.args)
    left.setlist(key, [other for other in left.getlist(key) if other != value])
    return _address([pair for pair in left.items(multi=True) if pair[0] != "page"])


def whole_number(key: str, *, default: int, least: int = 1, most: int = 1_000_000_000) -> int:
    """Return a parameter that counts from `least`; what is no such number is the default."""
    text = request.args.get(key, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        return default
    return min(max(int(text), least), most)


def in_language(lang: str, *, is_external: bool = False) -> str:
    """Return the address of this very page in another language, its query string kept."""
    root = public_root() if is_external else ""
    rule = request.url_rule
    if request.endpoint is None or rule is None or "lang" not in rule.arguments:
        return root + url_for("home.show", lang=lang)
    values: dict[str, Any] = {**(request.view_args or {}), "lang": lang}
    address = root + url_for(request.endpoint, **values)
    query = request.query_string.decode("ascii", "replace")
    return f"{address}?{query}" if query else address


def _address(pairs: Iterable[tuple[str, str]], fragment: str = "") -> str:
    query = urlencode([(key, value) for key, value in pairs if value != ""])
    mark = f"#{fragment}" if fragment else ""
    return f"{request.path}?{query}{mark}" if query else f"{request.path}{mark}"
