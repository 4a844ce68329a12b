"""Measures the search index at 10,000 and 100,000 generated trilingual datasets.

    python tests/benchmarks/search_index.py [COUNT …]

Prints the time to build, the size on disk, and the p50 and p95 of a mixed set of queries (the 20
best, the count and all facets together), with the machine's load. The words follow a Zipf law over
the thesaurus, the names of the 153 municipalities and made-up words, so that frequent words hit a
tenth of the catalogue and most hit little.
"""

import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalogue.records import LANGUAGES, Dataset, Distribution, Entry, Publisher, Side
from catalogue.search import Query, SearchIndex
from catalogue.search.thesaurus import load
from catalogue.territory import municipalities, places

QUERIES = (
    "", "fiets", "vélo", "écoles", "school Kortrijk", "vélo Lille", "Rijsel", "Doornik", "parking",
    "parking à vélos", "bibliotheken", "bibliotheke", "budget 2024", "subventions associations",
    "luchtkwaliteit", "air quality Tournai", "arbres remarquables", "bomen", "afval",
    "déchets Roubaix", "stationnement", "données", "dataset gemeente",
    "qualité de l'air Métropole Européenne de Lille", "verkeerstelling", "fietsenstalling station",
    "Courtai", "velo moeskroen", "laadpaal", "borne recharge", "liste des équipements sportifs",
    "sport", "kinderopvang Ieper", "délibérations", "population", "adresses", "adressenregister",
    "musée", "evenementen", "zwembad", "xyzzy", "bus", "halte", "gare", "trein",
)  # fmt: skip
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"side": ("FR",)},
    {"side": ("VLG", "WAL"), "format": ("csv",)},
    {"theme": ("TRAN",)},
    {"publisher": ("p7", "p20")},
    {"language": ("nl",), "licence": ("cc-by-4.0",)},
)
_THEMES = "TRAN ENVI EDUC GOVE ECON HEAL REGI SOCI ENER AGRI TECH JUST INTR"
_FORMATS = "csv json geojson xlsx shp wms wfs kml pdf xml parquet gtfs"
_LICENCES = "etalab-2.0 cc-by-4.0 cc0-1.0 odbl-1.0 gratis-hergebruik own"
_SYLLABLES = "ba ter mon lin vel dor ga ne schu pla ri ton es kra vo mi len dra fo ster bi lo qua"


class Generator:
    """Makes datasets from a seed."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)  # noqa: S311 - data for a measurement
        self._towns = municipalities()
        self._vocabulary = {language: self._words(language) for language in LANGUAGES}
        self._weights = {
            language: list(itertools.accumulate(1 / (rank + 12) for rank in range(len(known))))
            for language, known in self._vocabulary.items()
        }

    def _words(self, language: str) -> list[str]:
        syllables = _SYLLABLES.split()
        concepts = list(load().concepts.values())
        self._random.shuffle(concepts)
        known = [word for concept in concepts for word in concept.words_in(language)]
        made = {
            "".join(self._random.choices(syllables, k=self._random.randint(2, 5)))
            for _ in range(40_000)
        }
        return known + sorted(made)

    def _some(self, language: str, count: int) -> list[str]:
        weights = self._weights[language]
        return self._random.choices(self._vocabulary[language], cum_weights=weights, k=count)

    def entry(self, number: int) -> Entry:
        """Make one entry; a third is trilingual, the rest is in one or two languages."""
        pick = self._random
        town = pick.choice(self._towns)
        spoken = pick.choice(
            (("fr",), ("nl",), ("fr", "nl"), ("fr", "nl", "en"), ("fr", "nl", "en"))
        )
        publisher = pick.randint(0, 399)
        named = pick.random() < 0.4
        return Entry(
            id=f"dataset-{number}",
            dataset=Dataset(
                source_id="generated",
                remote_id=str(number),
                title={
                    lang: " ".join(
                        [*self._some(lang, pick.randint(2, 6)), *([town.title[lang]] * named)]
                    )
                    for lang in spoken
                },
                description={
                    lang: " ".join(self._some(lang, pick.randint(15, 90))) for lang in spoken
                },
                keywords={lang: self._some(lang, pick.randint(0, 6)) for lang in spoken},
                publisher=Publisher(
                    id=f"p{publisher}",
                    title={"fr": f"Organisme {publisher}"},
                    side=pick.choice(list(Side)),
                ),
                licence=pick.choice(_LICENCES.split()),
                themes=pick.sample(_THEMES.split(), pick.randint(0, 2)),
                spatial=[pick.choice((town.code, town.code, "MEL", "BE", "34000", "WAL"))]
                if pick.random() < 0.6
                else [],
                languages=list(spoken),
                data_modified=f"{pick.randint(2012, 2026)}-0{pick.randint(1, 9)}-15",
                distributions=[
                    Distribution(
                        remote_id=str(n),
                        url="https://example.org/d",
                        format=pick.choice(_FORMATS.split()),
                    )
                    for n in range(pick.randint(1, 4))
                ],
            ),
            tables=[],
            drafts=[],
            created_at="2026-01-01T00:00:00Z",
            updated_at="2026-01-01T00:00:00Z",
            data_updated_at=None,
            is_archived=False,
            sequence=number,
        )

    def entries(self, count: int) -> Iterator[Entry]:
        """Make as many entries."""
        return (self.entry(number) for number in range(count))


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def measure(count: int, out: list[str]) -> None:
    """Build an index of so many datasets, query it, and add the figures to the lines."""
    places()
    load()
    made = list(Generator().entries(count))
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder) / "search")
        started = time.perf_counter()
        index.apply(made, [], count)
        built = time.perf_counter() - started
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        out.append(f"{count:>7} datasets: built in {built:.1f} s, {size / 1e6:.0f} MB, {_load()}")
        asked = [
            Query(q=text, lang=language, **narrowed)
            for text, (language, narrowed) in zip(
                QUERIES * 6, itertools.cycle(itertools.product(LANGUAGES, FILTERS)), strict=False
            )
        ]
        index.search(asked[0])
        timed = []
        for query in asked:
            started = time.perf_counter()
            found = index.search(query)
            timed.append((time.perf_counter() - started, query.q, found.count))
        timed.sort()
        half, most = timed[len(timed) // 2][0], timed[int(len(timed) * 0.95)][0]
        out.append(
            f"{len(asked):>7} queries: p50 {half * 1e3:.1f} ms, p95 {most * 1e3:.1f} ms, {_load()}"
        )
        for seconds, text, hits in timed[-6:]:
            out.append(f"        slowest: {seconds * 1e3:6.1f} ms {text!r} {hits} hits")
        index.close()


def main() -> None:
    """Measure each size given on the command line, by default 10,000 and 100,000."""
    for count in [int(given) for given in sys.argv[1:]] or [10_000, 100_000]:
        lines: list[str] = []
        measure(count, lines)
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
