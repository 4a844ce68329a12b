"""The concepts that tie the words of three languages, and how a text speaks of them.

A table of the thesaurus (`concepts`) is a concept: the words for it in each language, the preferred
one first; the `broader` concepts; `nl_start` and `nl_end`, the parts by which a Dutch compound
shows it (`fiets|enstalling`, `basis|school`); a `theme` where an EU data theme is the concept.
`fr_only`, `nl_only` and `en_only` hold words by which a reader of that language means the concept,
and which prove nothing in a text (a Dutch reader's `station` is for trains, though others measure
the air). A stem matches whatever its ending, words of little meaning between two words do not count
(`parking à vélos`), and the longest phrase wins.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from catalogue.folding import distance, words
from catalogue.records import LANGUAGES
from catalogue.search.concepts import Concept, extended
from catalogue.search.stems import STOPWORDS, stem

_SHORTEST_COMPOUND = 7
_LONGEST_PHRASE = 9
_SHORTEST_FOREIGN = 4
_SHORTEST_PART = 6
_WORDS_KEPT = 100_000


class Found(msgspec.Struct, frozen=True):
    """What a run of words means, by code: the words are `start` to `end`, end excluded.

    `is_exact` says that the words stand so in the thesaurus, not only their stems.
    """

    start: int
    end: int
    codes: tuple[str, ...]
    is_exact: bool = True


class _Begin(msgspec.Struct, frozen=True):
    """What a word may begin: phrases by all their stems, the longest of `length` words.

    `alone` is what the word means by itself, `seconds` are the stems that go on from it.
    """

    length: int
    phrases: "dict[_Key, dict[str, set[_Key]]]"
    alone: Found | None
    seconds: frozenset[str]


_Key = tuple[str, ...]
_Phrases = dict[str, dict[_Key, dict[str, set[_Key]]]]
"""By the first stem, then all stems: concepts, each with its words as the thesaurus has them."""


class Thesaurus:
    """Finds concepts in words."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.id: concept for concept in concepts}
        encoded = msgspec.json.encode(list(self.concepts.values()))
        self.digest = hashlib.sha256(encoded).hexdigest()
        self._phrases: dict[str, _Phrases] = {language: {} for language in LANGUAGES}
        self._only: set[tuple[str, _Key]] = set()
        for concept in self.concepts.values():
            for language in LANGUAGES:
                for text in concept.words_in(language):
                    self._add(language, text, concept.id)
                for text in concept.only_in(language):
                    self._only.add((language, self._add(language, text, concept.id)))
        self._shared = {lang: self._without_only(lang) for lang in LANGUAGES}
        self._firsts = {
            lang: {exact[0] for exact in _all_exact(self._shared[lang])} for lang in LANGUAGES
        }
        self._starts = self._parts("nl_start")
        self._ends = self._parts("nl_end")
        inflected = {stem(part, "nl"): concept for part, concept in self._ends.items()}
        self._ends = {part: code for part, code in inflected.items() if len(part) > 3} | self._ends
        self.themes = {c.theme: c.id for c in self.concepts.values() if c.theme}
        texts = [t for c in self.concepts.values() for lang in LANGUAGES for t in c.words_in(lang)]
        parts = (part for t in texts for part in t.split() if len(part) >= _SHORTEST_PART)
        self._spellings = _by_word(texts)
        self._parts_spellings = _by_word(parts) | self._spellings
        self.compound = lru_cache(maxsize=_WORDS_KEPT)(self._compound)
        self._begin = lru_cache(maxsize=_WORDS_KEPT)(self._look_up)

    def _add(self, language: str, text: str, concept: str) -> _Key:
        exact = tuple(word for word in words(text) if word not in STOPWORDS)
        key = tuple(stem(word, language) for word in exact)
        phrases = self._phrases[language].setdefault(key[0], {})
        phrases.setdefault(key, {}).setdefault(concept, set()).add(exact)
        return exact

    def _without_only(self, language: str) -> _Phrases:
        """Leave out the words that only a reader takes so."""
        kept: _Phrases = {}
        for first, phrases in self._phrases[language].items():
            for key, found in phrases.items():
                for concept, written in found.items():
                    if shared := {e for e in written if (language, e) not in self._only}:
                        kept.setdefault(first, {}).setdefault(key, {})[concept] = shared
        return kept

    def _parts(self, attribute: str) -> dict[str, str]:
        return {
            words(part)[0]: concept.id
            for concept in self.concepts.values()
            for part in getattr(concept, attribute)
        }

    def longest(
        self, folded: list[str], start: int, language: str, *, is_own: bool = False
    ) -> Found | None:
        """Return the longest phrase of the language that begins at a word; None where none does.

        Where stems bring two concepts together (`trains`, `training`), the words as they stand
        decide. The words that only a reader takes so count where the reader speaks the language
        (`is_own`).
        """
        begin = self._begin(folded[start], language, is_own)
        if begin is None:
            return None
        if not self._goes_on(begin, folded, start, language):
            alone = begin.alone
            return alone and Found(start, start + 1, alone.codes, alone.is_exact)
        best: tuple[int, _Key, dict[str, set[_Key]]] | None = None
        exact: _Key = ()
        key: _Key = ()
        for end in range(start, min(len(folded), start + _LONGEST_PHRASE)):
            if folded[end] in STOPWORDS:
                continue
            exact = (*exact, folded[end])
            key = (*key, stem(folded[end], language))
            if found := begin.phrases.get(key):
                best = (end + 1, exact, found)
            if len(key) == begin.length:
                break
        if best is None:
            return None
        end, exact, found = best
        return _meaning(start, end, exact, found)

    def _goes_on(self, begin: _Begin, folded: list[str], start: int, language: str) -> bool:
        """Tell whether the next word that counts may belong to a phrase: most do not."""
        for end in range(start + 1, min(len(folded), start + _LONGEST_PHRASE)):
            if folded[end] not in STOPWORDS:
                return stem(folded[end], language) in begin.seconds
        return False

    def _look_up(self, word: str, language: str, is_own: bool) -> _Begin | None:
        first = stem(word, language)
        phrases = (self._phrases if is_own else self._shared)[language].get(first)
        if phrases is None or word in STOPWORDS:
            return None
        single = phrases.get((first,))
        return _Begin(
            length=max(len(key) for key in phrases),
            phrases=phrases,
            alone=_meaning(0, 1, (word,), single) if single else None,
            seconds=frozenset(key[1] for key in phrases if len(key) > 1),
        )

    def find_foreign(self, folded: list[str], language: str) -> list[str]:
        """Return the concepts that words of a language name in a text of another language.

        They must stand as the thesaurus has them: a stem, or a short word (`car`), is too often a
        word of the text's own language.
        """
        found: dict[str, None] = {}
        firsts = self._firsts[language]
        end = 0
        for start, word in enumerate(folded):
            if start < end or word not in firsts or word in STOPWORDS:
                continue
            phrase = self.longest(folded, start, language)
            is_long = phrase and (phrase.end > start + 1 or len(word) >= _SHORTEST_FOREIGN)
            if phrase and phrase.is_exact and is_long:
                found.update(dict.fromkeys(phrase.codes))
                end = phrase.end
        return list(found)

    def find(self, folded: list[str], language: str) -> list[str]:
        """Return the concepts that a text speaks of, Dutch compounds taken apart; each once.

        The words of a phrase mean nothing else: `car parks` speaks of no parks.
        """
        found: dict[str, None] = {}
        begin_of = self._begin
        end = 0
        for start, word in enumerate(folded):
            if start < end or word in STOPWORDS:
                continue
            begin = begin_of(word, language, False)
            if begin is None or begin.length == 1:
                phrase = begin and begin.alone
            else:
                phrase = self.longest(folded, start, language)
            if phrase:
                found.update(dict.fromkeys(phrase.codes))
                end = phrase.end if begin and begin.length > 1 else 0
            elif language == "nl":
                found.update(dict.fromkeys(self.compound(word)))
        return list(found)

    def _compound(self, word: str) -> tuple[str, ...]:
        """Return the concepts of a Dutch compound; of two, the last tells more.

        That is how the word ends (a `straatboom` is a tree), unless it only widens what comes
        before (an `overstromingsrisico` is a flood before it is a risk).
        """
        if len(word) < _SHORTEST_COMPOUND:
            return ()
        cuts = range(len(word) - 2, 2, -1)
        first = next((self._starts[word[:cut]] for cut in cuts if word[:cut] in self._starts), None)
        last = self._last_part(word) or self._last_part(stem(word, "nl"))
        if first and last in self.broader([first]):
            first, last = last, first
        return tuple(dict.fromkeys(concept for concept in (first, last) if concept))

    def _last_part(self, word: str) -> str | None:
        cuts = range(len(word) - 2, 2, -1)
        return next((self._ends[word[-cut:]] for cut in cuts if word[-cut:] in self._ends), None)

    def parents(self, concepts: Iterable[str]) -> list[str]:
        """Return the concepts one step above the given ones."""
        return list(
            dict.fromkeys(p for concept in concepts for p in self.concepts[concept].broader)
        )

    def broader(self, concepts: Iterable[str]) -> list[str]:
        """Return all concepts above the given ones, without these."""
        given = dict.fromkeys(concepts)
        above: dict[str, None] = {}
        waiting = list(given)
        while waiting:
            for parent in self.concepts[waiting.pop()].broader:
                if parent not in above:
                    above[parent] = None
                    waiting.append(parent)
        return [concept for concept in above if concept not in given]

    def nearest(self, word: str, *, in_phrases: bool = False) -> str | None:
        """Return the word of the thesaurus, as written, nearest to a misspelt folded one.

        `in_phrases` takes words that mean a concept with others only, too.
        """
        if len(word) < 4:
            return None
        most = 1 if len(word) < 8 else 2
        spellings = self._parts_spellings if in_phrases else self._spellings
        near = [
            (slips, spelling, text)
            for spelling, text in spellings.items()
            if spelling[0] == word[0] and (slips := distance(word, spelling, most)) <= most
        ]
        return min(near)[2] if near else None


def _by_word(texts: Iterable[str]) -> dict[str, str]:
    return {found[0]: text for text in texts if len(found := words(text)) == 1}


def _all_exact(phrases: _Phrases) -> Iterator[_Key]:
    for by_key in phrases.values():
        for found in by_key.values():
            for written in found.values():
                yield from written


def _meaning(start: int, end: int, exact: _Key, found: dict[str, set[_Key]]) -> Found:
    """Say what words mean: the concepts that have them as they stand, else those of their stems."""
    certain = tuple(concept for concept, written in found.items() if exact in written)
    return Found(start, end, certain or tuple(found), bool(certain))


@lru_cache(maxsize=4)
def load(own: str = "") -> Thesaurus:
    """Return the thesaurus that travels with the code, with what an installation's file adds.

    Raises SettingsError with file, concept and key where that text is wrong.
    """
    return Thesaurus(extended(own).values())
