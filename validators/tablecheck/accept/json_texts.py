"""Arrays and objects of JSON: what a strict parser reads, frictionless's `json.loads` reads too.

Nested at most twice, so that no text reaches the depth at which one of the two gives up.
"""

from typing import Any

import msgspec
import numpy as np

from tablecheck.accept.texts import Acceptor, Mask, Texts

Scalar = str | float | bool | None
Inner = Scalar | list[Scalar] | dict[str, Scalar]
_LENGTHS = ("minLength", "maxLength")


def arrays(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of an array field."""
    if field.array_item:
        return None, "items"
    return _json(field, msgspec.json.Decoder(list[Inner]))


def objects(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of an object field."""
    return _json(field, msgspec.json.Decoder(dict[str, Inner]))


def _json(field: Any, decoder: Any) -> tuple[Acceptor | None, str]:
    if any(field.constraints.get(name) is not None for name in _LENGTHS):
        return None, "length"
    return decoded(decoder), ""


def decoded(decoder: Any) -> Acceptor:
    """Accept the texts that a decoder of msgspec takes."""
    decode = decoder.decode

    def is_right(text: str | None) -> bool:
        try:
            decode(text)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return False
        return True

    def accept(texts: Texts) -> Mask:
        found = (is_right(text) for text in texts.cells.to_pylist())
        return np.fromiter(found, dtype=bool, count=len(texts))

    return accept
