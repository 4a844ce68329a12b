"""Years, four figures from 0000 to 9999, and months of a year, `2024-01` with year 1 or later.

Left out though right: `+201`, ` 201`, `2_24` as years; `24-1`, ` 2024 - 01 ` as months.
"""

from typing import Any

from tablecheck.accept.bounds import bounds_of, packed, within
from tablecheck.accept.calendar import fixed, known_layout
from tablecheck.accept.texts import Acceptor, Mask, Texts


def years(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a year field."""
    bounds = bounds_of(field)

    def accept(texts: Texts) -> Mask:
        mask: Mask = texts.digits & (texts.lengths == 4)
        return mask & within(texts.as_int64(mask), bounds) if bounds else mask

    return accept, ""


def yearmonths(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a yearmonth field."""
    layout = known_layout("%Y-%m")
    # A layout without a day counts the first of the month at midnight.
    edges = packed(bounds_of(field), lambda b: ((b.year * 100 + b.month) * 100 + 1) * 10**6)
    return fixed(layout, edges), ""
