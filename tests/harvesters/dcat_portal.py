"""Catalogues in DCAT-AP on loopback: Turtle as CKAN gives it, JSON-LD and RDF/XML as udata does."""

import json
import re
from typing import Any
from urllib.parse import quote, unquote

from tests.harvesters.portals import (
    Answer,
    Portal,
    Published,
    Request,
    file_answer,
    json_answer,
    running,
)

PAGE_ROWS = 100
_PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class DcatPortal(Portal):
    """Turtle with pages in the older dialect of Hydra, as ckanext-dcat writes them."""

    protocol = "dcat"
    unknown_key = "http://example.org/ns#nieuwe_sleutel"
    path = "/catalog.ttl"
    content_type = "text/turtle"

    def source(self, **changes: Any) -> Any:
        return super().source(**{"url": f"{self.url}{self.path}", **changes})

    def id_of(self, dataset_id: str) -> str:
        return f"{self.url}/dataset/{quote(dataset_id)}"

    def boast(self, body: bytes) -> bytes:
        return body.replace(b'hydra:totalItems "2"', b'hydra:totalItems "3"')

    def respond(self, request: Request) -> Answer:
        if found := re.fullmatch(r"/dataset/([^/]+)/tableau\.csv", request.path):
            dataset = self.find(unquote(found.group(1)))
            if dataset is not None:
                return file_answer(request, dataset.csv)
        if request.path != self.path:
            return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")
        number = int(request.get("page", "1"))
        start = (number - 1) * PAGE_ROWS
        rows = self.datasets[start : start + PAGE_ROWS]
        has_more = start + PAGE_ROWS < len(self.datasets)
        following = f"{self.url}{self.path}?page={number + 1}" if has_more else None
        return Answer(self.page(rows, following).encode(), 200, self.content_type)

    def page(self, rows: list[Published], following: str | None) -> str:
        link = f' ; hydra:nextPage "{following}"' if following else ""
        head = (
            f"<{self.url}{self.path}> a hydra:PagedCollection ; "
            f'hydra:totalItems "{len(self.datasets)}"^^xsd:integer{link} .\n'
        )
        return _PREFIXES + head + "".join(self.described(dataset) for dataset in rows)

    def described(self, dataset: Published) -> str:
        own = self.id_of(dataset.id)
        more = "".join(f' ; <http://example.org/ns#{k}> "{v}"' for k, v in dataset.changes.items())
        return f'''
<{own}> a dcat:Dataset ; dct:title {json.dumps(dataset.title)}@fr ; dct:identifier "{dataset.id}" ;
  dct:description "Un jeu de données."@fr ; dcat:keyword "vélo"@fr ; dct:language "fr" ;
  dct:issued "2025-01-01"^^xsd:date ; dct:modified "{dataset.modified}"^^xsd:dateTime ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN> ;
  dct:publisher [ a foaf:Agent ; foaf:name "{dataset.publisher}" ] ;
  dcat:distribution <{own}/resource/1>{more} .
<{own}/resource/1> a dcat:Distribution ; dct:title "Le tableau"@fr ; dct:format "CSV" ;
  dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> ;
  dcat:mediaType "text/csv" ; dcat:byteSize "{len(dataset.csv)}"^^xsd:decimal ;
  dcat:accessURL <{own}/tableau.csv> .
'''


class JsonLdPortal(DcatPortal):
    """JSON-LD with pages in the newer dialect, and a context that lies at another address."""

    path = "/catalog.jsonld"
    content_type = "application/ld+json"

    def boast(self, body: bytes) -> bytes:
        return body.replace(b'"hydra:totalItems": 2', b'"hydra:totalItems": 3')

    def respond(self, request: Request) -> Answer:
        if request.path == "/context.jsonld":
            raise AssertionError("the context of strangers was fetched")
        return super().respond(request)

    def page(self, rows: list[Published], following: str | None) -> str:
        view: dict[str, Any] = {
            "@id": f"{self.url}{self.path}", "@type": "hydra:PartialCollectionView",
            "hydra:totalItems": len(self.datasets),
        }  # fmt: skip
        if following:
            view["hydra:next"] = {"@id": following}
        graph = [view, *(self.node(dataset) for dataset in rows)]
        context = [f"{self.url}/context.jsonld", {"x": {"@context": f"{self.url}/context.jsonld"}}]
        return json_answer({"@context": context[0], "@graph": graph}).body.decode()

    def node(self, dataset: Published) -> dict[str, Any]:
        own = self.id_of(dataset.id)
        return {
            "@id": own, "@type": "dcat:Dataset", "identifier": dataset.id,
            "title": {"@value": dataset.title, "@language": "fr"}, "modified": dataset.modified,
            "publisher": {"@type": "foaf:Agent", "name": dataset.publisher}, "keyword": ["vélo"],
            "license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
            "distribution": [{
                "@id": f"{own}/resource/1", "@type": "dcat:Distribution", "title": "Le tableau",
                "format": "CSV", "mediaType": "text/csv",
                "downloadURL": {"@id": f"{own}/tableau.csv"},
            }], **{f"http://example.org/ns#{key}": value for key, value in dataset.changes.items()},
        }  # fmt: skip


class RdfXmlPortal(DcatPortal):
    """RDF/XML, whose label says XML only."""

    path = "/catalog.rdf"
    content_type = "text/xml"

    def boast(self, body: bytes) -> bytes:
        return body.replace(b">2</hydra:totalItems>", b">3</hydra:totalItems>")

    def page(self, rows: list[Published], following: str | None) -> str:
        from rdflib import Graph

        graph = Graph()
        graph.parse(data=super().page(rows, following), format="turtle")
        return str(graph.serialize(format="xml"))


def turtle_portal(datasets: list[Published]) -> Any:
    """Run a catalogue in Turtle."""
    return running(DcatPortal(datasets))


def jsonld_portal(datasets: list[Published]) -> Any:
    """Run a catalogue in JSON-LD."""
    return running(JsonLdPortal(datasets))


def rdfxml_portal(datasets: list[Published]) -> Any:
    """Run a catalogue in RDF/XML."""
    return running(RdfXmlPortal(datasets))
