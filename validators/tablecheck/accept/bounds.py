"""`minimum`, `maximum` and their exclusive kin, as frictionless reads them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tablecheck.accept.texts import Mask

_COMPARE: dict[str, Any] = {
    "minimum": np.greater_equal,
    "maximum": np.less_equal,
    "exclusiveMinimum": np.greater,
    "exclusiveMaximum": np.less,
}


class UnreadableBoundError(Exception):
    """Say that a bound is no value of its field: frictionless crashes on it, and so must we."""


def bounds_of(field: Any) -> dict[str, Any]:
    """Give the bounds of a field, cast by frictionless; raises UnreadableBoundError."""
    read = field.create_value_reader()
    found: dict[str, Any] = {}
    for name in _COMPARE:
        stated = field.constraints.get(name)
        if stated is not None:
            found[name] = read(stated)
            if found[name] is None:
                raise UnreadableBoundError
    return found


def within(values: npt.NDArray[Any], bounds: dict[str, Any]) -> Mask:
    """Mark the values that respect every bound."""
    mask = np.ones(len(values), dtype=bool)
    for name, bound in bounds.items():
        mask &= _COMPARE[name](values, bound)
    return mask


def packed(bounds: dict[str, Any], pack: Callable[[Any], int]) -> dict[str, int]:
    """Give the bounds as the whole numbers that values are compared by."""
    return {name: pack(bound) for name, bound in bounds.items()}


def is_never_below(bounds: dict[str, Any]) -> bool:
    """Tell whether no value of 0 or more can be too small."""
    return bool(bounds.get("minimum", 0) <= 0 and bounds.get("exclusiveMinimum", -1) < 0)
