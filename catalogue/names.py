"""Makes the names that stay: ids of datasets in addresses, names of tables in SQL."""

import re
import unicodedata
from collections.abc import Container

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})
_MAX_LENGTH = 63

OWN_PREFIX = "my_"
"""What names of users' own tables begin with; none of the catalogue does."""


def fold(text: str) -> str:
    """Return the text in lower case, without accents and ligatures.

    >>> fold("Barœul — Péruwelz")
    'baroeul — peruwelz'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def slug(text: str, *, taken: Container[str] = ()) -> str:
    """Return a dataset id `[a-z0-9-]`, with a number where the name is taken.

    >>> slug("Aménagements cyclables (MEL)", taken={"amenagements-cyclables-mel"})
    'amenagements-cyclables-mel-2'
    """
    stem = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:80].strip("-") or "dataset"
    return _free(stem, "-", taken, limit=90)


def table_name(text: str, *, taken: Container[str] = ()) -> str:
    """Return a table name `[a-z][a-z0-9_]{0,62}`, with a number where the name is taken.

    >>> table_name("2025 – Stations V'Lille")
    't_2025_stations_v_lille'
    """
    stem = re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_") or "table"
    if not stem[0].isalpha():
        stem = f"t_{stem}"
    return _free(stem[:_MAX_LENGTH].strip("_"), "_", taken, limit=_MAX_LENGTH)


def _free(stem: str, joint: str, taken: Container[str], *, limit: int) -> str:
    name, number = stem, 1
    while name in taken:
        number += 1
        ending = f"{joint}{number}"
        name = stem[: limit - len(ending)] + ending
    return name
