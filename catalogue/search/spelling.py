"""Proposes another spelling where words of a query are known nowhere."""

import tantivy

from catalogue.folding import distance, fold, words
from catalogue.search.reading import Group
from catalogue.search.records import Query
from catalogue.search.scoring import Scoring
from catalogue.search.stems import STEMMED, stem

_TITLES = 20


def did_you_mean(
    searcher: tantivy.Searcher, scoring: Scoring, groups: list[Group], query: Query
) -> str | None:
    """Return the query with its unknown words as catalogue, thesaurus or places spell them."""
    respelt: dict[str, str] = {}
    for group in groups:
        respelt.update(group.slips)
        if group.is_unknown and len(group.words) == 1:
            better = group.respelt or _from_titles(searcher, scoring, group, query.lang)
            if better and not _is_same(group.words[0], better, query.lang):
                respelt[group.words[0]] = better
    if not respelt:
        return None
    return " ".join(respelt.get(fold(word), word) for word in _typed(query.q))[:200]


def _is_same(word: str, better: str, language: str) -> bool:
    """Tell whether a spelling is but another form of the word, which the stem finds anyway."""
    return stem(word, language) == stem(fold(better), language) if language in STEMMED else False


def _typed(text: str) -> list[str]:
    """Split a query as typed, each part one folded word where it can be."""
    return [part.strip(".,;:!?()\"'") for part in text.split()]


def _from_titles(
    searcher: tantivy.Searcher, scoring: Scoring, group: Group, language: str
) -> str | None:
    """Return the nearest word of the titles that a misspelt word finds, as written there."""
    word = group.words[0]
    if len(word) < 4:
        return None
    most = 1 if len(word) < 8 else 2
    found = searcher.search(scoring.group(group, language), limit=_TITLES)
    near: dict[str, int] = {}
    for _, address in found.hits:
        for written in str(searcher.doc(address).get_first("spelling") or "").split():
            plain = written.strip(".,;:!?()\"'«»")
            if words(plain) and (slips := distance(word, fold(plain), most)) <= most:
                near.setdefault(plain, slips)
    return min(near, key=lambda spelling: near[spelling]) if near else None
