"""Points that must lie inside the territory, or inside the municipality that their row names.

By boundaries that the caller hands in, never by a frame: that of France holds Kortrijk.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import shapely  # type: ignore[import-untyped]  # it ships no types

from tablecheck.arrow import Cells
from tablecheck.checks.check import (
    Check,
    Fault,
    Judging,
    Knowledge,
    NotAtHandError,
    Row,
    Wrong,
)  # fmt: skip
from tablecheck.checks.positions import Position, columns_of, place_of, places_of, swapped

# About 150 m: boundaries and addresses are measured apart, and towns meet in the middle of roads.
_NEAR_DEGREES = 0.0015


class PlacedBy(Position, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name the column of the INSEE or NIS code beside the position."""

    code: str


def _shapes(knowledge: Knowledge) -> dict[str, Any]:
    if not knowledge.municipalities:
        raise NotAtHandError("boundaries")
    wkb = list(knowledge.municipalities.values())
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    pairs = zip(knowledge.municipalities, shapes, strict=True)
    found = {code: shape for code, shape in pairs if shape is not None}
    shapely.prepare(list(found.values()))
    return found


def _finder(shapes: dict[str, Any]) -> Callable[[tuple[float, float]], str | None]:
    """Give the code of the municipality that holds a point."""
    tree, codes = shapely.STRtree(list(shapes.values())), list(shapes)

    @lru_cache(maxsize=100_000)
    def find(place: tuple[float, float]) -> str | None:
        found = tree.query(shapely.Point(place), predicate="intersects")
        return codes[int(found[0])] if len(found) else None

    return find


def _in_territory(params: Position, knowledge: Knowledge) -> Judging:
    del params
    shapes = _shapes(knowledge)
    if not knowledge.is_territory_whole:
        raise NotAtHandError("boundaries")
    find = _finder(shapes)
    whole = shapely.union_all(list(shapes.values()))
    shapely.prepare(whole)

    def judge(row: Row) -> Fault | None:
        place = place_of(row)
        if place is None or shapely.dwithin(whole, shapely.Point(place), _NEAR_DEGREES):
            return None
        if find(place[::-1]):
            return Fault(cause="swapped", suggestion=swapped(row))
        return Fault()

    return Judging(judge, lambda columns: _contains(whole, columns))


def _contains(shape: Any, columns: Sequence[Cells]) -> Any:
    x, y = places_of(columns)
    right = np.zeros(len(x), dtype=bool)
    known = np.isfinite(x) & np.isfinite(y)
    right[known] = shapely.contains_xy(shape, x[known], y[known])
    return right


def _in_municipality(params: PlacedBy, knowledge: Knowledge) -> Judging:
    del params
    shapes = _shapes(knowledge)
    find = _finder(shapes)

    def judge(row: Row) -> Fault | None:
        code, place = row[-1] or "", place_of(row[:-1])
        shape = shapes.get(code)
        if place is None or shape is None:  # of a code unknown here, other checks have to speak
            return None
        if shapely.dwithin(shape, shapely.Point(place), _NEAR_DEGREES):
            return None
        if shapely.intersects_xy(shape, place[1], place[0]):
            return Fault(cause="swapped", facts={"municipality": code})
        other = find(place)
        cause = "elsewhere" if other else ""
        return Fault(cause=cause, facts={"municipality": code, "other_code": other or ""})

    def accept(columns: Sequence[Cells]) -> Any:
        x, y = places_of(columns[:-1])
        right = np.zeros(len(x), dtype=bool)
        codes = columns[-1].dictionary_encode()  # type: ignore[no-untyped-call,unused-ignore]
        numbers = codes.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        known = np.isfinite(x) & np.isfinite(y)
        for number, code in enumerate(codes.dictionary.to_pylist()):
            shape = shapes.get(str(code))
            rows = (numbers == number) & known
            right[rows] = True if shape is None else shapely.contains_xy(shape, x[rows], y[rows])
        return right

    return Judging(judge, accept)


_SWAPPED = {
    "en": "the coordinates “{value}” are swapped: longitude comes first.",
    "fr": "les coordonnées « {value} » sont inversées : la longitude vient d'abord.",
    "nl": "de coördinaten “{value}” zijn verwisseld: eerst komt de lengtegraad.",
}
CHECKS = (
    Check(
        name="point-in-territory",
        titles={
            "en": "point in the territory",
            "fr": "point dans le territoire",
            "nl": "punt in het gebied",
        },
        rule="The point lies inside a municipality of the territory, or at most 150 m outside.",
        source="Boundaries of the official services (IGN, NGI, Statbel), as the caller has them",
        params=Position,
        columns=columns_of,
        make=_in_territory,
        sample={"column": "a"},
        valid=(("0.5,50.5",), ("1.5,50.5",), ("2.001,50.5",), ("x",)),
        invalid=(Wrong(("3.5,50.5",)), Wrong(("50.5,0.5",), "swapped", "0.5,50.5")),
        says={
            "en": {
                "": "the point “{value}” lies outside the territory.",
                "swapped": _SWAPPED["en"],
            },
            "fr": {"": "le point « {value} » est hors du territoire.", "swapped": _SWAPPED["fr"]},
            "nl": {"": "het punt “{value}” ligt buiten het gebied.", "swapped": _SWAPPED["nl"]},
        },
    ),
    Check(
        name="point-in-municipality",
        titles={
            "en": "point in the municipality",
            "fr": "point dans la commune",
            "nl": "punt in de gemeente",
        },
        rule="The point lies inside the municipality whose code the row gives, or at most 150 m "
        "outside.",
        source="Boundaries of the official services (IGN, NGI, Statbel), as the caller has them",
        params=PlacedBy,
        columns=lambda params: (*columns_of(params), params.code),
        make=_in_municipality,
        sample={"longitude": "a", "latitude": "b", "code": "c"},
        valid=(
            ("0.5", "50.5", "59350"),
            ("1.5", "50.5", "34022"),
            ("1.0005", "50.5", "59350"),
            ("9", "9", "99999"),
            ("0,5", "50,5", "59350"),
        ),
        invalid=(
            Wrong(("1.5", "50.5", "59350"), "elsewhere"),
            Wrong(("7", "50.5", "34022")),
            Wrong(("50.5", "0.5", "59350"), "swapped"),
        ),
        says={
            "en": {
                "": "the point “{value}” does not lie in the municipality {municipality}.",
                "elsewhere": "the point “{value}” lies in {other_code}, not in {municipality}.",
                "swapped": _SWAPPED["en"],
            },
            "fr": {
                "": "le point « {value} » n'est pas dans la commune {municipality}.",
                "elsewhere": "le point « {value} » est dans {other_code} et non dans "
                "{municipality}.",
                "swapped": _SWAPPED["fr"],
            },
            "nl": {
                "": "het punt “{value}” ligt niet in de gemeente {municipality}.",
                "elsewhere": "het punt “{value}” ligt in {other_code}, niet in {municipality}.",
                "swapped": _SWAPPED["nl"],
            },
        },
    ),
)
