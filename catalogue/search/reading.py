"""Reads what a person typed: places first, then concepts, then words; never a syntax.

The words fall into groups, each to be met by a hit: a place (`Rijsel`), a phrase that means a
concept (`parking à vélos`), or a word. A word that neither the index nor the thesaurus knows may be
a slip: of a place's name, of a word of the thesaurus, or of a word in some dataset.
"""

from collections.abc import Callable

import msgspec

from catalogue.folding import fold, words
from catalogue.records import LANGUAGES
from catalogue.search.places import longest_place
from catalogue.search.records import Understood
from catalogue.search.stems import STOPWORDS
from catalogue.search.thesaurus import Found, Thesaurus
from catalogue.territory import ORDINARY_WORDS, nearest_names, places

MOST_WORDS = 16
_MOST_UNKNOWN = 4
_PER = frozenset(("by", "par", "per"))
_UNITS = frozenset(("arrondissement", "municipality", "neighbourhood", "population"))
_LONGEST_QUERY = 1_000
_LONGEST_WORD = 60

# fmt: off
_VAGUE = frozenset(
    (
        "data", "donnee", "donnees", "gebruik", "gegevens", "information", "informations",
        "informatie", "usage", "usages", "use", "utilisation",
    )
)
# fmt: on
"""Folded words that narrow nothing among datasets: they count where nothing else is asked."""


_UNIT_WORDS = frozenset(
    (
        "age",
        "an",
        "annee",
        "dag",
        "day",
        "geslacht",
        "heure",
        "hour",
        "jaar",
        "jour",
        "leeftijd",
        "maand",
        "mois",
        "month",
        "pays",
        "land",
        "country",
        "regio",
        "region",
        "sex",
        "sexe",
        "uur",
        "year",
    )
)
"""Folded words and concepts by which data are broken down: `per gemeente`, `by age`."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Words of the query that belong together, and what they may mean: a hit meets one of it.

    `places` are codes, `concepts` are meant by the words, `parts` are concepts that a Dutch
    compound shows. `is_word` says whether the words count as words too; where `is_certain`, they
    rank, and the concepts alone decide what is found, so that every word for a concept finds the
    same. `respelt` is what a slip was taken for; `slips` are the words of a phrase that were typed
    otherwise, each with its spelling. An `is_breakdown` says by what the data are told apart
    (`population par commune`): it ranks, and need not be met.
    """

    words: tuple[str, ...]
    typed: str
    places: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    is_word: bool = True
    is_certain: bool = False
    is_unknown: bool = False
    respelt: str | None = None
    slips: tuple[tuple[str, str], ...] = ()
    is_breakdown: bool = False


def read(
    text: str, thesaurus: Thesaurus, is_known: Callable[[str], bool], language: str = ""
) -> list[Group]:
    """Read a query; `is_known` tells whether some dataset holds a folded word or a form of it.

    Where a word means different things in two languages, that of the reader's language counts.
    """
    text = text[:_LONGEST_QUERY]
    folded = [word[:_LONGEST_WORD] for word in words(text)][:MOST_WORDS]
    if not all(word in STOPWORDS for word in folded):
        while folded and folded[-1] in STOPWORDS:
            folded.pop()
    groups = _groups(folded, text, thesaurus, is_known, language)
    if len(groups) > 1 and any(group.is_unknown for group in groups):
        groups = _mended(groups, folded, text, thesaurus, is_known, language)
    telling = [group for group in groups if not _VAGUE.issuperset(group.words)]
    return _with_few_slips(list({group.words: group for group in telling or groups}.values()))


def _groups(
    folded: list[str],
    text: str,
    thesaurus: Thesaurus,
    is_known: Callable[[str], bool],
    language: str,
) -> list[Group]:
    groups: list[Group] = []
    start = 0
    while start < len(folded):
        group, end = _next(folded, start, text, thesaurus, is_known, language)
        if group is not None:
            if groups and folded[start - 1] in _PER and _is_unit(group):
                group = msgspec.structs.replace(group, is_breakdown=True)
            groups.append(group)
        start = end
    return groups


def _is_unit(group: Group) -> bool:
    return not _UNIT_WORDS.isdisjoint(group.words) or not _UNITS.isdisjoint(group.concepts)


def _mended(
    groups: list[Group],
    folded: list[str],
    text: str,
    thesaurus: Thesaurus,
    is_known: Callable[[str], bool],
    language: str,
) -> list[Group]:
    """Read again with slips mended, where that makes a phrase: `air polution`."""
    unknown = [g.words[0] for g in groups if g.is_unknown][:_MOST_UNKNOWN]
    slips = {w: near for w in unknown if (near := thesaurus.nearest(w, in_phrases=True))}
    mended = [words(slips[word])[0] if word in slips else word for word in folded]
    again = _groups(mended, text, thesaurus, is_known, language) if slips else groups
    if len(again) >= len(groups):
        return groups
    found = []
    for group in again:
        own = [(word, near) for word, near in slips.items() if words(near)[0] in group.words]
        found.append(msgspec.structs.replace(group, slips=tuple(own)))
    return found


def _with_few_slips(groups: list[Group]) -> list[Group]:
    """Look for slips in the first unknown words only: each costs a walk through the index."""
    unknown = [group for group in groups if group.is_unknown][_MOST_UNKNOWN:]
    return [msgspec.structs.replace(g, is_unknown=False) if g in unknown else g for g in groups]


