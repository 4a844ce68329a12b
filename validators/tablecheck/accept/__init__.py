"""What the fast path can prove: for each field, the texts that frictionless certainly accepts.

One module a type. Each may only accept: a text left out is not wrong, it is put to frictionless's
own reader. A missing value is no business of theirs; who asks has set it apart.
"""

from typing import Any

from tablecheck.accept import (
    calendar,
    durations,
    geojson,
    geopoints,
    integers,
    json_texts,
    numbers,
    strings,
    words,
    years,
)
from tablecheck.accept.bounds import UnreadableBoundError
from tablecheck.accept.texts import Acceptor

_MAKERS = {
    "any": words.any_text,
    "array": json_texts.arrays,
    "boolean": words.booleans,
    "date": calendar.dates,
    "datetime": calendar.datetimes,
    "duration": durations.durations,
    "geojson": geojson.geojson,
    "geopoint": geopoints.geopoints,
    "integer": integers.integers,
    "list": words.lists,
    "number": numbers.numbers,
    "object": json_texts.objects,
    "string": strings.strings,
    "time": calendar.times,
    "year": years.years,
    "yearmonth": years.yearmonths,
}


def acceptor(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a frictionless field, or None and why there is none."""
    if field.constraints.get("enum") is not None and field.type != "string":
        return None, "enum"  # compared after the cast
    make = _MAKERS.get(field.type)
    if make is None:
        return None, "type"
    try:
        return make(field)
    except UnreadableBoundError:
        return None, "bound"
