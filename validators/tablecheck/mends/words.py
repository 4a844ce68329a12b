"""Words out of a short list: yes and no, the values that an enumeration allows, no value at all."""

import difflib
from collections.abc import Iterator
from typing import Any

from tablecheck.mends.candidate import Candidate, spaced
from tablecheck.names import fold, near_match
from tablecheck.typed import missing_values

_OUI: dict[str, Any] = {"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]}
_COLOURS: dict[str, Any] = {
    "type": "string",
    "constraints": {"enum": ["Écharpe", "vélo", "Place réservée", "10", "20"]},
}

EXAMPLES: list[tuple[dict[str, Any], str, list[tuple[str, str | None]]]] = [
    (_OUI, "Oui", [("yes-no", "oui")]),
    (_OUI, "waar", [("yes-no", "oui")]),
    (_OUI, "0", [("yes-no", "non")]),
    ({"type": "boolean"}, "nee", [("yes-no", "false")]),
    ({"type": "boolean"}, "peut-être", []),
    (_COLOURS, "echarpe", [("near-value", "Écharpe")]),
    (_COLOURS, "place-reservee", [("near-value", "Place réservée")]),
    (_COLOURS, "place resrvée", [("near-value", "Place réservée")]),
    (_COLOURS, "30", []),
    ({"type": "integer"}, "n.c.", [("no-value", "")]),
    ({"type": "date"}, "-", [("no-value", "")]),
    ({"type": "date", "constraints": {"required": True}}, "-", []),
]

_YES = {"oui", "ja", "yes", "vrai", "waar", "true", "o", "j", "y", "v", "1", "x"}
_NO = {"non", "nee", "neen", "no", "faux", "onwaar", "false", "n", "f", "0"}
_NOTHING = frozenset(
    str.split(
        "- -- --- . .. ... ? / \\ n/a na n.a. nc n.c. nd n.d. nr n.r. null none nil nan #n/a #n/b "
        "#na so s.o. s/o nvt n.v.t. n.v.t nb n.b. inconnu onbekend unknown (null) néant neant vide "
        "leeg \u2013 \u2014"
    )
)
_LEAST_LETTERS = 4


def of_boolean(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the word of the field that says yes or no as the cell does."""
    trues = [str(word) for word in field.get("trueValues", ["true"])]
    falses = [str(word) for word in field.get("falseValues", ["false"])]
    word = fold(spaced(text)).rstrip(".")
    for listed in (*trues, *falses):
        if fold(listed) == word:
            yield Candidate("yes-no", listed)
            return
    if word in _YES and trues:
        yield Candidate("yes-no", trues[0])
    elif word in _NO and falses:
        yield Candidate("yes-no", falses[0])


def of_enum(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the one value allowed that the cell was meant to be: another case, or one slip."""
    listed = [str(value) for value in field.get("constraints", {}).get("enum") or []]
    found = near_match(text, listed)
    if found is None and len(fold(text)) >= _LEAST_LETTERS and not text.strip().isdecimal():
        folded = {fold(value): value for value in listed}
        close = difflib.get_close_matches(fold(spaced(text)), folded, n=2, cutoff=0.8)
        near = [word for word in close if _is_one_slip(fold(spaced(text)), word)]
        found = folded[near[0]] if len(near) == 1 else None
    if found is not None:
        yield Candidate("near-value", found)


def _is_one_slip(text: str, word: str) -> bool:
    """Tell whether one letter too many, too few, wrong, or two swapped make the difference."""
    if abs(len(text) - len(word)) > 1:
        return False
    start = 0
    while start < min(len(text), len(word)) and text[start] == word[start]:
        start += 1
    end = 0
    while end < min(len(text), len(word)) - start and text[-1 - end] == word[-1 - end]:
        end += 1
    left, right = text[start : len(text) - end], word[start : len(word) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


def of_nothing(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the empty cell for a word that says there is no value."""
    if spaced(text).casefold() in _NOTHING or not spaced(text):
        missing = missing_values({}, field)
        if missing:
            yield Candidate("no-value", "" if "" in missing else missing[0])
