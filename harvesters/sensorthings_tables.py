"""The tables of a SensorThings server: its things, its datastreams, the cells of what it observes.

What a thing says of itself in `properties` is a column, under its own name.
"""

from typing import Any

from harvesters import assembled, wording

_PLACES = ("thing_id", "name", "description", "longitude", "latitude")
DATASTREAM_FIELDS = (
    "series_id", "thing_id", "name", "description", "phenomenon", "unit", "observation_type",
)  # fmt: skip
_NUMBERS = ("longitude", "latitude")
_MEASUREMENT = "OM_Measurement"


def id_of(entity: Any) -> str:
    """Return the id of an entity, empty where it has none."""
    found = entity.get("@iot.id") if isinstance(entity, dict) else None
    return str(found) if found is not None else ""


def columns(things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the fields of a Table Schema for things."""
    rows = [_thing(thing) for thing in things]
    names = [name for name in _PLACES if any(row.get(name) not in (None, "") for row in rows)]
    names += sorted({key for row in rows for key in row} - set(_PLACES))
    return [{"name": n, "type": "number" if n in _NUMBERS else "string"} for n in names]


def thing_cells(thing: dict[str, Any], names: list[str]) -> list[str]:
    """Return the cells of a thing in the order of the columns."""
    row = _thing(thing)
    return [assembled.cell(row.get(name)) for name in names]


def datastream_cells(one: dict[str, Any], names: list[str]) -> list[str]:
    """Return the cells of a datastream in the order of the columns."""
    thing_id, phenomenon, unit = measured(one)
    row = {
        "series_id": id_of(one), "thing_id": thing_id, "name": one.get("name"),
        "description": one.get("description"), "phenomenon": phenomenon, "unit": unit,
        "observation_type": str(one.get("observationType") or "").rpartition("/")[2],
    }  # fmt: skip
    return [assembled.cell(row.get(name)) for name in names]


def measured(one: dict[str, Any]) -> list[Any]:
    """Return what is the same for all observations of a datastream: thing, phenomenon, unit."""
    unit = one.get("unitOfMeasurement")
    symbol = (unit.get("symbol") or unit.get("name")) if isinstance(unit, dict) else None
    return [id_of(one.get("Thing")), _name(one.get("ObservedProperty")) or "", symbol or ""]


def phenomena(listed: list[dict[str, Any]]) -> list[str]:
    """Return what is observed, in the words of the server."""
    return sorted({name for one in listed if (name := _name(one.get("ObservedProperty")))})


def is_numeric(listed: list[dict[str, Any]]) -> bool:
    """Say whether all results are numbers: datastreams of those are called measurements."""
    return all(str(one.get("observationType")).endswith(_MEASUREMENT) for one in listed)


def newest(one: dict[str, Any]) -> str | None:
    """Return the end of the time that a datastream covers, where the server tells."""
    return end_of(one.get("phenomenonTime"))


def end_of(time: Any) -> str | None:
    """Return the end of a time of the server, which may be a moment or an interval.

    >>> end_of("2016-06-22T13:21:31.144Z"), end_of("2016-06-22T13:00:00Z/2016-06-22T14:00:00Z")
    ('2016-06-22T13:21:31Z', '2016-06-22T14:00:00Z')
    """
    if not isinstance(time, str):
        return None
    found = wording.moment(time.rpartition("/")[2])
    return found if found is not None and "T" in found else None


def _thing(thing: dict[str, Any]) -> dict[str, Any]:
    longitude, latitude = _place(thing.get("Locations"))
    properties = thing.get("properties")
    own = properties if isinstance(properties, dict) else {}
    return {
        **{str(key): value for key, value in own.items()},
        "thing_id": id_of(thing),
        "name": thing.get("name"),
        "description": thing.get("description"),
        "longitude": longitude,
        "latitude": latitude,
    }


def _place(locations: Any) -> tuple[Any, Any]:
    for location in locations if isinstance(locations, list) else []:
        shape = location.get("location") if isinstance(location, dict) else None
        if isinstance(shape, dict) and isinstance(shape.get("geometry"), dict):
            shape = shape["geometry"]  # some write a feature in the place of a geometry
        point = shape.get("coordinates") if isinstance(shape, dict) else None
        if isinstance(point, list) and len(point) > 1 and isinstance(point[0], int | float):
            return point[0], point[1]
    return None, None


def _name(entity: Any) -> str | None:
    found = entity.get("name") if isinstance(entity, dict) else None
    return found.strip() or None if isinstance(found, str) else None
