"""Statements of RDF: subjects with their properties, in the order in which they were said.

Names are written with the prefixes of `PREFIXES` (`dct:title`). There are no blank nodes: a part of
a dataset has an address below the dataset's own (`…/datasets/bikes#contact`), so that it stays the
same from one harvest to the next.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]")
# What XML 1.0 cannot hold in any form.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")


class Iri(NamedTuple):
    """An address; made by `iri`, which refuses what is none."""

    value: str


class Literal(NamedTuple):
    """A text in a language, or a value of a type (`xsd:date`)."""

    value: str
    lang: str | None = None
    datatype: str | None = None


Term = Iri | Literal
Properties = dict[str, dict[Term, None]]


class BadAddress(ValueError):
    """What was given as an address is none; a feed leaves it out and tells."""


class Graph:
    """Statements by their subjects; the same statement twice counts once."""

    def __init__(self) -> None:
        self.subjects: dict[str, Properties] = {}

    def add(self, subject: Iri, name: str, *values: Term | None) -> None:
        """State values of a property; what is None is not there."""
        given = [value for value in values if value is not None]
        if given:
            found = self.subjects.setdefault(subject.value, {}).setdefault(name, {})
            found.update(dict.fromkeys(given))

    def typed(self, subject: Iri, *names: str) -> Iri:
        """State the classes of a subject, and return it."""
        self.add(subject, "rdf:type", *(Iri(expanded(name)) for name in names))
        return subject

    def take_in(self, other: "Graph") -> None:
        """State all that another graph states."""
        for subject, properties in other.subjects.items():
            for name, values in properties.items():
                self.add(Iri(subject), name, *values)


def expanded(name: str) -> str:
    """Return the address of a name with a prefix."""
    prefix, _, rest = name.partition(":")
    return PREFIXES[prefix] + rest


def iri(address: str) -> Iri:
    """Return an address of the web. Raises BadAddress."""
    text = address.strip()
    try:
        parts = urlsplit(text)
    except ValueError as fault:
        raise BadAddress(address) from fault
    if parts.scheme not in ("http", "https") or not parts.netloc or _NOT_IN_IRI.search(text):
        raise BadAddress(address)
    return Iri(text)


def texts(found: Mapping[str, str]) -> list[Literal]:
    """Return a text in each of its languages; one whose language nobody knows has no tag."""
    return [text(value, lang) for lang, value in found.items() if value.strip()]


def text(value: str, lang: str | None = None) -> Literal:
    """Return a text without what XML cannot hold."""
    return Literal(_NOT_IN_XML.sub("", value).strip(), None if lang in (None, "und") else lang)


def words(found: Mapping[str, Iterable[str]]) -> list[Literal]:
    """Return words in each of their languages."""
    return [text(word, lang) for lang, given in found.items() for word in given if word.strip()]


def moment(value: str | None) -> Literal | None:
    """Return a date or a moment with its type; None where it is neither."""
    if value and _DATE.fullmatch(value):
        return Literal(value, datatype="xsd:date")
    if value and _MOMENT.fullmatch(value):
        return Literal(value, datatype="xsd:dateTime")
    return None
