"""The concepts that tie the words of three languages, and how a text speaks of them.

`catalogue/thesaurus.toml` holds a table a concept: the words for it in each language, the preferred
one first; the `broader` concepts; `nl_start` and `nl_end`, the parts by which a Dutch compound
shows it (`fiets|enstalling`, `basis|school`); a `theme` where an EU data theme is the concept.
`fr_only`, `nl_only` and `en_only` hold words by which a reader of that language means the concept,
and which prove nothing in a text (a Dutch reader's `station` is for trains, though others measure
the air). A stem matches whatever its ending, words of little meaning between two words do not count
(`parking à vélos`), and the longest phrase wins.
"""

import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from catalogue.errors import SettingsError
from catalogue.folding import distance, words
from catalogue.records import LANGUAGES, Text
from catalogue.search.stems import STOPWORDS, stem

FILE = Path(__file__).resolve().parent.parent / "thesaurus.toml"

_SHORTEST_COMPOUND = 7
_LONGEST_PHRASE = 9
_SHORTEST_FOREIGN = 4


class Concept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thing that datasets are about, with its words in each language."""

    id: str
    fr: list[str]
    nl: list[str]
    en: list[str]
    fr_only: list[str] = []
    nl_only: list[str] = []
    en_only: list[str] = []
    broader: list[str] = []
    nl_start: list[str] = []
    nl_end: list[str] = []
    theme: str | None = None

    def words_in(self, language: str) -> list[str]:
        """Return the words for the concept in one language, the preferred first."""
        spoken: list[str] = getattr(self, language)
        return spoken

    def only_in(self, language: str) -> list[str]:
        """Return the words that mean the concept to a reader, and prove nothing in a text."""
        spoken: list[str] = getattr(self, f"{language}_only")
        return spoken

    @property
    def title(self) -> Text:
        """The preferred word in each language."""
        return {language: self.words_in(language)[0] for language in LANGUAGES}


class Found(msgspec.Struct, frozen=True):
    """What a run of words means, by code: the words are `start` to `end`, end excluded.

    `is_exact` says that the words stand so in the thesaurus, not only their stems.
    """

    start: int
    end: int
    codes: tuple[str, ...]
    is_exact: bool = True


_Key = tuple[str, ...]
_Phrases = dict[str, dict[_Key, dict[str, set[_Key]]]]
"""By the first stem, then all stems: concepts, each with its words as the thesaurus has them."""


class Thesaurus:
    """Finds concepts in words."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.id: concept for concept in concepts}
        for concept in self.concepts.values():
            for parent in concept.broader:
                if parent not in self.concepts:
                    raise SettingsError(
                        "thesaurus_unknown_concept", concept=concept.id, broader=parent
                    )
        self._phrases: dict[str, _Phrases] = {language: {} for language in LANGUAGES}
        self._lengths: dict[str, dict[str, int]] = {language: {} for language in LANGUAGES}
        self._only: set[tuple[str, _Key]] = set()
        for concept in self.concepts.values():
            for language in LANGUAGES:
                for text in concept.words_in(language):
                    self._add(language, text, concept.id)
                for text in concept.only_in(language):
                    self._only.add((language, self._add(language, text, concept.id)))
        self._starts = self._parts("nl_start")
        self._ends = self._parts("nl_end")
        self.themes = {c.theme: c.id for c in self.concepts.values() if c.theme}
        texts = (t for c in self.concepts.values() for lang in LANGUAGES for t in c.words_in(lang))
        self._spellings = {w[0]: text for text in texts if len(w := words(text)) == 1}
        self.compound = lru_cache(maxsize=200_000)(self._compound)

    def _add(self, language: str, text: str, concept: str) -> _Key:
        exact = tuple(word for word in words(text) if word not in STOPWORDS)
        if not exact:
            raise SettingsError("thesaurus_empty_word", concept=concept, word=text)
        key = tuple(stem(word, language) for word in exact)
        phrases = self._phrases[language].setdefault(key[0], {})
        phrases.setdefault(key, {}).setdefault(concept, set()).add(exact)
        lengths = self._lengths[language]
        lengths[key[0]] = max(len(key), lengths.get(key[0], 0))
        return exact

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
        first = stem(folded[start], language)
        phrases = self._phrases[language].get(first)
        if phrases is None:
            return None
        longest = self._lengths[language][first]
        best: tuple[int, _Key, dict[str, set[_Key]]] | None = None
        exact: _Key = ()
        key: _Key = ()
        for end in range(start, min(len(folded), start + _LONGEST_PHRASE)):
            if folded[end] in STOPWORDS:
                continue
            exact = (*exact, folded[end])
            key = (*key, stem(folded[end], language))
            found = phrases.get(key)
            if found and not is_own:
                found = self._shared(found, language)
            if found:
                best = (end + 1, exact, found)
            if len(key) == longest:
                break
        if best is None:
            return None
        end, exact, found = best
        certain = tuple(concept for concept, written in found.items() if exact in written)
        return Found(start, end, certain or tuple(found), bool(certain))

    def _shared(self, found: dict[str, set[_Key]], language: str) -> dict[str, set[_Key]]:
        """Leave out the words that only a reader takes so."""
        kept = {
            concept: {exact for exact in written if (language, exact) not in self._only}
            for concept, written in found.items()
        }
        return {concept: written for concept, written in kept.items() if written}

    def find_foreign(self, folded: list[str], language: str) -> list[str]:
        """Return the concepts that words of a language name in a text of another language.

        They must stand as the thesaurus has them: a stem, or a short word (`car`), is too often a
        word of the text's own language.
        """
        found: dict[str, None] = {}
        for start, word in enumerate(folded):
            if word in STOPWORDS:
                continue
            phrase = self.longest(folded, start, language)
            is_long = phrase and (phrase.end > start + 1 or len(word) >= _SHORTEST_FOREIGN)
            if phrase and phrase.is_exact and is_long:
                found.update(dict.fromkeys(phrase.codes))
        return list(found)

    def find(self, folded: list[str], language: str) -> list[str]:
        """Return the concepts that a text speaks of, Dutch compounds taken apart; each once."""
        found: dict[str, None] = {}
        for start, word in enumerate(folded):
            if word in STOPWORDS:
                continue
            phrase = self.longest(folded, start, language)
            if phrase is not None:
                found.update(dict.fromkeys(phrase.codes))
            elif language == "nl":
                found.update(dict.fromkeys(self.compound(word)))
        return list(found)

    def _compound(self, word: str) -> tuple[str, ...]:
        if len(word) < _SHORTEST_COMPOUND:
            return ()
        cuts = range(len(word) - 2, 2, -1)
        first = next((self._starts[word[:cut]] for cut in cuts if word[:cut] in self._starts), None)
        last = next((self._ends[word[-cut:]] for cut in cuts if word[-cut:] in self._ends), None)
        return tuple(dict.fromkeys(concept for concept in (first, last) if concept))

    def parents(self, concepts: Iterable[str]) -> list[str]:
        """Return the concepts one step above the given ones."""
        return list(
            dict.fromkeys(p for concept in concepts for p in self.concepts[concept].broader)
        )

    def broader(self, concepts: Iterable[str]) -> list[str]:
        """Return all concepts above the given ones, without these."""
        given = list(concepts)
        above: dict[str, None] = {}
        waiting = list(given)
        while waiting:
            for parent in self.concepts[waiting.pop()].broader:
                if parent not in above:
                    above[parent] = None
                    waiting.append(parent)
        return [concept for concept in above if concept not in given]

    def nearest(self, word: str) -> str | None:
        """Return the word of the thesaurus, as written, nearest to a misspelt folded one."""
        if len(word) < 4:
            return None
        most = 1 if len(word) < 8 else 2
        near = [
            (slips, spelling, text)
            for spelling, text in self._spellings.items()
            if spelling[0] == word[0] and (slips := distance(word, spelling, most)) <= most
        ]
        return min(near)[2] if near else None


@cache
def load(file: Path = FILE) -> Thesaurus:
    """Read a thesaurus; a wrong file raises SettingsError with the place of the fault."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        concepts = [msgspec.convert({"id": key, **table}, Concept) for key, table in tables.items()]
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise SettingsError("thesaurus_unreadable", file=file.name, fault=str(fault)) from fault
    return Thesaurus(concepts)