def _next(
    folded: list[str],
    start: int,
    text: str,
    thesaurus: Thesaurus,
    is_known: Callable[[str], bool],
    language: str,
) -> tuple[Group | None, int]:
    place = longest_place(folded, start)
    concept, is_certain = _longest_concept(folded, start, thesaurus, language)
    word = folded[start]
    if word in STOPWORDS and (place is None or place.end == start + 1) and len(folded) > 1:
        return None, start + 1
    if not place and (concept is None or concept.end == start + 1):
        joined = _joined(folded, start, thesaurus, language)
        if joined is not None:
            return joined, start + 2
    if place and place.codes and (concept is None or place.end >= concept.end):
        return _place_group(folded, place, text, concept), place.end
    if concept is not None:
        found = folded[start : concept.end]
        group = Group(
            words=tuple(word for word in found if word not in STOPWORDS),
            typed=" ".join(found),
            concepts=concept.codes,
            is_certain=is_certain,
        )
        return group, concept.end
    if is_known(word):
        return Group(words=(word,), typed=word, parts=thesaurus.compound(word)), start + 1
    return _unknown(word, thesaurus), start + 1


def _longest_concept(
    folded: list[str], start: int, thesaurus: Thesaurus, language: str
) -> tuple[Found | None, bool]:
    """Return the longest phrase from a word on, and whether it means its concepts for certain.

    Of equally long ones, words as they stand come before stems, the reader's language before the
    others. A stem of another language leaves a doubt, and so does a word that proves nothing in a
    text.
    """
    if folded[start] in STOPWORDS:
        return None, False
    found = [
        (phrase, spoken == language)
        for spoken in LANGUAGES
        if (phrase := thesaurus.longest(folded, start, spoken, is_own=spoken == language))
    ]
    if not found:
        return None, False
    end = max(phrase.end for phrase, _ in found)
    longest = [(phrase, is_own) for phrase, is_own in found if phrase.end == end]
    best = max((phrase.is_exact, is_own) for phrase, is_own in longest)
    chosen = [phrase for phrase, is_own in longest if (phrase.is_exact, is_own) == best]
    concepts = dict.fromkeys(code for phrase in chosen for code in phrase.codes)
    shared = [thesaurus.longest(folded, start, spoken) for spoken in LANGUAGES]
    is_proof = any(phrase and phrase.end == end for phrase in shared)
    return Found(start, end, tuple(concepts)), is_proof and any(best)


def _joined(folded: list[str], start: int, thesaurus: Thesaurus, language: str) -> Group | None:
    """Return the group of two words that are one word, written apart: `euro metropole`."""
    pair = folded[start : start + 2]
    if len(pair) < 2 or STOPWORDS.intersection(pair):
        return None
    one = "".join(pair)
    if (place := longest_place([one], 0)) and place.codes:
        return Group(words=(one,), typed=" ".join(pair), places=place.codes, is_word=False)
    concept, is_certain = _longest_concept([one], 0, thesaurus, language)
    if concept is None or not is_certain:
        return None
    return Group(words=(one,), typed=" ".join(pair), concepts=concept.codes, is_certain=is_certain)


def _place_group(folded: list[str], place: Found, text: str, concept: Found | None) -> Group:
    """Make the group of a place; an everyday word among others may also be just that word."""
    key = tuple(folded[place.start : place.end])
    is_everyday = len(key) == 1 and key[0] in ORDINARY_WORDS and len(folded) > 1
    is_capitalised = any(fold(w) == key[0] and w[0].isupper() for w in text.split())
    is_concept = concept is not None and concept.end == place.end
    return Group(
        words=key,
        typed=" ".join(key),
        places=place.codes,
        concepts=concept.codes if concept is not None and is_concept else (),
        is_word=is_concept or (is_everyday and not is_capitalised),
    )


def _unknown(word: str, thesaurus: Thesaurus) -> Group:
    """Make the group of a word that no dataset holds: a slip, or a Dutch compound."""
    parts = thesaurus.compound(word)
    near = thesaurus.nearest(word)
    if near is None and not parts and (names := nearest_names(word)):
        codes = tuple(dict.fromkeys(name.code for name in names))
        return Group(
            words=(word,),
            typed=word,
            places=codes,
            is_word=False,
            is_unknown=True,
            respelt=names[0].text,
        )
    found = [thesaurus.longest(words(near), 0, lang) for lang in LANGUAGES] if near else []
    concepts = dict.fromkeys(code for f in found if f is not None for code in f.codes)
    return Group(
        words=(word,),
        typed=word,
        concepts=tuple(concepts),
        parts=parts,
        is_unknown=True,
        respelt=near,
    )


def understood(groups: list[Group], thesaurus: Thesaurus) -> list[Understood]:
    """Say what the groups of a query were taken for."""
    said = []
    for group in groups:
        for code in group.places:
            title = places()[code].title
            said.append(Understood(kind="place", code=code, words=group.typed, title=title))
        meant = (*group.concepts, *group.parts)
        implied = thesaurus.broader(meant) if len(meant) > 1 else []
        for concept in dict.fromkeys(c for c in meant if c not in implied):
            title = thesaurus.concepts[concept].title
            said.append(Understood(kind="concept", code=concept, words=group.typed, title=title))
    return said
