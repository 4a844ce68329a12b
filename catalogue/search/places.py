"""Finds the places that a running text names."""

from collections.abc import Iterable
from functools import cache

from catalogue.folding import fold
from catalogue.records import Side
from catalogue.search.thesaurus import Found
from catalogue.territory import ORDINARY_WORDS, names_by_words, places

_LONGEST = 7


@cache
def _by_first_word() -> dict[str, dict[tuple[str, ...], tuple[str, ...]]]:
    found: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
    for key, names in names_by_words().items():
        found.setdefault(key[0], {})[key] = tuple(name.code for name in names)
    return found


@cache
def _is_firm(key: tuple[str, ...]) -> bool:
    """Tell whether a name means the place wherever it stands, and is no short form."""
    return any(name.kind != "short" for name in names_by_words()[key])


def longest_place(folded: list[str], start: int) -> Found | None:
    """Return the longest name of a place from a word on; no codes where it only looks like one."""
    phrases = _by_first_word().get(folded[start])
    if phrases is None:
        return None
    for end in range(min(len(folded), start + _LONGEST), start, -1):
        key = tuple(folded[start:end])
        if key in phrases:
            return Found(start, end, phrases[key])
    return None


def named_in(text: str, folded: list[str], side: Side | None = None) -> list[str]:
    """Return the codes of the places that a text, with its folded words, names.

    Of two that share a name, those on the side given.
    Short forms (`Mons`) are passed over, and so are everyday words without a capital letter.
    """
    found: dict[str, None] = {}
    firsts = _by_first_word()
    end = 0
    for start, word in enumerate(folded):
        if word not in firsts or start < end:
            continue
        place = longest_place(folded, start)
        if place is None:
            continue
        key = tuple(folded[start : place.end])
        if place.codes and _is_firm(key) and not _is_everyday(key, text):
            found.update(dict.fromkeys(on_side(place.codes, side)))
        end = place.end
    return list(found)


def _is_everyday(key: tuple[str, ...], text: str) -> bool:
    if len(key) > 1 or key[0] not in ORDINARY_WORDS:
        return False
    capitalised = any(
        fold(w.strip(".,;:()’'\"")) == key[0] and w[0].isupper() for w in text.split()[1:]
    )
    return not capitalised


def on_side(codes: Iterable[str], side: Side | None) -> tuple[str, ...]:
    """Return the codes on one side of the border where there are any, else all."""
    codes = tuple(codes)
    if len(codes) < 2 or side is None:
        return codes
    return tuple(code for code in codes if places()[code].side == side) or codes
