"""Reads RDF of strangers, in RDF/XML, Turtle or JSON-LD, as descriptions in plain JSON.

It owns rdflib. Nothing is fetched on the way: a JSON-LD context at an address is replaced by the
terms of DCAT, which is what portals put there; document types of XML are refused.
"""

import json
import logging
import re
import warnings
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, tostring

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Identifier, Node

from catalogue import http_body
from catalogue.errors import FetchError
from catalogue.fetch import Page
from harvesters import safe_xml

_HYDRA = "http://www.w3.org/ns/hydra/core#"
_DEPTH = 3  # dataset, distribution, its access service, that one's licence
_MOST_VALUES = 2000
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/", "adms": "http://www.w3.org/ns/adms#",
    "dcatap": "http://data.europa.eu/r5r/", "geodcat": "http://data.europa.eu/930/",
    "eli": "http://data.europa.eu/eli/ontology#", "hydra": _HYDRA,
    "owl": "http://www.w3.org/2002/07/owl#", "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#", "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#", "rdf": str(RDF),
    "mobilitydcatap": "https://w3id.org/mobilitydcat-ap#", "cnt": "http://www.w3.org/2011/content#",
    "odrl": "http://www.w3.org/ns/odrl/2/", "dqv": "http://www.w3.org/ns/dqv#",
}  # fmt: skip
# What a context at an address most likely says: the terms of DCAT under their own names.
_CONTEXT: dict[str, Any] = {
    **{prefix: uri for prefix, uri in PREFIXES.items() if prefix != "rdf"},
    "dcterms": PREFIXES["dct"],
    **{name: f"dct:{name}" for name in (
        "title", "description", "identifier", "issued", "modified", "publisher", "language",
        "license", "rights", "accessRights", "spatial", "temporal", "conformsTo", "format",
        "accrualPeriodicity", "creator", "isPartOf", "references",
    )},
    **{name: f"dcat:{name}" for name in (
        "dataset", "distribution", "keyword", "theme", "landingPage", "contactPoint", "accessURL",
        "downloadURL", "mediaType", "byteSize", "accessService", "Catalog", "Dataset",
        "Distribution",
    )},
    **{name: f"foaf:{name}" for name in ("name", "homepage", "mbox")},
    "fn": "vcard:fn", "hasEmail": "vcard:hasEmail",
}  # fmt: skip
_KINDS = tuple(f"{PREFIXES['dcat']}{name}" for name in ("Dataset", "DatasetSeries"))
# Links from a dataset to others, which are described in their own place.
_NOT_FOLLOWED = frozenset({
    *(f"dct:{name}" for name in (
        "hasPart", "isPartOf", "relation", "source", "isVersionOf", "hasVersion", "isReferencedBy",
        "replaces", "isReplacedBy",
    )),
    *(f"dcat:{name}" for name in (
        "servesDataset", "inSeries", "dataset", "prev", "next", "first", "last", "hasVersion",
    )),
    "foaf:isPrimaryTopicOf",
})  # fmt: skip

# Turtle may begin with a "<" too, that of an address.
_XML = re.compile(rb"<(?:\?xml|!--|!DOCTYPE|[A-Za-z][\w.-]*(?::[\w.-]+)?[\s/>])", re.I)

logging.getLogger("rdflib").setLevel(logging.ERROR)  # it grumbles about values that we judge


class Catalogue(NamedTuple):
    """A page of a catalogue: its datasets in an order that stays, the count of all, and the next
    page.
    """

    datasets: list[dict[str, Any]]
    total: int | None
    next: str | None


def read(page: Page) -> Catalogue:
    """Read a page. Raises FetchError `not-rdf`, `not-xml`, `unsafe-xml`."""
    graph = _graph(page)
    subjects = {item for kind in _KINDS for item in graph.subjects(RDF.type, URIRef(kind))}
    found = []
    for subject in subjects:
        # a stub names a dataset that is described elsewhere
        if (subject, DCTERMS.title, None) in graph:
            found.append(_described(graph, subject, _DEPTH, frozenset()))
    found.sort(key=lambda body: (body.get("@id", ""), json.dumps(body, sort_keys=True)))
    return Catalogue(found, _total(graph), _next(graph))


