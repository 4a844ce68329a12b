"""Points as `lon,lat`, degrees in figures with up to 12 decimals, inside ±180 and ±90.

Left out though right: spaces around, exponents, the poles and the antimeridian themselves, and
points written as a JSON array or object.
"""

from typing import Any

from tablecheck.accept.texts import Acceptor, Mask, Texts

_POINT = r"^-?(?:[0-9]{1,2}|1[0-7][0-9])(?:\.[0-9]{1,12})?,-?[0-8]?[0-9](?:\.[0-9]{1,12})?\z"


def geopoints(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a geopoint field."""
    if field.format != "default":
        return None, "format"
    return _accept, ""


def _accept(texts: Texts) -> Mask:
    return texts.matching(_POINT)
