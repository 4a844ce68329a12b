"""Where a row lies: how the checks of coordinates read it, from one column or two."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.arrow import Cells, pc
from tablecheck.checks.check import Params

_POINT = re.compile(r"\s*\[?\s*(-?[0-9]+(?:\.[0-9]+)?)\s*,\s*(-?[0-9]+(?:\.[0-9]+)?)\s*\]?\s*")
_NUMBER = r"^\s*-?[0-9]+(?:[.,][0-9]+)?\s*\z"
_PAIR = r"^\s*\[?\s*(?P<x>-?[0-9]+(?:\.[0-9]+)?)\s*,\s*(?P<y>-?[0-9]+(?:\.[0-9]+)?)\s*\]?\s*\z"

Place = tuple[float, float]
Floats = npt.NDArray[np.float64]


class Position(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name one column of points (longitude, latitude), or a column each."""

    column: str | None = None
    longitude: str | None = None
    latitude: str | None = None

    def __post_init__(self) -> None:
        """Refuse what names neither."""
        if bool(self.column) == bool(self.longitude and self.latitude):
            raise ValueError("name `column`, or `longitude` and `latitude`")


def columns_of(params: Position) -> tuple[str, ...]:
    """Name the columns of the position."""
    if params.column:
        return (params.column,)
    return (params.longitude or "", params.latitude or "")


def place_of(cells: Sequence[str | None]) -> Place | None:
    """Read longitude and latitude; None where they are no numbers, which is for their types."""
    if len(cells) == 1:
        found = _POINT.fullmatch(cells[0] or "")
        return (float(found.group(1)), float(found.group(2))) if found else None
    try:
        x, y = (float((cell or "").replace(",", ".")) for cell in cells)
    except ValueError:
        return None
    return (x, y) if np.isfinite(x) and np.isfinite(y) else None


def places_of(columns: Sequence[Cells]) -> tuple[Floats, Floats]:
    """Read whole columns; NaN where a cell is no plain number."""
    if len(columns) == 1:
        parts = pc.extract_regex(columns[0], _PAIR)
        texts = [pc.struct_field(parts, name) for name in ("x", "y")]
    else:
        texts = []
        for column in columns:
            plain = pc.fill_null(pc.match_substring_regex(column, _NUMBER), False)
            kept = pc.if_else(plain, column, pa.scalar(None, pa.string()))
            texts.append(pc.utf8_trim_whitespace(pc.replace_substring(kept, ",", ".")))
    x, y = (pc.fill_null(pc.cast(text, pa.float64()), float("nan")) for text in texts)
    return x.to_numpy(zero_copy_only=False), y.to_numpy(zero_copy_only=False)


def swapped(cells: Sequence[str | None]) -> str | None:
    """Write a position the other way round, where it stands in one column."""
    found = _POINT.fullmatch(cells[0] or "") if len(cells) == 1 else None
    if found is None:
        return None
    is_list = (cells[0] or "").strip().startswith("[")
    return (
        f"[{found.group(2)}, {found.group(1)}]" if is_list else f"{found.group(2)},{found.group(1)}"
    )
