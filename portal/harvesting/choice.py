"""Chooses which files of a dataset become tables: each table once, whatever number of formats it is
offered in.
"""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from catalogue.names import fold
from catalogue.records import Dataset, Distribution
from harvesters import HARVESTERS

TABULAR_FORMATS = frozenset(
    {"csv", "tsv", "xlsx", "xls", "ods", "json", "ndjson", "jsonl", "parquet"}
    | {"geojson", "shp", "gpkg", "kml", "kmz", "zip", "gz"}
)
# Services, of which a table is made where a harvester of theirs names it.
_ASSEMBLED_FORMATS = {"gtfs"} | {
    protocol
    for protocol, harvester in HARVESTERS.items()
    if harvester.download is not None or harvester.extend is not None
}
_FORMAT_WORDS = re.compile(rf"\b({'|'.join(sorted(TABULAR_FORMATS))}|excel|shapefile)\b")


def to_ingest(dataset: Dataset) -> list[Distribution]:
    """Return the distributions to read: of those that offer the same table, the one the source
    lists first.
    """
    chosen: list[Distribution] = []
    seen: set[str] = set()
    for distribution in dataset.distributions:
        is_repeated = distribution.alternative_of is not None
        if is_repeated or not _is_table(distribution):
            continue
        keys = _same_table(distribution)
        if seen.isdisjoint(keys):
            chosen.append(distribution)
        seen |= keys
    return chosen


def format_of(distribution: Distribution) -> str | None:
    """Return the short name of a distribution's format: as stated, else by the ending of its
    address.
    """
    if distribution.format:
        return distribution.format
    ending = PurePosixPath(urlsplit(distribution.url).path).suffix
    return ending.removeprefix(".").lower() or None


def _is_table(distribution: Distribution) -> bool:
    known = format_of(distribution)
    return known in TABULAR_FORMATS or (
        known in _ASSEMBLED_FORMATS and distribution.table is not None
    )


def _same_table(distribution: Distribution) -> set[str]:
    address = urlsplit(distribution.url)
    stem = str(PurePosixPath(address.path).with_suffix("")) if address.path.strip("/") else ""
    keys = {f"address {address.netloc}{stem}?{address.query}"}
    for text in distribution.title.values():
        words = " ".join(_FORMAT_WORDS.sub(" ", fold(text)).split())
        if words:
            keys.add(f"title {words}")
    return keys
