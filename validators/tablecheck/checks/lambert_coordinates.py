"""Projected coordinates of France and Belgium, told apart by their ranges."""

from collections.abc import Sequence
from typing import Any, Literal

from tablecheck.arrow import Cells
from tablecheck.checks.check import Check, Fault, Judging, Knowledge, Params, Row, Wrong
from tablecheck.checks.positions import place_of, places_of

# name, EPSG code, easting, northing: the areas of use. No two of the northings overlap.
_RANGES = {
    "EPSG:2154": ("Lambert-93", (0.0, 1_300_000.0), (6_000_000.0, 7_200_000.0)),
    "EPSG:31370": ("Lambert 72", (-4_900.0, 298_000.0), (20_900.0, 288_000.0)),
    "EPSG:3812": ("Lambert 2008", (495_000.0, 798_000.0), (520_900.0, 788_000.0)),
    "EPSG:3857": ("Web Mercator", (-600_000.0, 1_100_000.0), (5_000_000.0, 6_700_000.0)),
    "EPSG:4326": ("WGS84", (-6.0, 10.0), (41.0, 52.0)),
}


class Projected(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name the columns of easting and northing, and the reference system that they are in."""

    x: str
    y: str
    crs: Literal["EPSG:2154", "EPSG:31370", "EPSG:3812"]


def _is_in(place: tuple[Any, Any], crs: str) -> Any:
    _, (west, east), (south, north) = _RANGES[crs]
    x, y = place
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def _make(params: Projected, knowledge: Knowledge) -> Judging:
    del knowledge
    wanted = _RANGES[params.crs][0]

    def judge(row: Row) -> Fault | None:
        place = place_of(row)
        if place is None or _is_in(place, params.crs):
            return None
        facts = {"wanted": f"{wanted} ({params.crs})"}
        for crs, (name, _, _) in _RANGES.items():
            if _is_in(place, crs):
                return Fault(cause="other", facts={**facts, "other_crs": f"{name} ({crs})"})
        if _is_in(place[::-1], params.crs):
            return Fault(cause="swapped", facts=facts)
        return Fault(facts=facts)

    def accept(columns: Sequence[Cells]) -> Any:
        return _is_in(places_of(columns), params.crs)

    return Judging(judge, accept)


CHECKS = (
    Check(
        name="lambert-coordinates",
        titles={
            "en": "Lambert coordinates",
            "fr": "coordonnées Lambert",
            "nl": "Lambertcoördinaten",
        },
        aliases=("lambert-bbox",),
        rule="Easting and northing lie in the area of use of the reference system; of others, the "
        "one that was mistaken for it is named.",
        source="EPSG registry, areas of use of 2154 (Lambert-93), 31370 (Belge Lambert 72), 3812 "
        "(Lambert belge 2008)",
        params=Projected,
        columns=lambda params: (params.x, params.y),
        make=_make,
        sample={"x": "a", "y": "b", "crs": "EPSG:31370"},
        valid=(("71000", "168000"), ("71000,5", "168000.25"), ("x", "y")),
        invalid=(
            Wrong(("704000", "7059000"), "other"),
            Wrong(("571000", "668000"), "other"),
            Wrong(("3.26", "50.83"), "other"),
            Wrong(("71000", "900000")),
            Wrong(("20950", "-2000"), "swapped"),
        ),
        says={
            "en": {
                "other": "the coordinates “{value}” are in {other_crs}, not in {wanted}.",
                "swapped": "the coordinates “{value}” are swapped for {wanted}.",
                "": "the coordinates “{value}” lie outside the area of {wanted}.",
            },
            "fr": {
                "other": "les coordonnées « {value} » sont en {other_crs} et non en {wanted}.",
                "swapped": "les coordonnées « {value} » sont inversées pour {wanted}.",
                "": "les coordonnées « {value} » sont hors du domaine de {wanted}.",
            },
            "nl": {
                "other": "de coördinaten “{value}” zijn in {other_crs}, niet in {wanted}.",
                "swapped": "de coördinaten “{value}” zijn verwisseld voor {wanted}.",
                "": "de coördinaten “{value}” liggen buiten het gebied van {wanted}.",
            },
        },
        advises={
            "en": {"other": "Convert them from {other_crs} to {wanted}."},
            "fr": {"other": "Convertissez-les de {other_crs} en {wanted}."},
            "nl": {"other": "Reken ze om van {other_crs} naar {wanted}."},
        },
    ),
)
