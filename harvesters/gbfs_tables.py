"""The tables of a GBFS feed: which columns they have, and what stands in their cells.

Every key that a feed uses is a column, under its own name. A text in several languages (version 3)
is a column for each of them, `name_fr`, or `name` where there is but one language. Moments are
seconds since 1970 in version 2 and texts in version 3; here they are moments in UTC.
"""

from typing import Any

from harvesters import assembled, wording

_FIRST = (
    "station_id", "vehicle_type_id", "name", "short_name", "lat", "lon", "address", "capacity",
    "num_vehicles_available", "num_bikes_available", "num_docks_available", "is_installed",
    "is_renting", "is_returning", "last_reported",
)  # fmt: skip
# A code may look like a number, and its leading zeros count.
_TEXTS = frozenset({
    "station_id", "vehicle_type_id", "region_id", "post_code", "contact_phone", "short_name",
    "pricing_plan_id", "default_pricing_plan_id", "home_station_id", "system_id",
})  # fmt: skip
_MOMENTS = frozenset({"last_reported", "available_until"})
# An id of a vehicle changes after each trip so that nobody is followed: it tells nothing.
_LEFT_OUT = {"vehicles": frozenset({"vehicle_id", "bike_id", "rental_uris", "last_reported"})}


def columns(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the fields of a Table Schema for the rows of a feed."""
    left_out = _LEFT_OUT.get(table, frozenset())
    values: dict[str, list[Any]] = {}
    languages: dict[str, set[str]] = {}
    for row in rows:
        for key, value in row.items():
            if key in left_out or value is None:
                continue
            if texts := _localised(value):
                languages.setdefault(key, set()).update(texts)
            values.setdefault(key, []).append(value)
    rank = {name: position for position, name in enumerate(_FIRST)}
    found: list[dict[str, Any]] = []
    for key in sorted(values, key=lambda name: (rank.get(name, len(rank)), name)):
        tags = sorted(languages.get(key, ()))
        if len(tags) > 1:
            found += [{"name": f"{key}_{tag}", "type": "string"} for tag in tags]
        else:
            found.append({"name": key, "type": _type(key, values[key])})
    return found


def cells(row: dict[str, Any], names: list[str]) -> list[str]:
    """Return the cells of a row in the order of the columns."""
    from_languages = {
        f"{key}_{tag}": text
        for key, value in row.items()
        for tag, text in _localised(value).items()
    }
    return [_cell(name, row[name]) if name in row else from_languages.get(name, "")
            for name in names]  # fmt: skip


def moment(value: Any) -> str | None:
    """Return a moment in UTC from what either version writes.

    >>> moment(1791299410), moment("2026-10-07T10:30:10+02:00"), moment(True)
    ('2026-10-06T15:10:10Z', '2026-10-07T08:30:10Z', None)
    """
    return wording.moment(value) if isinstance(value, str) else wording.epoch(value)


def _cell(name: str, value: Any) -> str:
    if name in _MOMENTS:
        return moment(value) or ""
    if texts := _localised(value):
        return next(iter(texts.values()))
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return assembled.cell(value)


def _localised(value: Any) -> dict[str, str]:
    """Return a text of version 3 by language, or nothing where it is none."""
    if not isinstance(value, list) or not value:
        return {}
    found: dict[str, str] = {}
    for item in value:
        if not isinstance(item, dict) or set(item) != {"text", "language"}:
            return {}
        tag = wording.language(str(item["language"])) or "und"
        found.setdefault(tag, str(item["text"]))
    return found


def _type(name: str, values: list[Any]) -> str:
    if name in _MOMENTS:
        return "datetime"
    if name in _TEXTS:
        return "string"
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int} and name not in ("lat", "lon"):
        return "integer"
    return "number" if kinds <= {int, float} else "string"
