"""Tells a dataset in DCAT-AP 3.0.1: its publisher, its files in each format, its services.

Profile: https://semiceu.github.io/DCAT-AP/releases/3.0.1/ . Classes of what is referred to are
stated beside it, as data.gov.be does, because the validators of the EU hold their absence against
data. Keywords are texts: data.gouv.fr does not read the addresses of themes.
"""

import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from catalogue.datapackage import Bytes
from catalogue.dcat import authorities as eu
from catalogue.dcat.terms import BadAddress, Graph, Iri, Literal, iri, moment, text, texts, words
from catalogue.extents import extent_of_places
from catalogue.harmonised.records import making_of
from catalogue.licences import LICENCES
from catalogue.records import Dataset, Distribution, Entry, Publisher, Table, Text, Version
from catalogue.resources import folder
from catalogue.territory import members_of, places

# Those of our formats that portals know; Arrow and NDJSON are for programs, which read our API.
_OFFERED = ("csv", "geojson", "json", "xlsx", "parquet")
_MOST_VERSIONS = 20
_PUBLIC: Text = {"fr": "Accès public", "nl": "Openbare toegang", "en": "Public access"}
_AVAILABLE: Text = {"fr": "Disponible", "nl": "Beschikbaar", "en": "Available"}
_ROWS: Text = {
    "fr": "API des lignes : filtrer, trier, suivre",
    "nl": "API van de rijen: filteren, sorteren, volgen",
    "en": "API of the rows: filter, sort, follow",
}
_SQL: Text = {
    "fr": "API SQL : interroger toutes les tables et leurs versions",
    "nl": "SQL-API: alle tabellen en hun versies bevragen",
    "en": "SQL API: query every table and its versions",
}
_CONTACT: Text = {
    "fr": "Contact de l’éditeur",
    "nl": "Contact van de uitgever",
    "en": "Contact of the publisher",
}


class Place(NamedTuple):
    """Where descriptions are served, and what they need to know of the files: the formats of a
    version, the media types, and size and sha256 of a file that is there.
    """

    root: str
    formats_of: Callable[[Version], Sequence[str]]
    media_types: dict[str, str]
    bytes_of: Callable[[Version, str], Bytes | None]


class Told(NamedTuple):
    """A dataset as statements, its address, and what had to be left out of it."""

    graph: Graph
    address: Iri
    left_out: list[str]


def tell(entry: Entry, place: Place, versions: Sequence[Version] = ()) -> Told:
    """Return what is told of a dataset; `versions` are told one by one where they are given.

    Raises ValueError where it has no title.
    """
    return _Telling(entry, place).told(versions)


