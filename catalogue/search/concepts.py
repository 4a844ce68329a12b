"""The concepts of the thesaurus as files state them, read strictly: a fault names its place.

`catalogue/thesaurus.toml` travels with the code; a `thesaurus.toml` in the data folder belongs to
the installation. There a table of a known id adds words to that concept, any other is a concept of
its own and needs a word in each of the three languages. `docs/thesaurus.md` tells stewards how.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from catalogue.errors import SettingsError
from catalogue.folding import words
from catalogue.records import LANGUAGES, Text
from catalogue.search.stems import STOPWORDS

FILE = Path(__file__).resolve().parent.parent / "thesaurus.toml"
OWN_FILE = "thesaurus.toml"
MAX_BYTES = 1_000_000

_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SHORTEST_PART = 3
_WORD_KEYS = (*LANGUAGES, *(f"{language}_only" for language in LANGUAGES))
_PART_KEYS = ("nl_start", "nl_end")
_LISTS = (*_WORD_KEYS, "broader", *_PART_KEYS)


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


@cache
def shipped() -> Mapping[str, Concept]:
    """Read the concepts that travel with the code."""
    return read(FILE.read_text(encoding="utf-8"), FILE.name, has_themes=True)


def extended(text: str) -> Mapping[str, Concept]:
    """Return the concepts with those of an installation's file; it holds words and adds, or raises.

    Raises SettingsError with file, concept and key where the text is wrong.
    """
    return read(text, OWN_FILE, known=shipped())


def counts(text: str) -> tuple[int, int]:
    """Count the concepts that an installation's file adds, and those that it gives more words."""
    told = extended(text).keys() & _tables(text, OWN_FILE).keys()
    more = len(told & shipped().keys())
    return len(told) - more, more


def read(
    text: str, file: str, *, known: Mapping[str, Concept] | None = None, has_themes: bool = False
) -> dict[str, Concept]:
    """Read a thesaurus, on top of the known concepts."""
    found = dict(known or {})
    tables = _tables(text, file)
    for concept, table in tables.items():
        found[concept] = _concept(concept, table, file, found.get(concept), has_themes)
    for concept in tables:
        for parent in found[concept].broader:
            if parent not in found:
                raise SettingsError(
                    "thesaurus_unknown_concept", file=file, concept=concept, broader=parent
                )
        if concept in _above(concept, found):
            raise SettingsError("thesaurus_circle", file=file, concept=concept)
    return found


def _tables(text: str, file: str) -> dict[str, Any]:
    if len(text.encode()) > MAX_BYTES:
        raise SettingsError("thesaurus_too_large", file=file, limit_bytes=MAX_BYTES)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise SettingsError("thesaurus_unreadable", file=file, fault=str(fault)) from fault


def _concept(
    concept: str, table: object, file: str, known: Concept | None, has_themes: bool
) -> Concept:
    if not _ID.fullmatch(concept) or not isinstance(table, dict):
        raise SettingsError("thesaurus_wrong_concept", file=file, concept=concept)
    lists: dict[str, list[str]] = {}
    for key, value in table.items():
        if key in _LISTS:
            lists[key] = _texts(value, file, concept, key)
        elif not (has_themes and key == "theme"):
            raise SettingsError("thesaurus_unknown_key", file=file, concept=concept, key=key)
    for key in _WORD_KEYS:
        for word in lists.get(key, ()):
            _check_word(word, file, concept, key)
    for key in _PART_KEYS:
        for part in lists.get(key, ()):
            _check_part(part, file, concept, key)
    if known is not None:
        more = {key: [*getattr(known, key), *texts] for key, texts in lists.items()}
        plain = {key: list(dict.fromkeys(texts)) for key, texts in more.items()}
        return msgspec.structs.replace(known, **plain)
    for language in LANGUAGES:
        if not lists.get(language):
            raise SettingsError("thesaurus_no_word", file=file, concept=concept, key=language)
    return msgspec.convert({"id": concept, "theme": table.get("theme"), **lists}, Concept)


def _texts(value: object, file: str, concept: str, key: str) -> list[str]:
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return value
    raise SettingsError("thesaurus_no_list", file=file, concept=concept, key=key)


def _check_word(word: str, file: str, concept: str, key: str) -> None:
    """Refuse what would be looked for otherwise than it is written: `sans-abri` as `abri`."""
    folded = words(word)
    told = [one for one in folded if one not in STOPWORDS]
    if not told:
        raise SettingsError("thesaurus_empty_word", file=file, concept=concept, key=key, word=word)
    if len(told) == 1 and len(folded) > 1:
        raise SettingsError(
            "thesaurus_shrunk_word", file=file, concept=concept, key=key, word=word, left=told[0]
        )


def _check_part(part: str, file: str, concept: str, key: str) -> None:
    if len(words(part)) != 1 or len(words(part)[0]) < _SHORTEST_PART:
        raise SettingsError("thesaurus_wrong_part", file=file, concept=concept, key=key, word=part)


def _above(concept: str, concepts: Mapping[str, Concept]) -> set[str]:
    """Return all concepts above one; one that is not there yet is told by its own check."""
    above: set[str] = set()
    waiting = [concept]
    while waiting:
        held = concepts.get(waiting.pop())
        for parent in held.broader if held else ():
            if parent not in above:
                above.add(parent)
                waiting.append(parent)
    return above
