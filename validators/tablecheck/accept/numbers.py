"""Numbers in figures, with one decimal mark: `[0-9]*D?[0-9]*`, one figure at least, 100 bytes.

Beside them what `patterns.number_pattern` describes: signs, groups of three, exponents (the last
only where there are no bounds). Left out though right: spaces around, `INF`, `1_000.5`.

Bounds are compared as doubles. Rounding keeps order, so a double beyond the bound's is proof; an
equal one is proof only where both are written with at most 15 figures, which a double tells apart.
"""

from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.accept.bounds import bounds_of, is_never_below
from tablecheck.accept.texts import Acceptor, Mask, Texts
from tablecheck.arrow import pc
from tablecheck.patterns import number_pattern

_GROUPS = ("", " ", "\u00a0", "\u202f", ".", ",", "'")
_MAX_BYTES = 100
_EXACT_FIGURES = 15


def numbers(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a number field."""
    decimal, group = field.decimal_char, field.group_char
    if not field.bare_number:
        return None, "bare-number"
    if decimal not in (".", ",") or group not in _GROUPS or decimal == group:
        return None, "number-marks"
    bounds = bounds_of(field)
    if bounds and (field.float_number or any(not _is_finite(bound) for bound in bounds.values())):
        return None, "bound"
    pattern = number_pattern(decimal, group)
    mark = np.uint8(ord(decimal))

    def accept(texts: Texts) -> Mask:
        plain = _plain(texts, mark)
        if not bounds:
            rest = ~plain & (texts.lengths > 1) & (texts.lengths <= _MAX_BYTES)
            return plain | texts.matching(pattern, rest) if rest.any() else plain
        mask = plain if _is_safe(bounds) else np.zeros(len(texts), dtype=bool)
        rest = ~mask & (texts.lengths > 0) & (texts.lengths <= _MAX_BYTES)
        if rest.any():
            figures = texts.matching(pattern, rest)
            figures &= ~texts.matching("[eEnN]", figures)
            values, is_exact = _values(texts.cells.filter(pa.array(figures)), decimal, group)
            mask = mask.copy()
            mask[figures] = _proven(values, is_exact, bounds)
        return mask

    return accept, ""


def _plain(texts: Texts, mark: np.uint8) -> Mask:
    """Mark the texts of figures with one decimal mark at most."""
    others = texts.others
    if not others.any():
        return texts.digits & (texts.lengths <= _MAX_BYTES)
    marks = texts.per_text(texts.data == mark)
    plain: Mask = (others == marks) & (marks <= 1)
    plain &= (texts.lengths > marks) & (texts.lengths <= _MAX_BYTES)
    return plain


def _is_finite(bound: Any) -> bool:
    return bool(Decimal(bound).is_finite())


def _is_safe(bounds: dict[str, Any]) -> bool:
    """Tell whether every number without a sign respects the bounds."""
    return is_never_below(bounds) and not {"maximum", "exclusiveMaximum"} & set(bounds)


def _values(cells: Any, decimal: str, group: str) -> tuple[npt.NDArray[np.float64], Mask]:
    """Read figures, and say which of them a double tells from every other number as short."""
    if group:
        cells = pc.replace_substring(cells, group, "")
    if decimal != ".":
        cells = pc.replace_substring(cells, decimal, ".")
    cells = pc.utf8_ltrim(cells, "+")
    is_exact = pc.less_equal(pc.binary_length(cells), _EXACT_FIGURES)
    values = pc.cast(cells, pa.float64())
    return values.to_numpy(), is_exact.to_numpy(zero_copy_only=False)


def _proven(values: npt.NDArray[np.float64], is_exact: Mask, bounds: dict[str, Any]) -> Mask:
    mask = np.ones(len(values), dtype=bool)
    for name, bound in bounds.items():
        edge = float(bound)
        mask &= values > edge if name.endswith("inimum") else values < edge
    for name in ("minimum", "maximum"):
        if name in bounds and len(Decimal(bounds[name]).as_tuple().digits) <= _EXACT_FIGURES:
            edge = float(bounds[name])
            others = {key: value for key, value in bounds.items() if key != name}
            equal = is_exact & (values == edge)
            if equal.any():
                mask |= equal & (_proven(values, is_exact, others) if others else True)
    return mask