class _Telling:
    """One dataset on its way into statements."""

    def __init__(self, entry: Entry, place: Place) -> None:
        self._entry = entry
        self._record = entry.dataset
        self._place = place
        self._graph = Graph()
        self._address = iri(f"{place.root}/datasets/{entry.id}")
        self._left_out: list[str] = []

    def told(self, versions: Sequence[Version]) -> Told:
        """Return all of it."""
        record, graph, address = self._record, self._graph, self._address
        title = texts(record.title)
        if not title:
            raise ValueError("no title")
        graph.typed(address, "dcat:Dataset", "dcat:Resource")
        graph.add(address, "dct:identifier", Literal(address.value))
        graph.add(address, "dct:title", *title)
        graph.add(address, "dct:description", *(texts(record.description) or title))
        graph.add(address, "dcat:keyword", *words(record.keywords))
        graph.add(address, "dcat:theme", *map(self._theme, record.themes))
        graph.add(address, "dct:publisher", self._publisher())
        graph.add(address, "dcat:contactPoint", self._contact())
        graph.add(address, "dct:license", self._licence())
        graph.add(address, "dct:accessRights", self._public())
        graph.add(address, "dct:language", *self._languages())
        graph.add(address, "dct:accrualPeriodicity", eu.frequency(graph, record.frequency))
        graph.add(address, "dct:issued", moment(record.created) or moment(self._entry.created_at))
        graph.add(address, "dct:modified", moment(self._changed()))
        graph.add(address, "dct:spatial", *self._spatial())
        graph.add(address, "dct:temporal", self._temporal())
        graph.add(address, "dcat:landingPage", self._page())
        categories = eu.high_value(graph, record)
        self._high_value(address, categories)
        self._tables(categories)
        self._sources()
        self._record_of_ours()
        self._versions(versions)
        return Told(graph, address, self._left_out)

    def _part(self, name: str) -> Iri:
        return Iri(f"{self._address.value}#{name}")

    def _link(self, address: str | None, kind: str) -> Iri | None:
        """Return an address of the publisher's; what is none is left out and told."""
        if not address or not address.lower().startswith(("http://", "https://")):
            return None
        try:
            return self._graph.typed(iri(address), kind)
        except BadAddress:
            self._left_out.append(address)
            return None

    def _changed(self) -> str:
        entry = self._entry
        stated = self._record.data_modified or entry.data_updated_at or self._record.modified
        return stated if stated and moment(stated) else entry.updated_at

    def _theme(self, code: str) -> Iri:
        return eu.concept(self._graph, "data-theme", code, _themes().get(code, {"en": code}))

    def _publisher(self) -> Iri:
        return publisher(self._graph, self._record.publisher, self._place.root, self._link)

    def _contact(self) -> Iri:
        graph, given = self._graph, self._record.publisher
        contact = graph.typed(self._part("contact"), "vcard:Organization", "vcard:Kind")
        graph.add(contact, "vcard:fn", *(texts(given.title) or texts(_CONTACT)))
        page = self._link(given.url, "rdfs:Resource")
        own = iri(f"{self._place.root}/contact")
        graph.add(contact, "vcard:hasURL", page or graph.typed(own, "rdfs:Resource"))
        return contact

    def _licence(self) -> Iri | None:
        graph, given = self._graph, self._record.licence
        if given in eu.LICENCES:
            return eu.authority(graph, "licence", eu.LICENCES[given], "dct:LicenseDocument")
        address = LICENCES[given].url if given in LICENCES else self._record.licence_url
        found = self._link(address, "dct:LicenseDocument")
        if found is None and given:  # words of the publisher, under an address of ours
            found = graph.typed(self._part("licence"), "dct:LicenseDocument")
            graph.add(found, "rdfs:label", text(given))
        return found

    def _public(self) -> Iri:
        found = eu.authority(self._graph, "access-right", "PUBLIC", "dct:RightsStatement")
        self._graph.add(found, "rdfs:label", *texts(_PUBLIC))
        return found

    def _languages(self) -> list[Iri]:
        return [
            eu.authority(self._graph, "language", eu.LANGUAGES[tag], "dct:LinguisticSystem")
            for tag in self._record.languages
            if tag in eu.LANGUAGES
        ]

    def _spatial(self) -> list[Iri]:
        """Return the countries, and the area of the municipalities with what it holds."""
        graph, known = self._graph, places()
        codes = members_of(self._record.spatial)
        found = eu.countries(graph, self._record, {known[c].country or "" for c in codes})
        box = extent_of_places(self._record.spatial)
        if box is not None:
            area = graph.typed(self._part("area"), "dct:Location")
            corners = [
                (box.west, box.south), (box.east, box.south), (box.east, box.north),
                (box.west, box.north), (box.west, box.south),
            ]  # fmt: skip
            ring = ", ".join(f"{x:.5f} {y:.5f}" for x, y in corners)
            graph.add(area, "dcat:bbox", Literal(f"POLYGON(({ring}))", datatype="geo:wktLiteral"))
            if len(codes) == 1:
                graph.add(area, "skos:prefLabel", *texts(known[next(iter(codes))].title))
            found.append(area)
        return found

    def _temporal(self) -> Iri | None:
        """Return until when the data speak of the world: to the day on which they changed last."""
        end = self._record.data_modified or self._entry.data_updated_at
        if end is None or moment(end[:10]) is None:
            return None
        period = self._graph.typed(self._part("period"), "dct:PeriodOfTime")
        self._graph.add(period, "dcat:endDate", moment(end[:10]))
        return period

    def _page(self) -> Iri:
        found = self._link(self._record.landing_page, "foaf:Document")
        own = iri(f"{self._place.root}/{_first(self._record)}/datasets/{self._entry.id}")
        return found or self._graph.typed(own, "foaf:Document")

    def _high_value(self, subject: Iri, categories: list[Iri]) -> None:
        if categories:
            self._graph.add(subject, "dcatap:applicableLegislation", eu.HVD_LAW)
            self._graph.add(subject, "dcatap:hvdCategory", *categories)

    def _tables(self, categories: list[Iri]) -> None:
        record, graph = self._record, self._graph
        found: list[Iri] = []
        tables = [table for table in self._entry.tables if table.current]
        for table in tables:
            found += self._files(table)
        if not tables:
            files = (self._theirs(n, file) for n, file in enumerate(record.distributions))
            found += [file for file in files if file]
        for distribution in found:
            graph.typed(distribution, "dcat:Distribution")
            graph.add(distribution, "dct:license", self._licence())
            graph.add(distribution, "dct:rights", self._public())
            graph.add(distribution, "dct:language", *self._languages())
            graph.add(distribution, "dcatap:availability", self._available())
            if categories:
                graph.add(distribution, "dcatap:applicableLegislation", eu.HVD_LAW)
        graph.add(self._address, "dcat:distribution", *found)
        if tables:
            service = rows_service(graph, self._place.root)
            graph.add(service, "dcat:servesDataset", self._address)
            graph.add(service, "dcat:contactPoint", self._contact())
            self._high_value(service, categories)

    def _available(self) -> Iri:
        return eu.concept(self._graph, "planned-availability", "AVAILABLE", _AVAILABLE)

    def _files(self, table: Table) -> list[Iri]:
        version = table.current
        if version is None:
            return []
        known = self._place.formats_of(version)
        files = [self._file(table, version, form) for form in _OFFERED if form in known]
        return [*files, self._rows(table, version)]

    def _file(self, table: Table, version: Version, form: str) -> Iri:
        graph, root = self._graph, self._place.root
        file = self._part(f"{version.table}.{form}")
        address = graph.typed(iri(f"{root}/data/{version.table}.{form}"), "rdfs:Resource")
        name = texts(table.title) or [Literal(version.table)]
        graph.add(
            file, "dct:title", *(Literal(f"{t.value} ({form.upper()})", t.lang) for t in name)
        )
        graph.add(file, "dcat:accessURL", address)
        graph.add(file, "dcat:downloadURL", address)
        self._format(file, form, self._place.media_types[form].partition(";")[0])
        self._dates(file, version)
        known = self._place.bytes_of(version, form)
        if known is not None:
            self._checksum(file, known)
        if table.schema_name:
            name_ = table.schema_name.partition("@")[0]
            schema = iri(f"{root}/{_first(self._record)}/schemas/{name_}")
            graph.add(file, "dct:conformsTo", graph.typed(schema, "dct:Standard"))
        return file

    def _rows(self, table: Table, version: Version) -> Iri:
        """Return the way to the rows through the API."""
        graph, root = self._graph, self._place.root
        file = self._part(f"{version.table}-rows")
        address = iri(f"{root}/api/v1/tables/{version.table}/rows")
        graph.add(file, "dct:title", *texts(_ROWS))
        graph.add(file, "dcat:accessURL", graph.typed(address, "rdfs:Resource"))
        self._format(file, "json", "application/json")
        self._dates(file, version)
        graph.add(file, "dcat:accessService", rows_service(graph, root))
        return file

    def _theirs(self, number: int, given: Distribution) -> Iri | None:
        """Return a file that lies with its publisher."""
        address = self._link(given.url, "rdfs:Resource")
        if address is None:
            return None
        graph, file = self._graph, self._part(f"file-{number + 1}")
        graph.add(file, "dct:title", *(texts(given.title) or [text(given.remote_id)]))
        graph.add(file, "dcat:accessURL", address)
        graph.add(file, "dcat:downloadURL", address)
        self._format(file, given.format or "", (given.media_type or "").partition(";")[0].strip())
        if given.size_bytes is not None and given.size_bytes >= 0:
            size = Literal(str(given.size_bytes), datatype="xsd:nonNegativeInteger")
            graph.add(file, "dcat:byteSize", size)
        graph.add(file, "dct:modified", moment(given.modified))
        return file

    def _format(self, file: Iri, form: str, media_type: str) -> None:
        graph, code = self._graph, eu.FORMATS.get(form)
        if code:
            kind = eu.authority(graph, "file-type", code, "dct:MediaTypeOrExtent")
            graph.add(file, "dct:format", kind)
        media = self._link(eu.MEDIA + media_type, "dct:MediaType") if "/" in media_type else None
        graph.add(file, "dcat:mediaType", media)

    def _dates(self, file: Iri, version: Version) -> None:
        self._graph.add(file, "dct:issued", moment(version.created_at))
        self._graph.add(file, "dct:modified", moment(version.created_at))

    def _checksum(self, file: Iri, known: Bytes) -> None:
        graph = self._graph
        size = Literal(str(known.size_bytes), datatype="xsd:nonNegativeInteger")
        graph.add(file, "dcat:byteSize", size)
        checksum = graph.typed(Iri(f"{file.value}-checksum"), "spdx:Checksum")
        algorithm = graph.typed(eu.SHA256, "spdx:ChecksumAlgorithm")
        graph.add(checksum, "spdx:algorithm", algorithm)
        value = Literal(known.sha256, datatype="xsd:hexBinary")
        graph.add(checksum, "spdx:checksumValue", value)
        graph.add(file, "spdx:checksum", checksum)

    def _sources(self) -> None:
        """Tell what a harmonised table was made of, each source with its publisher and licence."""
        graph, root = self._graph, self._place.root
        made = [t.current.recipe for t in self._entry.tables if t.current]
        origins = [one for recipe in made if (m := making_of(recipe)) for one in m.inputs]
        for dataset in dict.fromkeys(one.dataset for one in origins):
            # Not `dct:source`: its shape wants each stated as a dataset beside it, and who harvests
            # this one alone would take those in too.
            source = iri(f"{root}/datasets/{dataset}")
            graph.add(self._address, "prov:wasDerivedFrom", source)
        if origins:
            graph.typed(self._address, "prov:Entity")
            told = graph.typed(self._part("provenance"), "dct:ProvenanceStatement")
            graph.add(told, "rdfs:label", text("; ".join(one.attribution for one in origins)))
            graph.add(self._address, "dct:provenance", told)

    def _record_of_ours(self) -> None:
        graph, entry = self._graph, self._entry
        record = graph.typed(self._part("record"), "dcat:CatalogRecord")
        graph.add(record, "foaf:primaryTopic", self._address)
        graph.add(record, "dct:issued", moment(entry.created_at))
        graph.add(record, "dct:modified", moment(entry.updated_at))
        current = [table.current for table in entry.tables if table.current]
        if len(current) == 1:
            graph.add(self._address, "dcat:version", Literal(str(current[0].n)))

    def _versions(self, versions: Sequence[Version]) -> None:
        """Tell former and present versions, each with its file that never changes."""
        graph, root = self._graph, self._place.root
        for version in versions[:_MOST_VERSIONS]:
            one = graph.typed(self._part(f"{version.table}@{version.n}"), "dcat:Dataset")
            named = [Literal(f"{t.value} ({version.table}@{version.n})", t.lang)
                     for t in texts(self._record.title)]  # fmt: skip
            graph.add(one, "dct:title", *named)
            graph.add(one, "dct:description", *named)
            graph.add(one, "dcat:version", Literal(str(version.n)))
            graph.add(one, "dct:issued", moment(version.created_at))
            graph.add(one, "dct:isVersionOf", self._address)
            pinned = f"{version.table}@{version.n}.parquet"
            address = graph.typed(iri(f"{root}/data/{pinned}"), "rdfs:Resource")
            file = graph.typed(self._part(pinned), "dcat:Distribution")
            graph.add(file, "dcat:accessURL", address)
            graph.add(file, "dcat:downloadURL", address)
            graph.add(file, "dct:license", self._licence())
            self._format(file, "parquet", self._place.media_types["parquet"])
            self._checksum(file, Bytes(version.size_bytes, version.sha256))
            graph.add(one, "dcat:distribution", file)
            graph.add(self._address, "dcat:hasVersion", one)