def _graph(page: Page) -> Graph:
    graph = Graph()
    content = page.content.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        if content[:1] in (b"{", b"["):
            document = _without_contexts(json.loads(content))
            with warnings.catch_warnings():  # of rdflib about its own classes
                warnings.simplefilter("ignore", DeprecationWarning)
                graph.parse(data=json.dumps(document), format="json-ld", publicID=page.url)
        elif _XML.match(content):
            for part in _rdf_of(safe_xml.root(content, page.url)):
                graph.parse(data=part, format="xml", publicID=page.url)
        else:
            graph.parse(data=content, format="turtle", publicID=page.url)
    except FetchError:
        raise
    except Exception as error:
        # rdflib's parsers raise what they like: KeyError, AssertionError, RecursionError, …
        raise FetchError(
            "not-rdf",
            url=http_body.redact(page.url),
            content_type=page.content_type,
            message=http_body.excerpt(content, 120),
        ) from error
    return graph


def _rdf_of(root: Any) -> list[bytes]:
    """Return the RDF within a document: itself, or what an answer of a CSW wraps, with or without
    an `rdf:RDF` around it.
    """
    parts = [root] if safe_xml.local(root) == "RDF" else safe_xml.every(root, "RDF")
    if parts:
        return [tostring(part) for part in parts]
    bare = Element(f"{{{RDF}}}RDF")
    bare.extend(part for name in ("Dataset", "CatalogRecord") for part in safe_xml.every(root, name)
                if part.tag == f"{{{PREFIXES['dcat']}}}{name}")  # fmt: skip
    if not len(bare) and safe_xml.first(root, "SearchResults") is None:
        raise ValueError(safe_xml.local(root))
    return [tostring(bare)]


def _without_contexts(value: Any) -> Any:
    """Return a document in which no context stands at an address."""
    if isinstance(value, list):
        return [_without_contexts(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, item in value.items():
        if key == "@import":
            continue
        if key == "@context":
            listed = item if isinstance(item, list) else [item]
            item = [_CONTEXT if isinstance(part, str) else part for part in listed]
        found[key] = _without_contexts(item)
    return found


def _described(graph: Graph, subject: Node, depth: int, above: frozenset[Node]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(subject, URIRef):
        found["@id"] = str(subject)
    values: dict[str, list[dict[str, Any]]] = {}
    for predicate, item in graph.predicate_objects(subject):
        if predicate == RDF.type:
            continue
        name = _name(predicate)
        listed = values.setdefault(name, [])
        if len(listed) < _MOST_VALUES:
            listed.append(_value(graph, name, item, depth, above | {subject}))
    for name, listed in sorted(values.items()):
        found[name] = sorted(listed, key=lambda body: json.dumps(body, sort_keys=True))
    return found


def _value(
    graph: Graph, name: str, item: Node, depth: int, above: frozenset[Node]
) -> dict[str, Any]:
    if isinstance(item, Literal):
        return {"value": str(item), **({"lang": item.language} if item.language else {})}
    if depth > 0 and name not in _NOT_FOLLOWED and item not in above:
        return _described(graph, item, depth - 1, above)
    return {"@id": str(item)} if isinstance(item, URIRef) else {}


def _name(predicate: Node) -> str:
    uri = str(predicate)
    for prefix, base in PREFIXES.items():
        if uri.startswith(base) and (rest := uri[len(base) :]):
            return f"{prefix}:{rest}"
    return uri.replace("https://schema.org/", "schema:")


def _total(graph: Graph) -> int | None:
    for item in graph.objects(None, URIRef(f"{_HYDRA}totalItems")):
        if str(item).strip().isdecimal():
            return int(str(item))
    return None


def _next(graph: Graph) -> str | None:
    """Return the address of the next page in either dialect, whether written as link or as text."""
    for name in ("next", "nextPage"):
        found: list[Identifier | Node] = [
            item for item in graph.objects(None, URIRef(f"{_HYDRA}{name}"))
            if not isinstance(item, BNode) and str(item).strip()
        ]  # fmt: skip
        if found:
            return min(str(item).strip() for item in found)
    return None
