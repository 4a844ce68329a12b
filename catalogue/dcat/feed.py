"""A page of the catalogue for harvesters, with both dialects of Hydra: data.gouv.fr follows
`hydra:next`, CKAN `hydra:nextPage`.

One bad record breaks no feed: it is left out, and told.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from catalogue.dcat import authorities as eu
from catalogue.dcat.description import Place, publisher, sql_service, tell
from catalogue.dcat.terms import Graph, Iri, Literal, iri, moment, texts
from catalogue.records import Entry, Publisher, Side, Text

PAGE_SIZE = 100
PUBLISHER = Publisher(
    id="eurometropolis",
    title={
        "fr": "Eurométropole Lille-Kortrijk-Tournai",
        "nl": "Eurometropool Lille-Kortrijk-Tournai",
        "en": "Eurometropolis Lille-Kortrijk-Tournai",
    },
    side=Side.CROSS_BORDER,
    url="https://www.eurometropolis.eu",
)
_TITLE: Text = {
    "fr": "Données ouvertes de l’Eurométropole Lille–Kortrijk–Tournai",
    "nl": "Open data van de Eurometropool Lille–Kortrijk–Tournai",
    "en": "Open data of the Eurometropolis Lille–Kortrijk–Tournai",
}
_DESCRIPTION: Text = {
    "fr": "Les jeux de données des communes et partenaires des deux côtés de la frontière.",
    "nl": "De datasets van gemeenten en partners aan beide kanten van de grens.",
    "en": "The datasets of municipalities and partners on both sides of the border.",
}

log = logging.getLogger(__name__)


class Paging(NamedTuple):
    """Which page this is, of how many, and the format in which its neighbours are linked."""

    number: int
    last: int
    total: int
    form: str


class Feed(NamedTuple):
    """A page as statements; `left_out` are the ids of the datasets that could not be told, and
    `lacking` those of which some address had to be left out.
    """

    graph: Graph
    left_out: list[str]
    lacking: list[str]


def page(entries: Sequence[Entry], paging: Paging, place: Place) -> Feed:
    """Return a page of the catalogue."""
    graph, left_out, lacking = Graph(), [], []
    root = place.root
    catalogue = graph.typed(iri(f"{root}/catalog"), "dcat:Catalog")
    graph.add(catalogue, "dct:identifier", Literal(catalogue.value))
    graph.add(catalogue, "dct:title", *texts(_TITLE))
    graph.add(catalogue, "dct:description", *texts(_DESCRIPTION))
    graph.add(
        catalogue,
        "dct:publisher",
        publisher(
            graph, PUBLISHER, root, lambda address, kind: graph.typed(iri(address or ""), kind)
        ),
    )
    graph.add(catalogue, "foaf:homepage", graph.typed(iri(f"{root}/"), "foaf:Document"))
    for code in ("FRA", "NLD", "ENG"):
        language = eu.authority(graph, "language", code, "dct:LinguisticSystem")
        graph.add(catalogue, "dct:language", language)
    for code in ("FRA", "BEL"):
        country = eu.authority(graph, "country", code, "dct:Location")
        graph.add(catalogue, "dct:spatial", country)
    themes = graph.typed(eu.THEMES, "skos:ConceptScheme")
    graph.add(themes, "dct:title", Literal("Data theme", "en"))
    graph.add(catalogue, "dcat:themeTaxonomy", themes)
    sql = sql_service(graph, root)
    newest = max((entry.updated_at for entry in entries), default=None)
    graph.add(catalogue, "dct:modified", moment(newest))
    for entry in entries:
        try:
            told = tell(entry, place)
        except Exception:  # whatever is wrong with it, the other datasets are told
            log.warning("the dataset %s is left out of the feed", entry.id, exc_info=True)
            left_out.append(entry.id)
            continue
        if told.left_out:
            log.warning("addresses of the dataset %s are none: %s", entry.id, told.left_out)
            lacking.append(entry.id)
        graph.take_in(told.graph)
        graph.add(catalogue, "dcat:dataset", told.address)
        graph.add(catalogue, "dcat:record", Iri(f"{told.address.value}#record"))
        graph.add(sql, "dcat:servesDataset", told.address)
    services = [
        Iri(subject)
        for subject, properties in graph.subjects.items()
        if Iri("http://www.w3.org/ns/dcat#DataService") in properties.get("rdf:type", {})
    ]
    graph.add(catalogue, "dcat:service", *services)
    _paging(graph, paging, f"{root}/catalog.{paging.form}")
    return Feed(graph, left_out, lacking)


def _paging(graph: Graph, paging: Paging, address: str) -> None:
    def numbered(number: int) -> Iri:
        return iri(f"{address}?page={number}")

    def count(value: int) -> Literal:
        return Literal(str(value), datatype="xsd:integer")

    here = numbered(paging.number)
    graph.typed(here, "hydra:PartialCollectionView", "hydra:PagedCollection")
    graph.add(here, "hydra:totalItems", count(paging.total))
    graph.add(here, "hydra:itemsPerPage", count(PAGE_SIZE))
    neighbours = {"first": ("firstPage", 1), "last": ("lastPage", paging.last)}
    if paging.number > 1:
        neighbours["previous"] = ("previousPage", paging.number - 1)
    if paging.number < paging.last:
        neighbours["next"] = ("nextPage", paging.number + 1)
    for name, (older, number) in neighbours.items():
        graph.add(here, f"hydra:{name}", numbered(number))
        graph.add(here, f"hydra:{older}", numbered(number))