def publisher(
    graph: Graph, given: Publisher, root: str, link: Callable[[str | None, str], Iri | None]
) -> Iri:
    """Tell who publishes, and return its address."""
    agent = graph.typed(iri(f"{root}/publishers/{given.id}"), "foaf:Agent", "foaf:Organization")
    graph.add(agent, "foaf:name", *(texts(given.title) or [text(given.id)]))
    graph.add(agent, "foaf:homepage", link(given.url, "foaf:Document"))
    return agent


def rows_service(graph: Graph, root: str) -> Iri:
    """Tell the API of the rows, and return its address."""
    return _service(graph, root, "rows", "/api/v1/tables", _ROWS)


def sql_service(graph: Graph, root: str) -> Iri:
    """Tell the API of SQL, and return its address."""
    return _service(graph, root, "sql", "/api/v1/sql", _SQL)


def _service(graph: Graph, root: str, name: str, path: str, title: Text) -> Iri:
    service = graph.typed(iri(f"{root}/api#{name}"), "dcat:DataService", "dcat:Resource")
    graph.add(service, "dct:title", *texts(title))
    endpoint = graph.typed(iri(root + path), "rdfs:Resource")
    graph.add(service, "dcat:endpointURL", endpoint)
    description = graph.typed(iri(f"{root}/api/v1/openapi.json"), "rdfs:Resource")
    graph.add(service, "dcat:endpointDescription", description)
    graph.add(service, "foaf:page", graph.typed(iri(f"{root}/en/api"), "foaf:Document"))
    access = eu.authority(graph, "access-right", "PUBLIC", "dct:RightsStatement")
    graph.add(access, "rdfs:label", *texts(_PUBLIC))
    graph.add(service, "dct:accessRights", access)
    return service


def _first(record: Dataset) -> str:
    return next((tag for tag in (*record.languages, *record.title) if tag in ("fr", "nl", "en")),
                "en")  # fmt: skip


@cache
def _themes() -> dict[str, Text]:
    body = (folder("schemas") / "themes.toml").read_text(encoding="utf-8")
    return {
        row["id"]: {tag: row[tag] for tag in ("fr", "nl", "en")}
        for row in tomllib.loads(body)["themes"]
    }
