"""Where the municipalities lie and how many people live there, from the starter data that travels
with the code.

The points are those of GeoNames (CC BY 4.0); a municipality that it does not place is left out.
"""

import csv
from functools import cache

import msgspec

from catalogue.resources import folder

FILE = folder("starter") / "eurometropolis" / "municipalities" / "municipalities.csv"


class Point(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A municipality as one point, in degrees (WGS 84)."""

    longitude: float
    latitude: float
    population: int | None = None


@cache
def points() -> dict[str, Point]:
    """Return the points by the codes of the municipalities; none where the file is not there."""
    if not FILE.is_file():
        return {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: Point(
                longitude=float(row["longitude"]),
                latitude=float(row["latitude"]),
                population=int(row["population"]) if row["population"].isdecimal() else None,
            )
            for row in csv.DictReader(lines)
            if row["longitude"] and row["latitude"]
        }
