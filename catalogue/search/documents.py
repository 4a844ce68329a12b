"""Makes an entry of the catalogue into a document of the index."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache
from itertools import islice

import tantivy

from catalogue.boxes import Box
from catalogue.folding import name_words, words
from catalogue.records import LANGUAGES, Entry, Side, Text
from catalogue.search.fields import DATASET, LEVELS, SIDES, STATE
from catalogue.search.places import named_in, on_side
from catalogue.search.stems import STOPWORDS, marked_stem
from catalogue.search.thesaurus import Thesaurus
from catalogue.territory import members_of, names_by_words, place_of, places

Values = Mapping[str, Collection[str]]
"""Distinct values of the columns of small tables, by column name; as a mapping, each with the table
that holds it.
"""

MAX_VALUES = 2_000
"""A column with more of them names single things, not what its dataset is about."""

Fields = list[tuple[str, str | float]]
"""What a document holds: names of fields, each with tokens between spaces, a text or a number."""

_LONGEST_TEXT = 20_000
_LONGEST_WORD = 60
_MOST_VALUES = 20_000
_MOST_SUBJECTS = 200
_MOST_CONCEPTS = 60
_MOST_NEAR = 15
_NO_SUBJECTS = frozenset(("address", "adres", "adresse", "link", "street", "straat", "rue", "url"))
_LABELS = ("title", "label", "labels", "titles", "description")

Tokens = dict[str, dict[str, None]]


def fields_of(
    entry: Entry, thesaurus: Thesaurus, values: Values | None = None, extent: Box | None = None
) -> Fields:
    """Read an entry into the fields of its document."""
    made = _Reading(thesaurus, _only_side(entry), members_of(entry.dataset.spatial))
    texts = level_texts(entry)
    for level in LEVELS:
        made.read(level, texts.get(level, ()))
    made.read_values(values or {})
    made.cover(entry)
    for theme in entry.dataset.themes:
        made.theme(theme)
    for concept in thesaurus.broader(made.concepts):
        made.broader[concept] = None
    fields: Fields = [(name, " ".join(tokens)) for name, tokens in made.tokens.items()]
    fields.append(("broader_concepts", " ".join(made.broader)))
    fields += _sorts(entry)
    fields += [(facet, value) for facet, chosen in facet_values(entry).items() for value in chosen]
    fields.append(("prior", _prior(entry)))
    fields += zip(SIDES, extent or (), strict=False)
    return fields


def document(identifier: str, fields: Fields) -> tantivy.Document:
    """Make the index document of an entry."""
    result = tantivy.Document(kind=DATASET, id=identifier)
    for name, value in fields:
        if isinstance(value, str):
            result.add_text(name, value)
        else:
            result.add_float(name, value)
    return result


def state(sequence: int) -> tantivy.Document:
    """Make the one document that says which change the index holds last."""
    return tantivy.Document(kind=STATE, id=STATE, sequence=sequence)


def facet_values(entry: Entry) -> dict[str, tuple[str, ...]]:
    """Return the values of an entry under each facet; where it states none, there is none."""
    dataset = entry.dataset
    spoken = dataset.languages or [lang for lang in dataset.title if lang != "und"]
    return {
        "side": tuple(side.value for side in sides_of(entry)),
        "theme": tuple(dict.fromkeys(dataset.themes)),
        "publisher": (dataset.publisher.id,),
        "licence": (dataset.licence,) if dataset.licence else (),
        "format": tuple(dict.fromkeys(d.format.lower() for d in dataset.distributions if d.format)),
        "language": tuple(dict.fromkeys(spoken)),
    }


def sides_of(entry: Entry) -> tuple[Side, ...]:
    """Return the sides that an entry belongs to: its publisher's and those that its data cover.

    Where neither is stated, the places of its coverage tell.
    """
    dataset = entry.dataset
    stated = [side for side in (dataset.publisher.side, *dataset.sides) if side is not None]
    if not stated:
        places = (place_of(value) for value in dataset.spatial)
        stated = sorted({place.side for place in places if place is not None and place.side})
    return tuple(dict.fromkeys(stated))


def _only_side(entry: Entry) -> Side | None:
    """Return the one side of the border that an entry is about: it tells homonyms apart."""
    sides = set(sides_of(entry)) - {Side.CROSS_BORDER}
    return sides.pop() if len(sides) == 1 else None


def updated_at(entry: Entry) -> str:
    """Return when the data changed, as the publisher states it, else as the store saw it; or "".

    When the record was last touched says nothing about the data, and is no such day.
    """
    return entry.dataset.data_modified or entry.data_updated_at or ""


def is_findable(entry: Entry) -> bool:
    """Tell whether the public may find an entry.

    Not when it is archived, withdrawn or shown as another, nor while files came and none of them
    ever passed its check. A record whose files are no tables stays findable.
    """
    has_version = any(table.current for table in entry.tables)
    is_shown = not (entry.is_archived or entry.is_withdrawn) and entry.same_as is None
    return is_shown and (has_version or not entry.drafts)


def level_texts(entry: Entry) -> dict[str, list[tuple[str, str]]]:
    """Return the texts of an entry with their language, by level."""
    dataset = entry.dataset
    keywords = [(lang, "; ".join(given)) for lang, given in dataset.keywords.items()]
    columns = [
        *(_each(d.title for d in dataset.distributions)),
        *_each(t.title for t in entry.tables),
    ]
    for table in entry.tables:
        columns.append(("und", table.name))
        for column in table.current.columns if table.current else ():
            columns.append(("und", " ".join(name_words(column.name))))
            for label in _LABELS:
                columns.extend(_label(column.field.get(label)))
    return {
        "title": list(dataset.title.items()),
        "keywords": keywords + list(dataset.publisher.title.items()),
        "columns": columns,
        "description": list(dataset.description.items()),
    }


def _each(texts: Iterable[Text]) -> list[tuple[str, str]]:
    return [pair for text in texts for pair in text.items()]


def _label(value: object) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [("und", value)]
    if isinstance(value, dict):
        return [(str(lang), text) for lang, text in value.items() if isinstance(text, str)]
    return []


def sort_title(title: Text, language: str) -> str:
    """Return the folded title by which a reader of a language sorts."""
    text = next((title[lang] for lang in (language, *LANGUAGES) if title.get(lang)), None)
    return " ".join(words(text or next(iter(title.values()), "")))[:200]


def _sorts(entry: Entry) -> Fields:
    title = entry.dataset.title
    return [
        *((f"sort_{language}", sort_title(title, language)) for language in LANGUAGES),
        *(("whole_title", " ".join(words(text))) for text in title.values()),
        ("updated", updated_at(entry)),
        ("spelling", " ".join(title.values())[:400]),
    ]


def _prior(entry: Entry) -> float:
    """Return a small weight that parts equal hits: short titles and fresh data come first."""
    shortest = min((len(words(text)) for text in entry.dataset.title.values()), default=12)
    try:
        years = (date.fromisoformat(updated_at(entry)[:10]) - date(2000, 1, 1)).days / 365
    except ValueError:
        years = 0.0
    return 0.03 * 4 / (4 + shortest) + 0.0003 * max(0.0, min(years, 60.0))


@cache
def _area_tokens(code: str) -> tuple[str, ...]:
    """Return the codes of everything that shares ground with a place, municipalities and areas."""
    members = places()[code].members
    return tuple(other.code for other in places().values() if members & other.members)


class _Reading:
    """Collects the tokens of one document."""

    def __init__(
        self, thesaurus: Thesaurus, side: Side | None, covered: frozenset[str] = frozenset()
    ) -> None:
        self._thesaurus = thesaurus
        self._side = side
        self._covered = covered
        self.tokens: Tokens = {}
        self.concepts: dict[str, None] = {}
        self.broader: dict[str, None] = {}
        self._areas_named: dict[str, None] = {}

    def _add(self, field: str, tokens: Iterable[str]) -> None:
        self.tokens.setdefault(field, {}).update(dict.fromkeys(tokens))

    def _concepts(self, folded: list[str], language: str) -> list[str]:
        """Return the concepts of a text; where its language is not known, all three are tried."""
        if language not in LANGUAGES:
            found = [self._thesaurus.find(folded, one) for one in LANGUAGES]
        else:
            found = [self._thesaurus.find(folded, language)]
            others = (one for one in LANGUAGES if one != language)
            found += [self._thesaurus.find_foreign(folded, one) for one in others]
        return list(dict.fromkeys(concept for codes in found for concept in codes))

    def _read_head(self, folded: list[str], language: str) -> None:
        """Take in how a title begins: what it names first, it is about."""
        head = next((n for n, word in enumerate(folded) if word not in STOPWORDS), None)
        if head is None:
            return
        self._add("title_head", [marked_stem(folded[head], language)])
        if phrase := self._thesaurus.longest(folded, head, language):
            self._add("title_head", phrase.codes)

    def read(self, level: str, texts: Iterable[tuple[str, str]]) -> None:
        """Take in the texts of one level."""
        field = {"title": "place_title", "keywords": "place_near"}.get(level, "place_text")
        for language, text in texts:
            folded = [word[:_LONGEST_WORD] for word in words(text[:_LONGEST_TEXT])]
            each = dict.fromkeys(folded)
            self._add(f"{level}_words", each)
            for spoken in (language,) if language in LANGUAGES else LANGUAGES:
                self._add(f"{level}_stems", [marked_stem(word, spoken) for word in each])
                if level == "title":
                    self._read_head(folded, spoken)
            found = self._concepts(folded, language)
            self._add(f"{level}_concepts", found)
            self.concepts.update(dict.fromkeys(found))
            if level == "title":
                self._add("title_broader", self._thesaurus.parents(found))
            if level != "columns":
                self._name(field, named_in(text[:_LONGEST_TEXT], folded, self._side))

    def _covered_only(self, codes: Iterable[str]) -> list[str]:
        """Leave out what a stated coverage leaves out.

        A description also names what is missing, a column of names `Saint-Maur` in another town.
        """
        covered = self._covered
        return [code for code in codes if not covered or covered & places()[code].members]

    def _name(self, field: str, codes: Iterable[str]) -> None:
        for code in self._covered_only(codes) if field == "place_text" else codes:
            if places()[code].kind == "municipality":
                self._add(field, _area_tokens(code))
            else:
                self._add(field, (code,))
                if field != "place_text":
                    self._areas_named[code] = None

    def read_values(self, values: Values) -> None:
        """Take in the distinct values of columns: their words, and places by name or code.

        The values of a column with few are subjects (`Cybersécurité`). Those of one with many name
        single things (`Gare Lille Flandres`), those of a list of terms speak of everything: both
        stand for words only.
        """
        left = _MOST_VALUES
        for column, given in values.items():
            if len(given) > MAX_VALUES:
                continue
            names_things = not _NO_SUBJECTS.isdisjoint(name_words(column))
            is_subject = len(given) <= _MOST_SUBJECTS and not names_things
            subjects: dict[str, None] = {}
            for value in islice(given, left):
                folded = words(value[:200])
                self._add("values_words", folded)
                self._add(
                    "values_stems",
                    [marked_stem(word, lang) for word in folded for lang in LANGUAGES],
                )
                if is_subject:
                    subjects.update(dict.fromkeys(self._concepts(folded, "und")))
                for code in self._covered_only(_place_values(folded, self._side)):
                    self._add("place_values", _area_tokens(code))
            if len(subjects) <= _MOST_CONCEPTS:
                self._add("values_concepts", subjects)
                self.concepts.update(subjects)
            left = max(0, left - len(given))

    def cover(self, entry: Entry) -> None:
        """Take in the coverage; where none is known, the areas that title and keywords name."""
        stated = [place for value in entry.dataset.spatial if (place := place_of(value))]
        is_local = len(stated) <= _MOST_NEAR
        for place in stated:
            if place.kind == "municipality" and is_local:
                self._add("place_near", _area_tokens(place.code))
                if len(stated) == 1:
                    self._add("place_only", (place.code,))
            else:
                self._add("place_wide", _area_tokens(place.code))
                if place.kind != "municipality":
                    self._add("place_near", (place.code,))
        if not stated:
            for code in self._areas_named:
                self._add("place_wide", _area_tokens(code))

    def theme(self, theme: str) -> None:
        """Take in an EU data theme as the concept that it is."""
        if concept := self._thesaurus.themes.get(theme):
            self.broader[concept] = None


def _place_values(folded: list[str], side: Side | None) -> tuple[str, ...]:
    names = names_by_words().get(tuple(folded), ())
    return on_side(
        (name.code for name in names if places()[name.code].kind == "municipality"), side
    )
