"""Reads the filters of `package_search`: `fq=organization:lille +res_format:CSV`, as far as CKAN's
harvester and its pages write them.

A filter is `key:value`, `key:"some words"`, `key:(a OR b)` or `metadata_modified:[from TO to]`; `+`
and `AND` ask for it, `-` and `NOT` ask for what has it not. Solr knows more; that is refused.
"""

import re
from typing import NamedTuple

from portal.ckan.asked import bad_search

# Solr's names of ours; CKAN's facets go by the same.
FACETS = {
    "organization": "publisher", "owner_org": "publisher", "groups": "theme",
    "res_format": "format", "license_id": "licence", "language": "language",
}  # fmt: skip
_ALWAYS = {"state": "active", "dataset_type": "dataset", "type": "dataset", "capacity": "public",
           "+state": "active"}  # fmt: skip
_RANGED = "metadata_modified"
_FILTER = re.compile(
    r"""\s*(?:AND\s+)?(?P<sign>[+-]|NOT\s+)?(?P<key>[A-Za-z_]+):
    (?:"(?P<quoted>[^"]*)"|\((?P<several>[^)]*)\)|\[(?P<start>\S+)\s+TO\s+(?P<end>[^\]\s]+)\]
    |(?P<plain>[^\s"()\[\]]+))""",
    re.VERBOSE,
)
_ONE = re.compile(r'"([^"]*)"|([^\s"]+)')
_MOST_CHARACTERS = 5_000


class Filter(NamedTuple):
    """One filter: values that are alternatives, or for a moment `start` and `end`, each None where
    it is open.
    """

    key: str
    values: tuple[str, ...] = ()
    is_not: bool = False
    start: str | None = None
    end: str | None = None


def read(text: str) -> list[Filter]:
    """Return the filters of an `fq`. Raises ActionError where it says more than we know."""
    if len(text) > _MOST_CHARACTERS:
        raise bad_search("fq is too long")
    found: list[Filter] = []
    rest = text.replace("*:*", " ").strip()
    while rest:
        match = _FILTER.match(rest)
        if match is None:
            raise bad_search(f"fq is not understood at: {rest[:80]}")
        rest = rest[match.end() :].strip()
        one = _filter(match)
        if one is not None:
            found.append(one)
    return found


def _filter(match: re.Match[str]) -> Filter | None:
    key, is_not = match["key"], (match["sign"] or "").strip() in ("-", "NOT")
    if match["start"] is not None:
        if key != _RANGED:
            raise bad_search(f"no range of {key} can be searched")
        return Filter(key, is_not=is_not, start=_open(match["start"]), end=_open(match["end"]))
    values = tuple(
        quoted or plain
        for quoted, plain in _ONE.findall(match["several"] or "")
        if plain not in ("OR", "AND")
    ) or (match["quoted"] or match["plain"] or "",)
    if key in _ALWAYS:
        if (_ALWAYS[key] in values) == is_not:
            return Filter("name", ())  # what is not active or public, nobody finds
        return None
    if key not in (*FACETS, "tags", "name", "id"):
        raise bad_search(f"{key} cannot be searched")
    if values == ("*",):
        return None
    return Filter(key, values, is_not)


def _open(value: str) -> str | None:
    if value == "*":
        return None
    if value == "NOW":
        return "9999"
    return value.removesuffix("Z")
