"""The list of the codes that a column may hold, with what they mean where its schema says so."""

from typing import Any, NamedTuple

from catalogue.records import Column
from catalogue.views import Profile
from portal.i18n import words


class Code(NamedTuple):
    """A code; `row_count` is None where it was not counted."""

    value: str
    label: str
    row_count: int | None


def codes_of(column: Column, profile: Profile | None) -> list[Code]:
    """Return the codes of `categories` (Table Schema 2), or else of the constraint `enum`.

    A category is a value, or an object of `value` and `label`; a label may be one in each language.
    """
    field = column.field
    listed = field.get("categories") or (field.get("constraints") or {}).get("enum") or []
    return [code._replace(row_count=_count(profile, code.value)) for code in codes_in(listed)]


def codes_in(listed: Any) -> list[Code]:
    """Return the codes of a list as schemas write it, without the rows that hold them."""
    if not isinstance(listed, list):
        return []
    found = []
    for one in listed:
        value, label = (one.get("value"), one.get("label")) if isinstance(one, dict) else (one, "")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        found.append(Code(text, _label(label), None))
    return found


def _label(label: Any) -> str:
    if isinstance(label, dict):
        return str(words({str(key): str(text) for key, text in label.items()}))
    return str(label or "")


def _count(profile: Profile | None, value: str) -> int | None:
    """Return in how many rows a value is: known where the profile lists every value."""
    if profile is None or profile.distinct is None or profile.is_estimate:
        return None
    counts = {one.value: one.count for one in profile.top}
    if len(counts) == profile.distinct:
        return counts.get(value, 0)
    return counts.get(value)
