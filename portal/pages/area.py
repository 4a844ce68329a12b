"""The area of a map as a page is asked for it: `bbox`, or the four fields of a form, which lead to
it.
"""

import msgspec
from flask import request

from catalogue.boxes import Box, read_box
from portal.pages.addresses import with_query

SIDES = ("west", "south", "east", "north")


class Area(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reader asked for: `box`, unless what she wrote is no area; `sides` as written."""

    box: Box | None = None
    sides: list[str] = []

    @property
    def is_wrong(self) -> bool:
        """Tell whether something was written that is no area."""
        return bool(self.sides) and self.box is None


def asked() -> Area:
    """Return the area of this request."""
    text = request.args.get("bbox", "")
    if not text:
        return Area()
    sides = [part.strip()[:20] for part in text.split(",")][:4]
    sides += [""] * (4 - len(sides))
    try:
        return Area(box=read_box(text), sides=sides)
    except ValueError:
        return Area(sides=sides)


def address_of_fields() -> str | None:
    """Return this page with the four fields of a form as `bbox`; None where no form was sent."""
    if not any(side in request.args for side in SIDES):
        return None
    sides = [request.args.get(side, "").strip() for side in SIDES]
    return with_query(without=SIDES, fragment="map", bbox=",".join(sides) if any(sides) else None)


def kept() -> list[tuple[str, str]]:
    """Return the other parameters of this page, for the form to send along."""
    own = ("page", "bbox", *SIDES)
    return [pair for pair in request.args.items(multi=True) if pair[0] not in own]
