"""Strings: lengths in code points, patterns and lists of values, and the formats of addresses.

A pattern is put to RE2 where it can be said in it exactly (see `regex`). The formats accept their
plain forms: an e-mail address in lower case and figures, a UUID with dashes, a web address of
letters, figures and the commonest marks.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from tablecheck.accept.regex import re2
from tablecheck.accept.texts import Acceptor, Mask, Texts
from tablecheck.arrow import pc

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?"
_FORMATS = {
    "default": "",
    "email": rf"^[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:{_LABEL}\.)+[a-z]{{2,10}}\z",
    "uuid": r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z",
    "uri": (
        r"^https?://[a-z0-9-]{1,30}(?:\.[a-z0-9-]{1,30}){1,5}(?::[0-9]{1,4})?"
        r"(?:/[A-Za-z0-9._~-]*)*(?:\?[A-Za-z0-9._~=&-]*)?(?:#[A-Za-z0-9._~-]*)?\z"
    ),
    "binary": r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\z",
}
_MAX_ADDRESS = 60  # long ones have limits of their own


def strings(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a string field."""
    shape = _FORMATS.get(field.format)
    if shape is None:
        return None, "format"
    stated = {k: v for k, v in field.constraints.items() if v is not None}
    shortest, longest = stated.get("minLength", 0), stated.get("maxLength", 2**31 - 1)
    if type(shortest) is not int or type(longest) is not int:
        return None, "bound"
    tests: list[Acceptor] = []
    if shape:
        tests.append(_pattern(shape, _MAX_ADDRESS))
    if {"minLength", "maxLength"} & set(stated):
        tests.append(_lengths(shortest, longest))
    if "pattern" in stated:
        said = re2(f"^{stated['pattern']}$")
        if said is None:
            return None, "pattern"
        tests.append(_pattern(said))
    if "enum" in stated:
        if shape or not all(isinstance(value, str) for value in stated["enum"]):
            return None, "enum"
        tests.append(_enum(stated["enum"]))
    return _all_of(tests), ""


def _all_of(tests: list[Acceptor]) -> Acceptor:
    def accept(texts: Texts) -> Mask:
        mask = np.ones(len(texts), dtype=bool)
        for test in tests:
            mask &= test(texts)
        return mask

    return accept


def _pattern(pattern: str, longest: int | None = None) -> Acceptor:
    def accept(texts: Texts) -> Mask:
        return texts.matching(pattern, None if longest is None else texts.lengths <= longest)

    return accept


def _lengths(shortest: int, longest: int) -> Acceptor:
    def accept(texts: Texts) -> Mask:
        # A code point has one to four bytes, so bytes alone settle most.
        mask = (texts.lengths >= 4 * shortest) & (texts.lengths <= longest)
        if not mask.all():
            counts = pc.utf8_length(texts.cells).to_numpy()
            mask = (counts >= shortest) & (counts <= longest)
        return mask

    return accept


def _enum(values: list[str]) -> Acceptor:
    known = pa.array(values, type=pa.string())

    def accept(texts: Texts) -> Mask:
        found: Mask = pc.is_in(texts.cells, value_set=known).to_numpy(zero_copy_only=False)
        return found

    return accept
