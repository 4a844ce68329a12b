"""Scores a description as data.europa.eu does: Metadata Quality Assessment, 405 points at most.

Method: https://data.europa.eu/mqa/methodology . The score is taken from the statements themselves,
so that it says what a harvester finds and not what our records hold. Of several files that offer
the same, the best counts for interoperability. Vocabularies are matched by whole addresses.
"""

from collections.abc import Callable, Collection, Iterable
from enum import StrEnum

import msgspec

from catalogue.dcat.authorities import MEDIA
from catalogue.dcat.description import Told
from catalogue.dcat.terms import Iri, Properties, Term

EXCELLENT, GOOD, SUFFICIENT = 351, 221, 121
_ROOT = "http://publications.europa.eu/resource/authority/"
_LICENCES, _FORMATS, _RIGHTS = (
    f"{_ROOT}licence/",
    f"{_ROOT}file-type/",
    f"{_ROOT}access-right/",
)
# Of the files that portals offer here; the lists of the EU name more that nobody offers.
_OPEN_FORMATS = frozenset({
    "CSV", "GEOJSON", "GPKG", "GZIP", "HTML", "ICS", "JSON", "JSON_LD", "KML", "KMZ", "NETCDF",
    "ODS", "RDF_N_TRIPLES", "RDF_TURTLE", "RDF_XML", "RSS", "TSV", "TXT", "WMS_SRVC", "XML", "ZIP",
})  # fmt: skip
_MACHINE_READABLE = _OPEN_FORMATS | {
    "GML", "GTFS", "SHP", "XLS", "XLSX", "PDF", "DOCX", "GEOTIFF", "TIFF", "WFS_SRVC", "WMTS_SRVC",
}  # fmt: skip


class Dimension(StrEnum):
    """The five dimensions of the assessment."""

    FINDABILITY = "findability"
    ACCESSIBILITY = "accessibility"
    INTEROPERABILITY = "interoperability"
    REUSABILITY = "reusability"
    CONTEXTUALITY = "contextuality"


class Metric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is looked for, and what it is worth."""

    code: str
    dimension: Dimension
    points: int


class Score(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a description reaches: `met` and `missing` are all the metrics between them."""

    met: list[Metric]
    missing: list[Metric]

    @property
    def points(self) -> int:
        """Return the points in all."""
        return sum(metric.points for metric in self.met)

    @property
    def rating(self) -> str:
        """Return `excellent`, `good`, `sufficient` or `bad`."""
        for least, word in ((EXCELLENT, "excellent"), (GOOD, "good"), (SUFFICIENT, "sufficient")):
            if self.points >= least:
                return word
        return "bad"

    def of(self, dimension: Dimension) -> int:
        """Return the points of one dimension."""
        return sum(metric.points for metric in self.met if metric.dimension is dimension)


def _metrics() -> tuple[Metric, ...]:
    listed = {
        Dimension.FINDABILITY: {"keyword": 30, "theme": 30, "spatial": 20, "temporal": 20},
        Dimension.ACCESSIBILITY: {"access-answers": 50, "download": 20, "download-answers": 30},
        Dimension.INTEROPERABILITY: {
            "format": 20, "media-type": 10, "format-known": 10, "format-open": 20,
            "format-machine": 20, "complies": 30,
        },
        Dimension.REUSABILITY: {
            "licence": 20, "licence-known": 10, "access-rights": 10, "access-rights-known": 5,
            "contact": 20, "publisher": 10,
        },
        Dimension.CONTEXTUALITY: {"rights": 5, "size": 5, "issued": 5, "modified": 5},
    }  # fmt: skip
    return tuple(
        Metric(code=code, dimension=dimension, points=points)
        for dimension, codes in listed.items()
        for code, points in codes.items()
    )


METRICS = _metrics()
MOST_POINTS = sum(metric.points for metric in METRICS)
MOST = {
    dimension: sum(metric.points for metric in METRICS if metric.dimension is dimension)
    for dimension in Dimension
}


def score(told: Told, answers: Callable[[str], bool]) -> Score:
    """Return the score of a dataset; `answers` tells whether an address answers with a success."""
    subjects = told.graph.subjects
    dataset = subjects[told.address.value]
    files = [subjects.get(file, {}) for file in _addresses(dataset.get("dcat:distribution"))]
    met = _of_dataset(dataset) | _of_files(files, answers)
    met |= _best(map(_interoperable, files))
    if dataset.get("dct:title") and all(file.get("dcat:accessURL") for file in files):
        met |= {"complies"}
    return Score(
        met=[metric for metric in METRICS if metric.code in met],
        missing=[metric for metric in METRICS if metric.code not in met],
    )


def without(found: Score, codes: Collection[str]) -> Score:
    """Return a score that does not count what the statements hold for want of something better."""
    return Score(
        met=[metric for metric in found.met if metric.code not in codes],
        missing=[metric for metric in METRICS if metric in found.missing or metric.code in codes],
    )


def _of_dataset(dataset: Properties) -> set[str]:
    looked_for = {
        "keyword": "dcat:keyword", "theme": "dcat:theme", "spatial": "dct:spatial",
        "temporal": "dct:temporal", "contact": "dcat:contactPoint", "publisher": "dct:publisher",
        "access-rights": "dct:accessRights", "issued": "dct:issued", "modified": "dct:modified",
    }  # fmt: skip
    met = {code for code, name in looked_for.items() if dataset.get(name)}
    if _within(dataset.get("dct:accessRights"), _RIGHTS):
        met.add("access-rights-known")
    return met


def _of_files(files: list[Properties], answers: Callable[[str], bool]) -> set[str]:
    met: set[str] = set()
    for file in files:
        met |= {
            code
            for code, name in {
                "download": "dcat:downloadURL", "licence": "dct:license", "rights": "dct:rights",
                "size": "dcat:byteSize",
            }.items()
            if file.get(name)
        }  # fmt: skip
        if any(map(answers, _addresses(file.get("dcat:accessURL")))):
            met.add("access-answers")
        if any(map(answers, _addresses(file.get("dcat:downloadURL")))):
            met.add("download-answers")
        if _within(file.get("dct:license"), _LICENCES):
            met.add("licence-known")
    return met


def _interoperable(file: Properties) -> set[str]:
    codes = {code.removeprefix(_FORMATS) for code in _addresses(file.get("dct:format"))}
    looked_for = {"format": file.get("dct:format"), "media-type": file.get("dcat:mediaType")}
    met = {code for code, values in looked_for.items() if values}
    if _within(file.get("dct:format"), _FORMATS) and _within(file.get("dcat:mediaType"), MEDIA):
        met.add("format-known")
    if codes & _OPEN_FORMATS:
        met.add("format-open")
    if codes & _MACHINE_READABLE:
        met.add("format-machine")
    return met


def _best(found: Iterable[set[str]]) -> set[str]:
    return max(found, key=_worth, default=set[str]())


def _worth(met: set[str]) -> int:
    return sum(metric.points for metric in METRICS if metric.code in met)


def _addresses(values: Iterable[Term] | None) -> list[str]:
    return [value.value for value in values or () if isinstance(value, Iri)]


def _within(values: Iterable[Term] | None, folder: str) -> bool:
    return any(address.startswith(folder) for address in _addresses(values))
