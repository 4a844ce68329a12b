"""Words of a list: yes and no, lists of plain items; and fields that take any text."""

from typing import Any

import numpy as np
import pyarrow as pa

from tablecheck.accept.texts import Acceptor, Mask, Texts
from tablecheck.arrow import pc


def booleans(field: Any) -> tuple[Acceptor | None, str]:
    """Accept the words for true and false exactly as they are listed."""
    known = pa.array([*field.true_values, *field.false_values], type=pa.string())

    def accept(texts: Texts) -> Mask:
        found: Mask = pc.is_in(texts.cells, value_set=known).to_numpy(zero_copy_only=False)
        return found

    return accept, ""


def any_text(_field: Any) -> tuple[Acceptor | None, str]:
    """Accept every text."""
    return _everything, ""


def lists(field: Any) -> tuple[Acceptor | None, str]:
    """Accept every text as a list of strings; other items are read by frictionless."""
    has_lengths = any(field.constraints.get(k) is not None for k in ("minLength", "maxLength"))
    if field.item_type != "string" or has_lengths or not field.delimiter:
        return None, "items"
    return _everything, ""


def _everything(texts: Texts) -> Mask:
    return np.ones(len(texts), dtype=bool)
