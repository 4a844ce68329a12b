"""Folds text to the plain letters that search and names compare, at index and query time alike.

Accents, ligatures, case, width and typographic apostrophes carry no meaning in a search box:
`Pommerœul`, `POMMEROEUL` and `pommerœul` are one word. Folding comes before stemming, so that a
stem never depends on an accent that a keyboard lacks.
"""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ŋ": "n"})
_MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\ud800-\udfff]+"
)
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")


def fold(text: str) -> str:
    """Return the text in lower case without accents, ligatures or compatibility forms."""
    if text.isascii():
        return text.lower()
    # Twice: decomposing a character may bring a capital letter, lowering one an accent.
    for _ in range(2):
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_LIGATURES)
    return text.lower()


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return _WORD.findall(fold(text))


def name_words(name: str) -> list[str]:
    """Return the folded words of a technical name: `nbVelosDispo` is three, `nb_velos` two."""
    return words(_CAMEL.sub(" ", name))


def distance(left: str, right: str, most: int) -> int:
    """Count the letters to add, drop, change or swap between two words, up to `most + 1`."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)
