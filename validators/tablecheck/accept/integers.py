"""Whole numbers: `[+-]?[0-9]+`, up to 4,000 figures without bounds and 18 with them.

Left out though right: spaces around, `1_000`, figures of other scripts.
"""

from typing import Any

import pyarrow as pa

from tablecheck.accept.bounds import bounds_of, is_never_below, within
from tablecheck.accept.texts import Acceptor, Mask, Texts
from tablecheck.arrow import pc

_MAX_DIGITS = 4_000  # Python refuses 4,301
_SIGNED = r"^[+-][0-9]{1,18}\z"
_SIGNED_LONG = r"^[+-][0-9]+\z"


def integers(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of an integer field."""
    if not field.bare_number:
        return None, "bare-number"
    bounds = bounds_of(field)
    return (_bounded(bounds) if bounds else _unbounded), ""


def _unbounded(texts: Texts) -> Mask:
    mask = texts.digits
    if not mask.all():
        mask = mask | texts.matching(_SIGNED_LONG, ~mask & (texts.lengths > 1))
    return mask & (texts.lengths <= _MAX_DIGITS)


def _bounded(bounds: dict[str, Any]) -> Acceptor:
    safe_width = _safe_width(bounds)

    def accept(texts: Texts) -> Mask:
        mask = texts.digits & (texts.lengths <= safe_width)
        rest = texts.digits & ~mask & (texts.lengths <= 18)
        if rest.any():
            values = texts.wholes if (texts.canonical >= rest).all() else texts.as_int64(rest)
            mask |= rest & within(values, bounds)
        signed = ~texts.digits & (texts.lengths > 1)
        if signed.any():
            signed = texts.matching(_SIGNED, signed)
            some = texts.cells.filter(pa.array(signed))
            figures = pc.cast(pc.utf8_ltrim(some, "+"), pa.int64()).to_numpy()
            mask[signed] = within(figures, bounds)
        return mask

    return accept


def _safe_width(bounds: dict[str, Any]) -> int:
    """Give the number of figures up to which no unsigned number breaks a bound."""
    if not is_never_below(bounds):
        return 0
    highest = min((bounds[n] for n in ("maximum", "exclusiveMaximum") if n in bounds), default=None)
    if highest is None:
        return 18
    return len(str(highest)) - 1 if highest > 0 else 0
