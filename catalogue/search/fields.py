"""The fields of the index, and the fingerprint by which an index written otherwise is known.

Text is analysed in Python (`catalogue.folding`, `stems`, `thesaurus`, `territory`) and handed over
as tokens between spaces, so that index and query cannot disagree. Three readings of a text stand at
each level (title, keywords, columns, description, values): its folded words, its stems marked by
language (`nl~school`), and its concepts. The municipalities that a dataset is about stand apart, by
how directly it says so.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

import tantivy

from catalogue import points, territory
from catalogue.records import LANGUAGES
from catalogue.search import parts
from catalogue.search.records import FACETS

LEVELS = ("title", "keywords", "columns", "description", "values")
PLACE_FIELDS = (
    "place_title", "place_only", "place_near", "place_values", "place_text", "place_wide",
)  # fmt: skip

SIDES = ("west", "south", "east", "north")
"""Where a dataset lies; none of them where nobody knows."""

DATASET = "dataset"
STATE = "state"

_CODE = (
    "fields.py",
    "documents.py",
    "parts.py",
    "places.py",
    "stems.py",
    "concepts.py",
    "thesaurus.py",
)


def schema() -> tantivy.Schema:
    """Build the schema of the index."""
    builder = tantivy.SchemaBuilder()
    for name in ("id", "kind"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("sequence", stored=True)
    for level in LEVELS:
        for reading in ("words", "stems", "concepts"):
            _tokens(builder, f"{level}_{reading}")
    for name in ("title_head", "title_broader", "broader_concepts"):
        _tokens(builder, name)
    for field in PLACE_FIELDS:
        _tokens(builder, field)
    builder.add_text_field("whole_title", tokenizer_name="raw", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    for language in LANGUAGES:
        builder.add_text_field(
            f"sort_{language}", fast=True, tokenizer_name="raw", index_option="basic"
        )
    builder.add_text_field("updated", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_float_field("prior", fast=True)
    for side in SIDES:
        builder.add_float_field(side, fast=True, stored=True)
    for field in parts.FIELDS:
        _tokens(builder, field)
    builder.add_text_field(parts.WHOLE, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field(parts.HELD, stored=True, indexed=False)
    builder.add_text_field("spelling", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _tokens(builder: tantivy.SchemaBuilder, name: str) -> None:
    builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")


def fingerprint(thesaurus: str) -> str:
    """Return the digest of what an index depends on: code, thesaurus, places and tantivy.

    `thesaurus` is the digest of the concepts that it is read by.
    """
    here = Path(__file__).resolve().parent
    digest = hashlib.sha256(f"{version('tantivy')} {thesaurus}".encode())
    code = [here / name for name in _CODE] + [
        here.parent / "folding.py",
        here.parent / "territory.py",
        here.parent / "extents.py",
        here.parent / "points.py",
    ]
    starter = [points.FILE] if points.FILE.is_file() else []
    for file in (*code, *territory.DATA_FILES, *starter):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:32]
