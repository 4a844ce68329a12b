"""Brings the forms of a word together in French, Dutch and English.

Snowball's stemmers do the work, on folded words. Two gaps of theirs are closed here. French keeps
the plural of words in -os, -as, -is and -us (`vélo` against `vélos`): a final s goes before
stemming. Dutch takes off one ending where two stand (`fietsen` -> `fiets`, but `fiets` -> `fiet`):
the stemmer runs until nothing changes.
"""

from functools import lru_cache

import tantivy

_SNOWBALL = {"fr": "french", "nl": "dutch", "en": "english"}

STEMMED = tuple(_SNOWBALL)

_FRENCH = (
    "a au aux avec ce ces cette chez d dans de des dont du elle en entre est et il la le les "
    "leur leurs l ma mes mon n ne nos notre nous on or ou par pas plus pour qu que qui s sa "
    "sans se ses son sont sur ta te tout toute toutes tous un une vers via vos votre vous y "
    "trouver chercher liste "
)
_DUTCH = (
    "aan als bij dan dat de deze die dit door een en er het hoe in is je kan met mijn naar "
    "niet of om onder ons onze op over per s te tot uit uw van voor waar wat wie wij zijn "
    "zoek lijst "
)
_ENGLISH = (
    "about all an and any are as at be by can do does find for from get give has have how i "
    "in into is it its me my near of on our show some that the their there this to us was we "
    "what where which who with your list "
)

STOPWORDS = frozenset((_FRENCH + _DUTCH + _ENGLISH).split())
"""Folded words that carry no meaning in a query of any of the three languages."""


def _analyser(language: str) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return builder.filter(tantivy.Filter.stemmer(_SNOWBALL[language])).build()


_ANALYSERS = {language: _analyser(language) for language in STEMMED}


@lru_cache(maxsize=400_000)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; a word with a digit stays as it is."""
    if not word.isalpha() or len(word) < 3:
        return word
    if language == "fr" and len(word) > 3:
        word = _without_french_plural(word)
    for _ in range(3 if language == "nl" else 1):
        stemmed = _ANALYSERS[language].analyze(word)
        if stemmed == [word] or not stemmed:
            break
        word = stemmed[0]
    return word


def _without_french_plural(word: str) -> str:
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    if word.endswith(("eux", "oux", "eaux")):
        return word[:-1]
    return word
