"""Finds municipalities by any of their names or codes, whole, begun or misspelt.

A municipality leads to its row in the table of municipalities where the store has it, and to the
datasets that cover it.
"""

from functools import cache, lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from catalogue.errors import NotFound
from catalogue.folding import words
from catalogue.search.places import longest_place
from catalogue.search.stems import STOPWORDS
from catalogue.store import Store, versions
from catalogue.territory import Place, names, places, resolve
from portal.finding.things import Group, Thing, address_of
from portal.services import Services

TABLE = "municipalities"
_CODE = "code"
_MOST_WORDS = 16
_SHORTEST_BEGINNING = 2


def find(services: Services, text: str, lang: str, limit: int, offset: int) -> Group:
    """Find municipalities; those that a longer text names, too."""
    found = [places()[code] for code in _codes(text)]
    shown = found[offset : offset + limit]
    dataset, rows = _rows(services.store) if shown else ("", {})
    things = [_thing(place, text, lang, dataset, rows.get(place.code)) for place in shown]
    return Group(kind="place", count=len(found), things=things)


def _codes(text: str) -> list[str]:
    """Return the codes of municipalities that a text means: by a whole name, within it, begun."""
    folded = words(text[:300])[:_MOST_WORDS]
    found = [place.code for place in resolve(text[:300])]
    start = 0
    while start < len(folded):
        place = longest_place(folded, start)
        found += place.codes if place else ()
        start = place.end if place else start + 1
    if len(" ".join(folded)) >= _SHORTEST_BEGINNING and not STOPWORDS.issuperset(folded):
        found += (code for key, code in _keys() if " ".join(key).startswith(" ".join(folded)))
    return [code for code in dict.fromkeys(found) if places()[code].kind == "municipality"]


@cache
def _keys() -> tuple[tuple[tuple[str, ...], str], ...]:
    keys = {(tuple(words(name.text)), name.code) for name in names()}
    return tuple(sorted(keys))


def _thing(place: Place, text: str, lang: str, dataset: str, row: int | None) -> Thing:
    about = address_of(f"/{lang}/datasets", q=place.title[lang])
    others = dict.fromkeys(name.text for name in names() if name.code == place.code)
    asked = words(text)
    named = [o for o in others if o not in place.title.values() and words(o)[: len(asked)] == asked]
    titles = [title for title in dict.fromkeys(place.title.values()) if title != place.title[lang]]
    return Thing(
        kind="place",
        title=place.title,
        address=address_of(f"/{lang}/datasets/{dataset}/rows/{row}") if row else about,
        detail=place.code,
        also_named=", ".join([*titles, *named][:3]),
        side=place.side,
        more=about,
    )


def _rows(store: Store) -> tuple[str, dict[str, int]]:
    """Return the dataset of the table of municipalities, and its numbers of rows by code."""
    version = versions.latest(store, TABLE)
    if version is None or _CODE not in (column.name for column in version.columns):
        return "", {}
    try:
        dataset = versions.dataset_of(store, TABLE)
        return dataset, _read(store.objects.parquet_path(version.sha256))
    except (NotFound, pa.ArrowException, OSError):
        return "", {}


@lru_cache(maxsize=2)
def _read(file: Path) -> dict[str, int]:
    codes = pq.read_table(file, columns=[_CODE])[_CODE].to_pylist()
    return {str(code): number for number, code in enumerate(codes, start=1)}
