"""What the columns of measurements and of their stations are called, in the words of readers.

Both protocols of sensors write tables with these names; other columns are a server's own.
"""

from collections.abc import Iterable
from typing import Any

_TITLES = {
    "moment": ("Moment de la mesure", "Tijdstip van de meting", "Time of measurement"),
    "series_id": ("Série de mesures", "Meetreeks", "Series of measurements"),
    "station_id": ("Station", "Station", "Station"),
    "thing_id": ("Station", "Station", "Station"),
    "station_code": ("Code de la station", "Code van het station", "Code of the station"),
    "name": ("Nom", "Naam", "Name"),
    "description": ("Description", "Beschrijving", "Description"),
    "longitude": ("Longitude", "Lengtegraad", "Longitude"),
    "latitude": ("Latitude", "Breedtegraad", "Latitude"),
    "altitude": ("Altitude", "Hoogte", "Altitude"),
    "phenomena": ("Grandeurs mesurées", "Gemeten grootheden", "What is measured"),
    "phenomenon": ("Grandeur mesurée", "Gemeten grootheid", "What is measured"),
    "unit": ("Unité", "Eenheid", "Unit"),
    "value": ("Valeur", "Waarde", "Value"),
    "observation_type": ("Type d’observation", "Soort waarneming", "Kind of observation"),
}
_DESCRIPTIONS = {
    "moment": (
        "En UTC, tel que le serveur l’indique ; pour une moyenne, en général la fin de la période.",
        "In UTC, zoals de server het meegeeft; bij een gemiddelde meestal het einde ervan.",
        "In UTC, as the server gives it; of an average, mostly the end of its period.",
    ),
    "value": (
        "Vide là où le serveur indique qu’il n’y a pas de valeur.",
        "Leeg waar de server zegt dat er geen waarde is.",
        "Empty where the server says that there is none.",
    ),
}
_LANGUAGES = ("fr", "nl", "en")


def words(names: Iterable[str]) -> list[dict[str, Any]]:
    """Return the words on the columns that are known, as `Distribution.fields` has them."""
    found: list[dict[str, Any]] = []
    for name in names:
        if name in _TITLES:
            field: dict[str, Any] = {"name": name, "title": _by_language(_TITLES[name])}
            if name in _DESCRIPTIONS:
                field["description"] = _by_language(_DESCRIPTIONS[name])
            found.append(field)
    return found


def _by_language(texts: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(_LANGUAGES, texts, strict=True))
