"""The tables of a Sensor Web API: its stations, and the cells of what it measures."""

import math
import re
from typing import Any

from harvesters import assembled, wording

_PLACES = ("station_id", "station_code", "name", "longitude", "latitude", "altitude", "phenomena")
_KNOWN = frozenset({"id", "label", "timeseries", "href", "extras", "platformType"})
# "42R803 - Antwerpen (Park Spoor Noord)": the code of the European network, then the name
_CODED = re.compile(r"([A-Z0-9]{4,10}) - (.+)", re.S)


def columns(stations: list[Any]) -> list[dict[str, Any]]:
    """Return the fields of a Table Schema for stations; what a server adds is a column too."""
    rows = [_row(station) for station in stations]
    names = [name for name in _PLACES if any(row.get(name) not in (None, "") for row in rows)]
    names += sorted({key for row in rows for key in row} - set(_PLACES))
    numbers = ("longitude", "latitude", "altitude")
    return [{"name": name, "type": "number" if name in numbers else "string"} for name in names]


def cells(station: Any, names: list[str]) -> list[str]:
    """Return the cells of a station in the order of the columns."""
    row = _row(station)
    return [assembled.cell(row.get(name)) for name in names]


def phenomena(listed: list[Any]) -> list[str]:
    """Return what is measured, in the words of the service."""
    return sorted({name for one in listed if (name := _label(one, "phenomenon"))})


def newest(one: Any) -> str | None:
    """Return the moment of the last value of a series, or None where it has none."""
    last = one.get("lastValue") if isinstance(one, dict) else None
    return wording.epoch(last.get("timestamp")) if isinstance(last, dict) else None


def measured(one: dict[str, Any]) -> list[Any]:
    """Return what is the same for all values of a series: station, phenomenon, unit."""
    station = one.get("station")
    properties = station.get("properties") if isinstance(station, dict) else None
    station_id = properties.get("id") if isinstance(properties, dict) else None
    if station_id is None and isinstance(parameters := one.get("parameters"), dict):
        feature = parameters.get("feature")
        station_id = feature.get("id") if isinstance(feature, dict) else None
    told = str(station_id) if station_id is not None else ""
    return [told, _label(one, "phenomenon") or "", one.get("uom") or ""]


def number(value: Any) -> Any:
    """Return a measured value; what says that there is none is None.

    >>> number(18.5), number(19.0), number("NaN"), number("7.5"), number(None)
    (18.5, 19, None, 7.5, None)
    """
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _row(station: Any) -> dict[str, Any]:
    body = station if isinstance(station, dict) else {}
    properties = body.get("properties")
    about = properties if isinstance(properties, dict) else {}
    geometry = body.get("geometry")
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    # the third value, the height, is the text "NaN" where it is not known (IRCELINE, 2019)
    told = [number(part) for part in place] if isinstance(place, list) else []
    longitude, latitude, altitude = (*told, None, None, None)[:3]
    label = str(about.get("label") or "")
    coded = _CODED.fullmatch(label)
    listed = about.get("timeseries")
    of_station = list(listed.values()) if isinstance(listed, dict) else []
    names = {name for one in of_station if (name := _label({"parameters": one}, "phenomenon"))}
    return {
        "station_id": str(about.get("id", body.get("id", ""))),
        "station_code": coded.group(1) if coded else None,
        "name": coded.group(2).strip() if coded else label,
        "longitude": longitude,
        "latitude": latitude,
        "altitude": altitude,
        "phenomena": "; ".join(sorted(names)),
        **{key: value for key, value in about.items() if key not in _KNOWN},
    }


def _label(one: Any, name: str) -> str | None:
    parameters = one.get("parameters") if isinstance(one, dict) else None
    part = parameters.get(name) if isinstance(parameters, dict) else None
    label = part.get("label") if isinstance(part, dict) else None
    return label.strip() or None if isinstance(label, str) else None
