"""Turns the groups of a query into tantivy query objects, with the weights that rank the hits.

Each reading of a word has a fixed weight, level times kind, so that the order is the same whatever
the size of the catalogue: a title says more than a keyword, an exact word more than a stem, a stem
more than a concept of another language, then a prefix, a part of a compound, a slip. A hit scores
its best reading and a tenth of the others; a small prior (`documents`) parts what is left equal.
"""

from collections.abc import Iterable, Iterator

import tantivy

from catalogue.boxes import Box
from catalogue.folding import words
from catalogue.records import LANGUAGES
from catalogue.search.fields import DATASET, LEVELS
from catalogue.search.reading import Group
from catalogue.search.records import FACETS, Query
from catalogue.search.stems import marked_stem

LEVEL_WEIGHTS = {"title": 10.0, "keywords": 7.0, "columns": 5.0, "description": 4.0, "values": 2.0}
EXACT, STEM, CONCEPT, NARROWER, PREFIX, PART, FUZZY, BROADER = (
    1.0,
    0.9,
    0.75,
    0.6,
    0.5,
    0.45,
    0.35,
    0.3,
)
PLACE_WEIGHTS = {
    "place_title": 10.0,
    "place_only": 9.0,
    "place_near": 8.0,
    "place_values": 5.0,
    "place_text": 4.0,
    "place_wide": 2.5,
}
_WHOLE_TITLE = 4.0
_ALL_IN_TITLE = 3.0
_TITLE_HEAD = 2.0
_ENDINGS = ("s", "x", "e", "es", "n", "en", "de", "ing", "ed")
_READERS_LANGUAGE = {"title": 0.6, "keywords": 0.4, "description": 0.3}
_OTHER_READINGS = 0.1
_FIRST_PART = 0.6
# What holds all the words stands before all that holds some.
_FIRST = 100.0
_PREFIX_FROM, _FUZZY_FROM, _TWO_SLIPS_FROM = 3, 6, 8

_Must, _Should = tantivy.Occur.Must, tantivy.Occur.Should
_Q = tantivy.Query


