"""Codes of the vocabularies of the EU for what our records hold.

Source: http://publications.europa.eu/resource/authority/ , as DCAT-AP 3.0.1 asks for them. What has
no code there has none here: a wrong one is worse than none.
"""

from catalogue.dcat.terms import Graph, Iri, Literal, texts
from catalogue.names import fold
from catalogue.records import Dataset, Side

_ROOT = "http://publications.europa.eu/resource/authority/"
MEDIA = "https://www.iana.org/assignments/media-types/"
HVD_LAW = Iri("http://data.europa.eu/eli/reg_impl/2023/138/oj")
PUBLIC = Iri(f"{_ROOT}access-right/PUBLIC")
AVAILABLE = Iri(f"{_ROOT}planned-availability/AVAILABLE")
# SPDX itself writes http; the code-list shapes of DCAT-AP 3.0.1 accept this spelling only.
SHA256 = Iri("https://spdx.org/rdf/terms#checksumAlgorithm_sha256")
THEMES = Iri(f"{_ROOT}data-theme")
_HVD = "http://data.europa.eu/bna/"
_HVD_SCHEME = Iri(f"{_HVD}asd487ae75")

LANGUAGES = {"fr": "FRA", "nl": "NLD", "en": "ENG", "de": "DEU"}
FORMATS = {
    "csv": "CSV", "json": "JSON", "geojson": "GEOJSON", "xlsx": "XLSX", "xls": "XLS", "ods": "ODS",
    "gpkg": "GPKG", "shp": "SHP", "gtfs": "GTFS", "zip": "ZIP", "xml": "XML", "gml": "GML",
    "kml": "KML", "kmz": "KMZ", "pdf": "PDF", "html": "HTML", "txt": "TXT", "tsv": "TSV",
    "wfs": "WFS_SRVC", "wms": "WMS_SRVC", "wmts": "WMTS_SRVC", "ics": "ICS", "rdf": "RDF_XML",
    "ttl": "RDF_TURTLE", "jsonld": "JSON_LD", "geotiff": "GEOTIFF", "tiff": "TIFF", "docx": "DOCX",
}  # fmt: skip
LICENCES = {
    "etalab-2.0": "ETALAB_2_0", "cc0-1.0": "CC0", "cc-by-4.0": "CC_BY_4_0",
    "cc-by-3.0": "CC_BY_3_0", "cc-by-sa-4.0": "CC_BYSA_4_0", "cc-by-nc-4.0": "CC_BYNC_4_0",
    "cc-by-nd-4.0": "CC_BYND_4_0", "odbl-1.0": "ODC_BL", "odc-by-1.0": "ODC_BY",
    "pddl-1.0": "ODC_PDDL", "public-domain": "CC_PDM_1_0", "mit": "MIT",
}  # fmt: skip
_FREQUENCIES = {
    "CONT": "continuous realtime",
    "HOURLY": "hourly",
    "DAILY": "daily quotidienne dagelijks",
    "DAILY_2": "semidaily",
    "WEEKLY": "weekly hebdomadaire wekelijks",
    "WEEKLY_2": "semiweekly",
    "MONTHLY": "monthly mensuelle maandelijks",
    "QUARTERLY": "quarterly trimestrielle driemaandelijks",
    "ANNUAL": "annual yearly annuelle jaarlijks",
    "ANNUAL_2": "semiannual semestrielle halfjaarlijks",
    "BIENNIAL": "biennial",
    "DECENNIAL": "decennial",
    "IRREG": "irregular irreguliere onregelmatig",
    "NEVER": "never jamais nooit",
    "UNKNOWN": "unknown",
}
_BY_WORD = {word: code for code, words in _FREQUENCIES.items() for word in words.split()}
# The six categories of Regulation (EU) 2023/138, with the keywords by which portals of both
# countries mark them, and the theme that stands for each where only "hvd" is said.
_CATEGORIES = (
    ("c_ac64a52d", "Geospatial", ("geospatiales", "geospatial", "geospatiaal"), "REGI"),
    ("c_dd313021", "Earth observation and environment",
     ("observation-de-la-terre-et-environnement", "earth-observation-and-environment",
      "aardobservatie-en-milieu"), "ENVI"),
    ("c_164e0bf5", "Meteorological", ("meteorologiques", "meteorological", "meteorologisch"), ""),
    ("c_e1da4e07", "Statistics", ("statistiques", "statistics", "statistiek"), "SOCI"),
    ("c_a9135398", "Companies and company ownership", ("entreprises", "companies", "bedrijven"),
     "ECON"),
    ("c_b79e35eb", "Mobility", ("mobilite", "mobility", "mobiliteit"), "TRAN"),
)  # fmt: skip
_HVD_WORDS = frozenset({"hvd", "high-value-dataset", "high-value-datasets"})


def authority(graph: Graph, folder: str, code: str, kind: str) -> Iri:
    """Return the address of a code, with its class and its vocabulary stated.

    Validators of the EU hold the class against data that do not state it (SEMICeu/DCAT-AP#125).
    """
    found = graph.typed(Iri(f"{_ROOT}{folder}/{code}"), kind)
    graph.add(found, "skos:inScheme", Iri(f"{_ROOT}{folder}"))
    return found


def concept(graph: Graph, folder: str, code: str, title: dict[str, str]) -> Iri:
    """Return the address of a concept with its names."""
    found = authority(graph, folder, code, "skos:Concept")
    graph.add(found, "skos:prefLabel", *texts(title))
    return found


def frequency(graph: Graph, word: str | None) -> Iri | None:
    """Return how often something is renewed, from a code or a word of a portal."""
    if not word:
        return None
    code = word.strip().upper()
    if code not in _FREQUENCIES:
        code = _BY_WORD.get(fold(word).strip(), "")
    return authority(graph, "frequency", code, "dct:Frequency") if code else None


def countries(graph: Graph, dataset: Dataset, codes: set[str]) -> list[Iri]:
    """Return the countries that a dataset covers; `codes` are those of its places."""
    sides = {*dataset.sides, *([dataset.publisher.side] if dataset.publisher.side else [])}
    if not codes:
        codes = {"FR" if side is Side.FRANCE else "BE" for side in sides - {Side.CROSS_BORDER}}
    names = {"FR": "FRA", "BE": "BEL"}
    return [
        authority(graph, "country", names[code], "dct:Location")
        for code in sorted(codes)
        if code in names
    ]


def high_value(graph: Graph, dataset: Dataset) -> list[Iri]:
    """Return the categories of a dataset that its publisher calls of high value; else none."""
    said = {
        "-".join(fold(word).replace("-", " ").split())
        for words in dataset.keywords.values()
        for word in words
    }
    if said.isdisjoint(_HVD_WORDS):
        return []
    found = [one for one in _CATEGORIES if not said.isdisjoint(one[2])]
    found = found or [one for one in _CATEGORIES if one[3] in dataset.themes]
    categories = []
    for code, title, _, _ in found:
        category = graph.typed(Iri(_HVD + code), "skos:Concept")
        graph.add(category, "skos:prefLabel", Literal(title, "en"))
        graph.add(category, "skos:inScheme", _HVD_SCHEME)
        categories.append(category)
    if categories:
        graph.typed(HVD_LAW, "eli:LegalResource")
    return categories
