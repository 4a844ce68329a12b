"""Points written as pairs of figures, in an order, with marks or in a system that is not WGS84."""

import re
from collections.abc import Iterator
from typing import Any

from tablecheck.mends.candidate import Candidate, plain_figures, spaced

_POINT: dict[str, Any] = {"type": "geopoint"}

EXAMPLES: list[tuple[dict[str, Any], str, list[tuple[str, str | None]]]] = [
    (_POINT, "3.06 50.63", [("point-form", "3.06,50.63")]),
    (_POINT, "3,06;50,63", [("point-form", "3.06,50.63")]),
    (_POINT, "POINT (3.06 50.63)", [("point-form", "3.06,50.63")]),
    (_POINT, "[3.06, 50.63]", [("point-form", "3.06,50.63")]),
    (_POINT, "50.63,103.8", [("point-swapped", "103.8,50.63")]),
    (_POINT, "704000, 7059000", [("lambert-93", None)]),
    (_POINT, "72000,170000", [("lambert-72", None)]),
    (_POINT, "572000,670000", [("lambert-2008", None)]),
    (_POINT, "Lille", []),
]

_FIGURE = r"[+-]?\d+(?:\.\d+)?"
_PAIR = re.compile(rf"({_FIGURE})(?: ?[,;|] ?| )({_FIGURE})")
_WRAPPED = re.compile(r"^(?:srid=\d+; ?)?(?:point ?)?[(\[]? ?(.*?) ?[)\]]?$", re.IGNORECASE)
_COMMAS = re.compile(r"(?<=\d),(?=\d)")
# Where the projections put our territory and what lies around it: east, north, in metres.
_SYSTEMS = (
    ("lambert-93", (0, 1_300_000), (6_000_000, 7_200_000)),
    ("lambert-72", (-5_000, 298_000), (20_000, 288_000)),
    ("lambert-2008", (495_000, 798_000), (520_000, 788_000)),
)


def of_point(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the pair that the cell holds as `longitude,latitude`."""
    if field.get("format", "default") != "default":
        return
    found = _WRAPPED.match(plain_figures(spaced(text)))
    inner = found[1] if found else ""
    if ";" in inner or re.search(r"\d,\d+ +[+-]?\d+,\d", inner):
        inner = _COMMAS.sub(".", inner)
    pair = _PAIR.fullmatch(inner)
    if pair is None:
        return
    first, second = pair.groups()
    yield Candidate("point-form", f"{first},{second}")
    if abs(float(second)) > 90 >= abs(float(first)):
        yield Candidate("point-swapped", f"{second},{first}")
    system = named_system(float(first), float(second))
    if system is not None:
        yield Candidate(system, None)


def named_system(east: float, north: float) -> str | None:
    """Name the projection that a pair of metres belongs to."""
    for name, (west, far_east), (south, far_north) in _SYSTEMS:
        if west <= east <= far_east and south <= north <= far_north:
            return name
    return None
