"""What is measured: nDCG@10 by pair of languages, and how much of it is lost across languages.

For a pair, the hits are those that speak the language of the data; across languages, only records
that do not speak the reader's language too. nDCG compares with the best order of the judged records
(gain 2^grade - 1, discount log2 of the rank + 1; Järvelin and Kekäläinen 2002).
"""

import math
from collections.abc import Iterable, Sequence
from statistics import fmean

import msgspec

from catalogue.records import LANGUAGES
from catalogue.search import Query, SearchIndex
from tests.relevance.judgements import Judged
from tests.relevance.records import Catalogue

DEPTH = 10
Pair = tuple[str, str]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A judged query with the ids found for it, best first."""

    query: Judged
    found: list[str]


class Pairs(msgspec.Struct, frozen=True, kw_only=True):
    """nDCG@10 by language of the query and language of the data, with the number of queries."""

    means: dict[Pair, float]
    counts: dict[Pair, int]

    def _mean(self, pairs: Iterable[Pair]) -> float:
        return fmean(self.means[pair] for pair in pairs)

    @property
    def same(self) -> float:
        """Mean of the pairs of one language."""
        return self._mean(pair for pair in self.means if pair[0] == pair[1])

    @property
    def across(self) -> float:
        """Mean of the pairs of two languages."""
        return self._mean(pair for pair in self.means if pair[0] != pair[1])

    @property
    def gap(self) -> float:
        """Share of the quality that is lost across languages; below 0 where nothing is."""
        return 1 - self.across / self.same


def index_of(catalogue: Catalogue) -> SearchIndex:
    """Make the index of the catalogue, in memory."""
    index = SearchIndex(None)
    index.apply(catalogue.entries.values(), [], 1, catalogue.values)
    return index


def answer(index: SearchIndex, query: Judged, size: int) -> Answer:
    """Ask a query as a reader of its language does."""
    hits = index.search(Query(q=query.text, lang=query.language, limit=size))
    return Answer(query=query, found=[hit.id for hit in hits.results])


def ndcg(found: Sequence[str], grades: dict[str, int]) -> float:
    """Return nDCG@10 of a ranking."""
    gained = sum(_gain(grades.get(name, 0), rank) for rank, name in enumerate(found[:DEPTH]))
    best = sorted(grades.values(), reverse=True)[:DEPTH]
    return gained / sum(_gain(grade, rank) for rank, grade in enumerate(best))


def _gain(grade: int, rank: int) -> float:
    return (2**grade - 1) / math.log2(rank + 2)


def overall(answers: Iterable[Answer]) -> float:
    """Return the mean nDCG@10 of the hits as a reader sees them, all languages in one list."""
    return fmean(ndcg(one.found, one.query.grades) for one in answers)


def pairs(answers: Sequence[Answer], catalogue: Catalogue) -> Pairs:
    """Measure every pair of languages over the queries that records of the pair can answer well."""
    scores: dict[Pair, list[float]] = {(q, d): [] for q in LANGUAGES for d in LANGUAGES}
    for one in answers:
        for data_language in LANGUAGES:
            score = _score(one, data_language, catalogue)
            if score is not None:
                scores[one.query.language, data_language].append(score)
    return Pairs(
        means={pair: fmean(found) for pair, found in scores.items()},
        counts={pair: len(found) for pair, found in scores.items()},
    )


def _score(one: Answer, data_language: str, catalogue: Catalogue) -> float | None:
    own = one.query.language

    def belongs(name: str) -> bool:
        spoken = catalogue.languages(name)
        return data_language in spoken and (data_language == own or own not in spoken)

    grades = {name: grade for name, grade in one.query.grades.items() if belongs(name)}
    if max(grades.values(), default=0) < 2:
        return None
    return ndcg([name for name in one.found if belongs(name)], grades)
