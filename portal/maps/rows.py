"""The rows of a table as things on a map."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue.boxes import Box
from catalogue.records import Column
from catalogue.views.mapped import Placed
from portal.maps.features import Feature

DECIMALS = 5  # about a metre
# What is smaller than this part of the window is no corner on a screen.
_FINEST = 2_000
_STEMS = ("name", "nom", "naam", "title", "titre", "titel", "label", "libelle", "benaming")


def title_column(columns: Sequence[Column], language: str) -> str | None:
    """Return the column that names a row, in the reader's language where there is one; or None."""
    texts = {one.name.lower(): one.name for one in columns if one.type == "VARCHAR"}
    wanted = [f"{stem}_{language}" for stem in _STEMS] + list(_STEMS)
    for name in wanted:
        if name in texts:
            return texts[name]
    for lower, name in texts.items():
        if lower.startswith(_STEMS):
            return name
    return next(iter(texts.values()), None)


def features_of(rows: Iterable[Placed], box: Box | None, untitled: str) -> list[Feature]:
    """Return rows as features; `untitled` with the number names one whose text is empty.

    Shapes keep no more corners than a window on `box` can show. One that cannot be read is left
    out.
    """
    given = list(rows)
    shapes = _shapes([row.place for row in given if isinstance(row.place, bytes)], box)
    found = []
    for row in given:
        geometry = next(shapes) if isinstance(row.place, bytes) else _point(row.place)
        if geometry is not None:
            title = row.title or untitled.format(number=row.number)
            found.append(Feature(row=row.number, title=title, geometry=geometry))
    return found


def _point(place: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(side, DECIMALS) for side in place]}


def _shapes(wkb: list[bytes], box: Box | None) -> Any:
    shapes = shapely.from_wkb(np.array(wkb, dtype=object), on_invalid="ignore")
    sides = np.abs(shapely.bounds(shapes).reshape(-1, 2))
    is_on_earth = (sides <= (180, 90)).reshape(-1, 4).all(axis=1)  # never of what is empty
    shapes = np.where(is_on_earth, shapes, None)
    if box is not None:
        finest = max(box.east - box.west, box.north - box.south) / _FINEST
        shapes = shapely.simplify(shapes, finest)
    shapes = shapely.transform(shapely.force_2d(shapes), lambda found: found.round(DECIMALS))
    texts = shapely.to_geojson(shapes)
    return (None if text is None else msgspec.json.decode(text) for text in texts)
