"""A pattern of Python said in RE2, so that what RE2 matches Python's `re.match` certainly matches.

The pattern is read by Python's own parser and written anew from what it understood, so that no
difference in spelling between the two can matter. What RE2 reads more widely than Python is
written more narrowly: figures, letters and spaces are those of ASCII, their opposites too, and
`$` is the very end. What cannot be said so (looking around, back references, flags) gives None.
"""

import re
from re import _constants as op  # type: ignore[attr-defined]  # the parser that `re` itself uses
from re import _parser  # type: ignore[attr-defined]  # the same
from typing import Any

_MAX_REPEAT = 1_000  # RE2 refuses more
_CATEGORIES = {
    op.CATEGORY_DIGIT: "0-9",
    op.CATEGORY_NOT_DIGIT: r"\x00-/:-\x7f",
    op.CATEGORY_WORD: "0-9A-Za-z_",
    op.CATEGORY_NOT_WORD: r"\x00-/:-@\[-\^`{-\x7f",
    op.CATEGORY_SPACE: r" \t\n\r\x0b\x0c",
    op.CATEGORY_NOT_SPACE: r"!-\x7e",
}


class _CannotSayError(Exception):
    pass


def re2(pattern: str) -> str | None:
    """Write a pattern for `match_substring_regex`, or give None."""
    try:
        parsed = _parser.parse(pattern)
        if parsed.state.flags & ~re.UNICODE:
            return None
        return r"(?-s)\A(?:" + _sequence(parsed) + ")"
    except (_CannotSayError, re.error, OverflowError, RecursionError):
        return None


def _sequence(items: Any) -> str:
    return "".join(_item(kind, value) for kind, value in items)


def _item(kind: Any, value: Any) -> str:
    if kind is op.LITERAL:
        return _char(value)
    if kind is op.NOT_LITERAL:
        return f"[^{_char(value)}]"
    if kind is op.ANY:
        return r"[^\n]"
    if kind is op.IN:
        return _set(value)
    if kind is op.AT:
        return _place(value)
    if kind is op.BRANCH:
        return "(?:" + "|".join(_sequence(branch) for branch in value[1]) + ")"
    if kind is op.SUBPATTERN:
        _, added, removed, items = value
        if added or removed:
            raise _CannotSayError
        return f"(?:{_sequence(items)})"
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _repeat(*value)
    raise _CannotSayError


def _repeat(least: int, most: int, items: Any) -> str:
    if least > _MAX_REPEAT or (most is not op.MAXREPEAT and most > _MAX_REPEAT):
        raise _CannotSayError
    end = "" if most is op.MAXREPEAT else str(most)
    return f"(?:{_sequence(items)}){{{least},{end}}}"


def _place(value: Any) -> str:
    if value in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
        return r"\A"
    if value in (op.AT_END, op.AT_END_STRING):
        return r"\z"
    raise _CannotSayError


def _set(items: Any) -> str:
    is_negated = items[0][0] is op.NEGATE
    parts: list[str] = []
    for kind, value in items[1:] if is_negated else items:
        if kind is op.LITERAL:
            parts.append(_char(value))
        elif kind is op.RANGE:
            parts.append(f"{_char(value[0])}-{_char(value[1])}")
        elif kind is op.CATEGORY and not is_negated:
            parts.append(_CATEGORIES[value])
        else:  # "not a figure" of ASCII would let the figures of other scripts pass
            raise _CannotSayError
    return f"[{'^' if is_negated else ''}{''.join(parts)}]"


def _char(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF:
        raise _CannotSayError
    return rf"\x{{{code:x}}}"
