"""Which of several languages a reader gets, where a text is missing in her own."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

# What a reader of each language most likely reads next.
_NEXT = {"fr": ("en", "nl"), "nl": ("en", "fr"), "en": ("fr", "nl")}


def nearest(found: Mapping[str, T], wanted: str) -> tuple[T | None, str | None]:
    """Return the value in the wanted language, else in the nearest one there is, with its tag.

    Empty values do not count. Without any, both are None.

    >>> nearest({"de": "Rad", "nl": "fiets", "en": ""}, "fr")
    ('fiets', 'nl')
    """
    for tag in (wanted, *_NEXT[wanted], *found):
        if value := found.get(tag):
            return value, tag
    return None, None
