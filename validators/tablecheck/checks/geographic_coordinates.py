"""Longitude and latitude: the right way round, and within France where French schemas ask it."""

from collections.abc import Sequence
from typing import Any

from tablecheck.arrow import Cells
from tablecheck.checks.check import Check, Fault, Judging, Knowledge, OneColumn, Row, Wrong
from tablecheck.checks.positions import Position, columns_of, place_of, places_of, swapped

# Longitudes, latitudes of France: the mainland and Corsica, then overseas.
_FRANCE = (
    ((-5.15, 9.57), (41.33, 51.09)), ((-61.81, -60.8), (14.38, 18.2)),
    ((-54.61, -51.6), (2.1, 5.8)),
    ((55.2, 55.85), (-21.4, -20.85)), ((45.0, 45.31), (-13.02, -12.6)),
    ((-56.5, -56.1), (46.7, 47.2)),
)  # fmt: skip
# Where longitude is always below latitude, so that a swap shows: both countries and their sea.
_HERE = ((-6.0, 10.0), (41.0, 52.0))

Box = tuple[tuple[float, float], tuple[float, float]]


def _is_in(place: tuple[Any, Any], box: Box) -> Any:
    (west, east), (south, north) = box
    return (place[0] >= west) & (place[0] <= east) & (place[1] >= south) & (place[1] <= north)


def _in_france(params: OneColumn, knowledge: Knowledge) -> Judging:
    del params, knowledge

    def judge(row: Row) -> Fault | None:
        place = place_of(row)
        if place is None:
            return Fault(cause="form")
        if any(_is_in(place, box) for box in _FRANCE):
            return None
        if _is_in(place[::-1], _FRANCE[0]):
            return Fault(cause="swapped", suggestion=swapped(row))
        return Fault()

    return Judging(judge, lambda columns: _is_in(places_of(columns), _FRANCE[0]))


def _in_order(params: Position, knowledge: Knowledge) -> Judging:
    del params, knowledge

    def judge(row: Row) -> Fault | None:
        place = place_of(row)
        if place is None or not _is_in(place[::-1], _HERE):
            return None
        return Fault(suggestion=swapped(row))

    def accept(columns: Sequence[Cells]) -> Any:
        return _is_in(places_of(columns), _HERE)

    return Judging(judge, accept)


_SWAPPED = {
    "en": "the coordinates “{value}” are swapped: longitude comes first.",
    "fr": "les coordonnées « {value} » sont inversées : la longitude vient d'abord.",
    "nl": "de coördinaten “{value}” zijn verwisseld: eerst komt de lengtegraad.",
}
CHECKS = (
    Check(
        name="french-gps-coordinates",
        titles={"en": "GPS coordinates", "fr": "coordonnées GPS", "nl": "gps-coördinaten"},
        rule="Longitude, latitude within the frame of mainland France or of an overseas territory. "
        "The frame holds Kortrijk and Tournai too: use point-in-municipality at the border.",
        source="Validata, contrôles personnalisés (schema.data.gouv.fr)",
        make=_in_france,
        valid=(("3.06,50.63",), ("[3.06, 50.63]",), ("55.45,-20.88",)),
        invalid=(
            Wrong(("50.63,3.06",), "swapped", "3.06,50.63"),
            Wrong(("[50.63, 3.06]",), "swapped", "[3.06, 50.63]"),
            Wrong(("13.4,52.5",)),
            Wrong(("Lille",), "form"),
        ),
        says={
            "en": {
                "swapped": _SWAPPED["en"],
                "": "the coordinates “{value}” are not in France.",
                "form": "“{value}” is not written as longitude,latitude.",
            },
            "fr": {
                "swapped": _SWAPPED["fr"],
                "": "les coordonnées « {value} » ne sont pas en France.",
                "form": "« {value} » n'est pas écrit comme longitude,latitude.",
            },
            "nl": {
                "swapped": _SWAPPED["nl"],
                "": "de coördinaten “{value}” liggen niet in Frankrijk.",
                "form": "“{value}” is niet geschreven als lengtegraad,breedtegraad.",
            },
        },
    ),
    Check(
        name="coordinates-order",
        titles={
            "en": "order of coordinates",
            "fr": "ordre des coordonnées",
            "nl": "volgorde van de coördinaten",
        },
        rule="Longitude and latitude are not swapped: around here longitudes lie between -6 and "
        "10, latitudes between 41 and 52.",
        source="RFC 7946, 3.1.1 (longitude first)",
        params=Position,
        columns=columns_of,
        make=_in_order,
        sample={"longitude": "a", "latitude": "b"},
        valid=(("3.26", "50.83"), ("3,26", "50,83"), ("200", "100")),
        invalid=(Wrong(("50.83", "3.26")),),
        says={lang: {"": text} for lang, text in _SWAPPED.items()},
        advises={
            "en": {"": "Swap the two cells."},
            "fr": {"": "Échangez les deux cellules."},
            "nl": {"": "Wissel de twee cellen om."},
        },
    ),
)
