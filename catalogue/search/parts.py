"""The parts of datasets that a search finds by themselves: columns, and values of small tables.

A column is found by its name and labels, a value (a street, a station) by its words. Each part is a
document of its own beside that of its dataset, under the same id, so that it comes and goes with
it; its fields are its own, so that searches for datasets never meet it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import tantivy

from catalogue.folding import name_words, words
from catalogue.records import LANGUAGES, Column, Entry, Text
from catalogue.search.stems import STOPWORDS, marked_stem

COLUMN = "column"
VALUE = "value"
KINDS = (COLUMN, VALUE)

FIELDS = ("part_words", "part_stems")
WHOLE = "part_whole"
HELD = "part"

_MOST_VALUES = 20_000
_MOST_WORDS = 8
_PREFIX_FROM = 2
_WHOLE_WEIGHT, _EXACT, _STEM, _PREFIX, _SLIP = 4.0, 1.0, 0.8, 0.5, 0.3
# One letter may be wrong in a word of so many, two in a longer one: as among datasets.
_SLIPS_FROM, _TWO_SLIPS_FROM = 4, 8
_ADDRESS = re.compile("(?:https?|ftp|mailto):", re.IGNORECASE)
_LABELS = ("title", "label", "labels", "titles")
_Q = tantivy.Query
_Must, _Should = tantivy.Occur.Must, tantivy.Occur.Should


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a dataset, or a value in one: then `value` is its text. `table` holds it."""

    dataset_id: str
    table: str
    column: str
    title: Text = {}
    value: str | None = None


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Parts found, best first, of `count` in all."""

    count: int
    results: list[Part]


PartFields = tuple[str, dict[str, str], bytes]
"""Kind, tokens by field, and the part itself."""


def parts_of(entry: Entry, values: Mapping[str, Any]) -> list[PartFields]:
    """Return the parts of an entry; `values` are distinct values by column, each with the table
    that holds it where they are a mapping.
    """
    columns: dict[str, tuple[str, Column]] = {}
    for table in entry.tables:
        for column in table.current.columns if table.current else ():
            columns.setdefault(column.name, (table.name, column))
    made = [_column(entry.id, table, column) for table, column in columns.values()]
    left = _MOST_VALUES
    for name, given in values.items():
        if name not in columns:
            continue
        held = given if isinstance(given, Mapping) else dict.fromkeys(given, columns[name][0])
        found = list(_values(entry.id, name, held, left))
        made += found
        left -= len(found)
    return made


def _column(dataset_id: str, table: str, column: Column) -> PartFields:
    title: dict[str, str] = {}
    for key in _LABELS:
        label = column.field.get(key)
        told = {"und": label} if isinstance(label, str) else label
        for language, text in told.items() if isinstance(told, dict) else ():
            if isinstance(text, str):
                title.setdefault(str(language), text[:200])
    spoken = [(lang, words(text)) for lang, text in title.items()]
    folded = dict.fromkeys([*name_words(column.name), *words(column.name)])
    folded |= dict.fromkeys(word for _, each in spoken for word in each)
    tokens = {
        "part_words": " ".join(folded),
        "part_stems": " ".join(
            dict.fromkeys(marked_stem(word, lang) for word in folded for lang in LANGUAGES)
        ),
        WHOLE: " ".join(name_words(column.name)),
    }
    part = Part(dataset_id=dataset_id, table=table, column=column.name, title=title)
    return COLUMN, tokens, msgspec.json.encode(part)


def _values(
    dataset_id: str, column: str, told: Mapping[str, str], most: int
) -> Iterator[PartFields]:
    for value, table in told.items():
        if most <= 0:
            return
        folded = words(value)
        if not any(word.isalpha() and len(word) > 1 for word in folded) or _ADDRESS.match(value):
            continue
        part = Part(dataset_id=dataset_id, table=table, column=column, value=value)
        tokens = {"part_words": " ".join(dict.fromkeys(folded)), WHOLE: " ".join(folded)}
        yield VALUE, tokens, msgspec.json.encode(part)
        most -= 1


def document(dataset_id: str, fields: PartFields) -> tantivy.Document:
    """Make the index document of a part."""
    kind, tokens, held = fields
    result = tantivy.Document(kind=kind, id=dataset_id)
    for name, text in tokens.items():
        result.add_text(name, text)
    result.add_bytes(HELD, held)
    return result


def query(
    schema: tantivy.Schema, kind: str, text: str, *, has_slips: bool = False
) -> tantivy.Query | None:
    """Build the query of the parts that hold every word of a text, each whole or as a beginning,
    with `has_slips` also mistyped; None where the text holds no word to search by.
    """
    folded = words(text[:300])
    telling = [word for word in folded if word not in STOPWORDS and len(word) > 1][:_MOST_WORDS]
    if not telling:
        return None
    asked = [(_Must, _Q.const_score_query(_Q.term_query(schema, "kind", kind, "basic"), 0.0))]
    asked += [(_Must, _word(schema, word, has_slips)) for word in dict.fromkeys(telling)]
    whole = _Q.term_query(schema, WHOLE, " ".join(folded), "basic")
    return _Q.boolean_query([*asked, (_Should, _Q.const_score_query(whole, _WHOLE_WEIGHT))])


def _word(schema: tantivy.Schema, word: str, has_slips: bool) -> tantivy.Query:
    stems = [
        _Q.term_query(schema, "part_stems", marked_stem(word, lang), "basic") for lang in LANGUAGES
    ]
    exact = _Q.term_query(schema, "part_words", word, "basic")
    readings = [
        _Q.const_score_query(exact, _EXACT),
        _Q.const_score_query(_Q.boolean_query([(_Should, stem) for stem in stems]), _STEM),
    ]
    if len(word) > _PREFIX_FROM:
        begun = _Q.fuzzy_term_query(schema, "part_words", word, 0, True, True)
        readings.append(_Q.const_score_query(begun, _PREFIX))
    if has_slips and len(word) >= _SLIPS_FROM:
        most = 1 if len(word) < _TWO_SLIPS_FROM else 2
        near = _Q.fuzzy_term_query(schema, "part_words", word, most, True, False)
        readings.append(_Q.const_score_query(near, _SLIP))
    return _Q.disjunction_max_query(readings, 0.0)
