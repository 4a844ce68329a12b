"""Writes the lines of `sources.toml` for a portal that was found at an address."""

import json
from urllib.parse import urlsplit

from catalogue.names import slug
from harvesters.detect import Detection

_HOURS = 24


def toml(found: Detection) -> str:
    """Return a `[[sources]]` table to add; `expect` leaves room for a portal that lives."""
    lines = [
        "[[sources]]",
        f"id = {_quoted(_id(found))}",
        f"protocol = {_quoted(found.protocol or '')}",
        f"url = {_quoted(found.url)}",
        'languages = ["fr"]  # fr, nl, en: of texts whose language the portal does not say',
        f"every_hours = {_HOURS}",
    ]
    if found.count:
        low = 1 if found.count < 3 else found.count // 2
        high = 1 if found.count == 1 else max(found.count * 2, 10)
        lines.append(f"expect = {{ min = {low}, max = {high} }}  # {found.count} today")
    return "\n".join(lines) + "\n"


def _id(found: Detection) -> str:
    """Return an id from the name of the host: what is said of many hosts goes."""
    host = (urlsplit(found.url).hostname or "source").removeprefix("www.")
    words = [word for word in host.split(".") if word not in ("opendata", "data", "api")]
    stem = slug("-".join(words[:-1] or words) or "source")
    stem = f"source-{stem}" if not stem[0].isalpha() else stem
    return stem[:60].strip("-")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
