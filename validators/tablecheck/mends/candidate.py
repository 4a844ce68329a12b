"""What a wrong cell may have been meant to be."""

import re
import unicodedata
from typing import NamedTuple

_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f\u200b\ufeff]+")
_MINUS = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d", "-"))


class Candidate(NamedTuple):
    """One reading of a cell: what would be done to it, and the text that comes of it.

    The text is None where the reading is possible but gives nothing that the field could hold.
    """

    kind: str
    text: str | None
    mark: str = ""
    """The sign that is read so, where other cells with it tell how to read it."""


def trimmed(text: str) -> str:
    """Cut the blanks at both ends, those that no trim of a spreadsheet finds among them."""
    return text.strip(" \t\r\n\v\f\u00a0\u2007\u2009\u202f\u200b\ufeff")


def spaced(text: str) -> str:
    """Write every run of blanks as one plain space."""
    return _BLANKS.sub(" ", text).strip()


def unspaced(text: str) -> str:
    """Drop every blank."""
    return _BLANKS.sub("", text)


def plain_figures(text: str) -> str:
    """Write figures and minus signs as the keyboard does: `−１２` becomes `-12`."""
    figures = "".join(
        str(unicodedata.digit(sign)) if not sign.isascii() and sign.isdecimal() else sign
        for sign in text
    )
    return figures.translate(_MINUS)
