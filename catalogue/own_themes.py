"""The Eurometropolis' own themes, each with what is there and what is missing, side by side.

`own_themes.toml` beside this file says what belongs to a theme. Datasets come from the search
index, known sources elsewhere from a published table, gaps from `gaps.toml` of the starter data.
"""

import tomllib
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from catalogue.folding import words
from catalogue.gaps import missing
from catalogue.published import Row, rows, several, text
from catalogue.records import LANGUAGES, Entry, Side, Text
from catalogue.search import Query, SearchIndex
from catalogue.store import Store, datasets

FILE = Path(__file__).with_suffix(".toml")
SIDES = (Side.FRANCE, Side.FLANDERS, Side.WALLONIA)
MOST, MOST_FOUND = 12, 500  # datasets of a side shown, and looked at for each search


class OwnTheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A theme: the searches that find its datasets, what these must say, the EU themes of its
    gaps, the names of its sources.
    """

    id: str
    icon: str
    title: Text
    datasets: list[dict[str, str]]
    said: list[str]
    gaps: list[str]
    sources: list[str]


class KnownSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where data of a theme can be found that the catalogue need not have; `note` is English."""

    theme: str
    publisher: str
    title: str
    sides: tuple[str, ...]
    source_url: str
    source_date: str
    url: str | None = None
    format: str | None = None
    licence: str | None = None
    note: str | None = None


class SideOfTheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one side of the border has for a theme, what is known elsewhere, and what is missing.

    `count` is that of the datasets found; `entries` are the first of them.
    """

    side: Side
    entries: list[Entry]
    count: int
    sources: list[KnownSource]
    missing: list[Text]


@cache
def own_themes() -> dict[str, OwnTheme]:
    """Return the themes by id."""
    found = {}
    for identifier, table in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        title = {tag: table.pop(tag) for tag in LANGUAGES}
        found[identifier] = msgspec.convert({"id": identifier, "title": title, **table}, OwnTheme)
    return found


def known_sources(store: Store, theme: OwnTheme) -> list[KnownSource]:
    """Return the sources that are known for a theme; none where there is no such table."""
    listed = rows(store, "theme_sources", "theme-source") or ()
    return [_source(row) for row in listed if text(row, "theme") in theme.sources]


def sides_of(store: Store, search: SearchIndex, theme: OwnTheme) -> list[SideOfTheme]:
    """Return the three sides of a theme; a dataset that covers several stands on each.

    Counted once for each state of the catalogue, its index and the words that it knows.
    """
    state = (datasets.generation(store), search.sequence(), search.words)
    return _sides(store, search, theme.id, state)


@lru_cache(maxsize=32)
def _sides(
    store: Store, search: SearchIndex, theme_id: str, _state: tuple[int, int, str]
) -> list[SideOfTheme]:
    theme = own_themes()[theme_id]
    sources = known_sources(store, theme)
    gaps = missing()
    return [
        SideOfTheme(
            side=side,
            entries=(found := _entries(store, search, theme, side))[:MOST],
            count=len(found),
            sources=[source for source in sources if side in source.sides],
            missing=[gap for code in theme.gaps for gap in gaps.get(code, {}).get(side, [])],
        )
        for side in SIDES
    ]


def _entries(store: Store, search: SearchIndex, theme: OwnTheme, side: Side) -> list[Entry]:
    """Return the datasets of a side, the best of each search first."""
    found: dict[str, Entry] = {}
    for asked in theme.datasets:
        query = Query(
            q=asked.get("q", ""),
            lang="fr",
            theme=(asked["theme"],),
            side=(side.value,),
            limit=MOST_FOUND,
        )
        hits = search.search(query)
        for entry in datasets.by_ids(store, [hit.id for hit in hits.results]):
            if not query.q or _says(entry, theme):
                found.setdefault(entry.id, entry)
    return list(found.values())


def _says(entry: Entry, theme: OwnTheme) -> bool:
    dataset = entry.dataset
    texts = [*dataset.title.values(), *dataset.description.values()]
    texts += [word for some in dataset.keywords.values() for word in some]
    spoken = f" {' '.join(words(' '.join(texts)))}"
    return any(f" {phrase}" in spoken for phrase in theme.said)


def _source(row: Row) -> KnownSource:
    return KnownSource(
        theme=text(row, "theme"),
        publisher=text(row, "publisher"),
        title=text(row, "title"),
        sides=several(row, "sides"),
        source_url=text(row, "source_url"),
        source_date=text(row, "source_date"),
        url=text(row, "url") or None,
        format=text(row, "protocol_or_format") or None,
        licence=text(row, "licence_if_stated") or None,
        note=text(row, "note") or None,
    )
