"""Check digits over whole columns: what is proven here needs no check one by one."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.arrow import Cells, pc


def accepts(values: Cells, length: int, is_right: Any) -> npt.NDArray[np.bool_]:
    """Mark the texts of `length` digits that `is_right` accepts.

    `is_right` is given a matrix of digits, a row for each text.
    """
    mask = pc.match_substring_regex(values, rf"^[0-9]{{{length}}}\z")
    shaped: npt.NDArray[np.bool_] = pc.fill_null(mask, False).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(shaped)
    if not len(places):
        return shaped
    text = values.filter(pc.fill_null(mask, False))
    packed: Any = pc.binary_join(pa.ListArray.from_arrays([0, len(text)], text), "")
    codes = np.frombuffer(packed[0].as_buffer(), dtype=np.uint8)
    found = shaped.copy()
    found[places] = is_right(codes.reshape(-1, length) - ord("0"))
    return found


def luhn(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Mark the rows whose last digit is right by the algorithm of Luhn."""
    doubled = digits[:, -2::-2] * 2
    doubled -= (doubled > 9).astype(np.uint8) * 9
    total = digits[:, ::-2].sum(axis=1, dtype=np.int64) + doubled.sum(axis=1, dtype=np.int64)
    right: npt.NDArray[np.bool_] = total % 10 == 0
    return right


def mod97(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Mark the rows whose last two digits are 97 less the remainder of those before."""
    weights = 10 ** np.arange(digits.shape[1] - 3, -1, -1, dtype=np.int64)
    head = digits[:, :-2].astype(np.int64) @ weights
    tail = digits[:, -2].astype(np.int64) * 10 + digits[:, -1]
    right: npt.NDArray[np.bool_] = (head + tail) % 97 == 0
    return right
