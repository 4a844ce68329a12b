"""The 153 municipalities as dots, for the drawing on the home page.

The points are those of the starter data; where they cannot be read there is no drawing.
"""

import csv
import math
from functools import cache

import msgspec

from catalogue.resources import folder

WIDTH, HEIGHT, MARGIN = 560.0, 470.0, 18.0
_FILE = "eurometropolis/municipalities/municipalities.csv"


class Dot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A municipality on the drawing: place, radius by population, side of the border; big towns are
    named.
    """

    x: float
    y: float
    radius: float
    side: str
    name: dict[str, str] | None


_NAMED = {
    "59350": {"fr": "Lille", "nl": "Rijsel", "en": "Lille"},
    "34022": {"fr": "Courtrai", "nl": "Kortrijk", "en": "Kortrijk"},
    "57081": {"fr": "Tournai", "nl": "Doornik", "en": "Tournai"},
    "33011": {"fr": "Ypres", "nl": "Ieper", "en": "Ieper"},
    "36015": {"fr": "Roulers", "nl": "Roeselare", "en": "Roeselare"},
    "57096": {"fr": "Mouscron", "nl": "Moeskroen", "en": "Mouscron"},
    "51004": {"fr": "Ath", "nl": "Aat", "en": "Ath"},
}


@cache
def dots() -> tuple[Dot, ...]:
    """Return the dots, small ones last so that they stay visible."""
    file = folder("starter") / _FILE
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["longitude"] and row["latitude"]]
    if not rows:
        return ()
    # At this latitude a degree of longitude is shorter by the cosine.
    shrink = math.cos(math.radians(50.7))
    points = [(float(row["longitude"]) * shrink, -float(row["latitude"])) for row in rows]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    right, bottom = max(x for x, _ in points), max(y for _, y in points)
    scale = min((WIDTH - 2 * MARGIN) / (right - left), (HEIGHT - 2 * MARGIN) / (bottom - top))
    found = [
        Dot(
            x=round(MARGIN + (x - left) * scale, 1),
            y=round(MARGIN + (y - top) * scale, 1),
            radius=_radius(row["population"]),
            side=row["side"],
            name=_NAMED.get(row["code"]),
        )
        for row, (x, y) in zip(rows, points, strict=True)
    ]
    return tuple(sorted(found, key=lambda dot: -dot.radius))


def _radius(population: str) -> float:
    people = int(population) if population.isdecimal() else 8_000
    return round(max(2.6, math.sqrt(people) / 30), 1)
