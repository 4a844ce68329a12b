"""The schemas of the platform as the checker matches them: with the names that the standards they
are aligned with give to their fields.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from catalogue import schemas
from tablecheck.matching import Match

_LEAST_OFFERED = 0.5
NONE = "none"
"""Given in place of a schema: the file is taken as it is."""


@cache
def known_schemas() -> dict[str, dict[str, Any]]:
    """Return every schema by name, each field with its other names under `aliases`."""
    return {name: _with_aliases(name, schema) for name, schema in schemas.everything().items()}


def _with_aliases(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    other: dict[str, list[str]] = {}
    for standard in schemas.origin(name).standards:
        for ours, theirs in standard.fields.items():
            # Where several fields are one there (`address`: street and number), none is the other.
            if "," not in theirs:
                other.setdefault(ours, []).append(theirs)
    fields = [{**field, "aliases": other.get(field["name"], [])} for field in schema["fields"]]
    return {**schema, "fields": fields}


def taken(matches: Sequence[Match]) -> Match | None:
    """Return the match that a table is checked against where nobody named a schema."""
    return matches[0] if matches and matches[0].is_sure else None


def offered(matches: Sequence[Match]) -> Match | None:
    """Return the match worth telling a publisher of."""
    return matches[0] if matches and matches[0].score >= _LEAST_OFFERED else None


def in_words(match: Match, lang: str) -> dict[str, Any]:
    """Return what a sentence says of a match."""
    renamed = [f"{pair.column} → {pair.field}" for pair in match.pairs if pair.how != "name"]
    return {
        "schema": match.schema,
        "title": known_schemas()[match.schema]["labels"][lang],
        "percent": round(100 * match.score),
        "count": len(match.pairs),
        "renamed": "; ".join(renamed) or None,
        "missing": ", ".join(match.missing_required) or None,
        "extra": ", ".join(match.extra) or None,
    }
