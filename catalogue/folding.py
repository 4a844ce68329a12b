"""Folds text to the plain letters that search and names compare: one function, the same at index and query time.

Accents, ligatures, case, width and typographic apostrophes carry no meaning in a search box: `Pommerœul`,
`POMMEROEUL` and `pommerœul` are one word. Folding comes before stemming, so that a stem never depends on an
accent that a keyboard lacks.
"""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ŋ": "n"})
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")


def fold(text: str) -> str:
    """Return the text in lower case without accents, ligatures or compatibility forms; words stay apart."""
    if text.isascii():
        return text.lower()
    # Case twice: decomposing a compatibility character may bring a capital letter, folding one an accent.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in decomposed if unicodedata.category(c) not in _DROPPED)
    return plain.translate(_LIGATURES).lower()


_DROPPED = frozenset({"Mn", "Me", "Cs"})


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return _WORD.findall(fold(text))


def name_words(name: str) -> list[str]:
    """Return the folded words of a technical name: `nbVelosDispo` and `nb_velos_dispo` are three words each."""
    return words(_CAMEL.sub(" ", name))


def distance(left: str, right: str, most: int) -> int:
    """Return the number of letters to add, drop, change or swap between two words, `most + 1` where it is more."""
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