class Scoring:
    """Builds the queries of one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema
        self.everything = self._term("kind", DATASET)

    def _term(self, field: str, token: str) -> _Q:
        return _Q.term_query(self._schema, field, token, "basic")

    def _scored(self, field: str, tokens: Iterable[str], weight: float) -> _Q:
        found = [self._term(field, token) for token in dict.fromkeys(tokens)]
        if len(found) > 1:
            return _Q.const_score_query(_Q.boolean_query([(_Should, q) for q in found]), weight)
        return _Q.const_score_query(found[0], weight)

    def words(self, groups: list[Group], typed: str, language: str) -> _Q:
        """Build the query whose hits meet every group, a title that is just that first."""
        found = [
            (_Should if group.is_breakdown else _Must, self.group(group, language))
            for group in groups
        ]
        in_title = _Q.boolean_query([(_Must, self._in_title(group)) for group in groups])
        first = groups[0]
        head = [marked_stem(first.words[0], lang) for lang in LANGUAGES]
        return _Q.boolean_query(
            [
                *found,
                (_Should, self._scored("whole_title", [typed], _WHOLE_TITLE)),
                (_Should, _Q.const_score_query(in_title, _ALL_IN_TITLE)),
                (_Should, self._scored("title_head", [*head, *first.concepts], _TITLE_HEAD)),
            ]
        )

    def _in_title(self, group: Group) -> _Q:
        """Build the query of titles that hold a group in its own words, or name its place."""
        if group.places:
            return self._scored("place_title", group.places, 1.0)
        each = [
            self._scored("title_stems", [marked_stem(word, lang) for lang in LANGUAGES], 1.0)
            for word in group.words
        ]
        return _Q.boolean_query([(_Must, word) for word in each])

    def some_words(self, weighted: list[tuple[Group, float]], language: str, *, first: _Q) -> _Q:
        """Build the query whose hits meet some group, weighted by how telling each is; those of
        `first` come first.
        """
        some = [
            (_Should, _Q.boost_query(self.group(g, language), weight)) for g, weight in weighted
        ]
        return _Q.boolean_query([(_Should, _Q.boost_query(first, _FIRST)), *some])

    def filtered(self, asked: _Q, query: Query, without: str | None = None) -> _Q:
        """Narrow a query by the facets chosen, all but one, and by the area."""
        narrowing = [
            (_Must, _Q.const_score_query(_Q.term_set_query(self._schema, facet, list(values)), 0.0))
            for facet in FACETS
            if facet != without and (values := query.chosen(facet))
        ]
        if query.box is not None:
            narrowing += [(_Must, side) for side in self._meets(query.box)]
        return _Q.boolean_query([(_Must, asked), *narrowing]) if narrowing else asked

    def _meets(self, box: Box) -> Iterator[_Q]:
        """Build the conditions that an extent shares ground with an area, at its edge too."""
        for field, lower, upper in (
            ("west", None, box.east),
            ("east", box.west, None),
            ("south", None, box.north),
            ("north", box.south, None),
        ):
            side = _Q.range_query(self._schema, field, tantivy.FieldType.Float, lower, upper)
            yield _Q.const_score_query(side, 0.0)

    def group(self, group: Group, language: str) -> _Q:
        """Build the query of one group."""
        readings: list[_Q] = []
        for code in group.places:
            readings += [self._scored(field, [code], w) for field, w in PLACE_WEIGHTS.items()]
        for level, weight in LEVEL_WEIGHTS.items():
            if group.concepts:
                readings.append(self._scored(f"{level}_concepts", group.concepts, weight * CONCEPT))
            if group.parts and level != "values":
                readings.append(self._parts(level, group.parts, weight * PART))
        if group.concepts:
            readings.append(self._scored("title_broader", group.concepts, 10 * NARROWER))
            readings.append(self._scored("broader_concepts", group.concepts, 10 * BROADER))
        if group.is_word:
            readings.append(self._all_words(group, language))
            if group.respelt and len(spelt := words(group.respelt)) == 1:
                readings.append(_Q.boost_query(self._word(spelt[0], language, False), STEM))
        best = _Q.disjunction_max_query(readings, _OTHER_READINGS)
        if group.is_certain and not group.places:
            return _Q.boolean_query([(_Must, best), (_Must, self._means(group.concepts))])
        return best

    def _parts(self, level: str, parts: tuple[str, ...], weight: float) -> _Q:
        """Build the query of a compound's concepts: the last tells more, both tell most."""
        field = f"{level}_concepts"
        *first, last = parts
        each = [(_Should, self._scored(field, [last], weight))]
        each += [(_Should, self._scored(field, [part], weight * _FIRST_PART)) for part in first]
        return _Q.boolean_query(each)

    def _means(self, concepts: Iterable[str]) -> _Q:
        """Build the query of the datasets that speak of a concept or a narrower one; no score."""
        codes = list(concepts)
        fields = [*(f"{level}_concepts" for level in LEVELS), "broader_concepts"]
        held = [(_Should, _Q.term_set_query(self._schema, name, list(codes))) for name in fields]
        return _Q.const_score_query(_Q.boolean_query(held), 0.0)

    def _all_words(self, group: Group, language: str) -> _Q:
        has_prefix = (
            not group.concepts
        )  # a station is no stationnement, and concepts know its forms
        each = [self._word(w, language, group.is_unknown, has_prefix) for w in group.words]
        if len(each) == 1:
            return each[0]
        together = _Q.boolean_query([(_Must, word) for word in each])
        return _Q.boost_query(together, 1 / len(each))

    def _word(self, word: str, language: str, is_unknown: bool, has_prefix: bool = True) -> _Q:
        """Build the query of one word: exact, by its stems, as a prefix and near it."""
        stems = {lang: marked_stem(word, lang) for lang in LANGUAGES}
        readings: list[_Q] = []
        for level, weight in LEVEL_WEIGHTS.items():
            field = f"{level}_words"
            readings.append(self._scored(field, [word], weight * EXACT))
            readings.append(self._scored(f"{level}_stems", stems.values(), weight * STEM))
            least = _PREFIX_FROM if level in ("title", "keywords") else _PREFIX_FROM + 1
            if has_prefix and len(word) >= least:
                near = _Q.fuzzy_term_query(self._schema, field, word, 0, True, True)
                readings.append(_Q.const_score_query(near, weight * PREFIX))
            if (slips := self._slips(word, level, is_unknown)) > 0:
                near = _Q.fuzzy_term_query(self._schema, field, word, slips, True, False)
                readings.append(_Q.const_score_query(near, weight * FUZZY))
        best = _Q.disjunction_max_query(readings, _OTHER_READINGS)
        own = [
            (_Should, self._scored(f"{level}_stems", [stems[language]], bonus))
            for level, bonus in _READERS_LANGUAGE.items()
            if language in stems
        ]
        return _Q.boolean_query([(_Must, best), *own])

    def _slips(self, word: str, level: str, is_unknown: bool) -> int:
        """Say how many slips are forgiven: fewer for a word that some dataset holds."""
        if not word.isalpha():
            return 0
        if is_unknown:
            return 0 if len(word) < 4 else 2 if len(word) >= _TWO_SLIPS_FROM else 1
        return 1 if level in ("title", "keywords") and len(word) >= _FUZZY_FROM else 0

    def is_known(self, searcher: tantivy.Searcher, word: str) -> bool:
        """Tell whether some dataset holds a word, or the same with another ending.

        A stem in common is no proof: `stationement` has that of `station` in English.
        """
        shorter = {word.removesuffix(end) for end in _ENDINGS if len(word) > len(end) + 3}
        forms = {word, *shorter, *(word + end for end in _ENDINGS)}
        return any(searcher.doc_freq(f"{level}_words", form) for level in LEVELS for form in forms)
