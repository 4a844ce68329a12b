"""The catalogue in DCAT-AP is read by rdflib in three formats, breaks no shape of the EU, and no
record breaks it.
"""

import os
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, RDF, XSD, Graph, Literal, Namespace, URIRef

from catalogue.dcat import feed
from catalogue.records import Source
from catalogue.store import Store, datasets
from catalogue.store import schema as db
from harvesters.dcat import DCAT as HARVESTER
from tests.factories import dataset, distribution
from tests.harvesters import portals

# rdflib 7.6 warns of its own use of it when it reads JSON-LD.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")

REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[4] / "shared/real"))
SHAPES = REAL.parent / "dcat"
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
HAS_VERSION = URIRef("http://www.w3.org/ns/dcat#hasVersion")
OWL_IMPORTS = URIRef("http://www.w3.org/2002/07/owl#imports")
AUTHORITY = "http://publications.europa.eu/resource/authority"
ROOT = "http://localhost"
COMMUNES = URIRef(f"{ROOT}/datasets/communes")
HOSTILE = '</rdf:RDF> \\ """ \x00\x0b\ud800 <b>\r\n\t& ]]> \'é€😀\''


def read(client: FlaskClient, address: str) -> Graph:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return Graph().parse(data=answer.text, format=FORMATS[address.partition("?")[0].split(".")[-1]])


def violations(graph: Graph, *names: str) -> list[tuple[Any, ...]]:
    found = []
    for name in names:
        shapes = Graph().parse(SHAPES / name)
        shapes.remove((None, OWL_IMPORTS, None))
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
        assert isinstance(report, Graph)
        for result in report.objects(None, SH.result):
            if report.value(result, SH.resultSeverity) == SH.Violation:
                parts = (SH.focusNode, SH.resultPath, SH.resultMessage)
                found.append((name, *(report.value(result, part) for part in parts)))
    return found


def test_three_formats_say_the_same(client: FlaskClient) -> None:
    found = {
        form: {
            tuple(str(term).replace(f"catalog.{form}", "catalog") for term in triple)
            for triple in read(client, f"/catalog.{form}")
        }
        for form in FORMATS
    }
    assert found["ttl"] == found["jsonld"] == found["rdf"]
    assert len(found["ttl"]) > 100


def test_dataset_is_told_with_files_in_each_format(client: FlaskClient) -> None:
    graph = read(client, "/catalog.ttl")
    assert set(graph.objects(COMMUNES, DCTERMS.title)) == {
        Literal("Communes", lang="fr"),
        Literal("Gemeenten", lang="nl"),
    }
    assert Literal("gemeente", lang="nl") in set(graph.objects(COMMUNES, DCAT.keyword))
    assert graph.value(COMMUNES, DCTERMS.license) == URIRef(f"{AUTHORITY}/licence/ETALAB_2_0")
    rights = URIRef(f"{AUTHORITY}/access-right/PUBLIC")
    assert graph.value(COMMUNES, DCTERMS.accessRights) == rights
    files = {
        str(graph.value(file, DCAT.downloadURL)): file
        for file in graph.objects(COMMUNES, DCAT.distribution)
    }
    parquet = files[f"{ROOT}/data/municipalities.parquet"]
    body = client.get("/data/municipalities.parquet").data
    assert graph.value(parquet, DCAT.byteSize) == Literal(
        len(body), datatype=XSD.nonNegativeInteger
    )
    csv = files[f"{ROOT}/data/municipalities.csv"]
    assert graph.value(csv, DCTERMS["format"]) == URIRef(f"{AUTHORITY}/file-type/CSV")
    assert f"{ROOT}/data/places.geojson" in files


def test_one_dataset_has_its_versions_with_files_that_stay(client: FlaskClient) -> None:
    graph = read(client, "/datasets/communes.ttl")
    versions = set(graph.objects(COMMUNES, HAS_VERSION))
    assert URIRef(f"{COMMUNES}#municipalities@1") in versions
    file = graph.value(URIRef(f"{COMMUNES}#municipalities@1"), DCAT.distribution)
    address = str(graph.value(file, DCAT.downloadURL))
    assert client.get(address.removeprefix(ROOT)).status_code == 200
    checksum = graph.value(graph.value(file, SPDX.checksum), SPDX.checksumValue)
    answer = client.get(address.removeprefix(ROOT))
    assert answer.headers["ETag"].strip('"') == str(checksum).lower()
    assert client.get("/datasets/none.ttl").status_code == 404


def test_catalogue_comes_in_pages_linked_in_both_dialects(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PAGE_SIZE", 1)
    seen: set[str] = set()
    address = f"{ROOT}/catalog.ttl"
    while address:
        graph = read(client, address.removeprefix(ROOT))
        page = graph.value(None, RDF.type, HYDRA.PartialCollectionView)
        seen |= {str(one) for one in graph.objects(None, DCAT.dataset)}
        assert graph.value(page, HYDRA.next) == graph.value(page, HYDRA.nextPage)
        total = graph.value(page, HYDRA.totalItems)
        address = str(graph.value(page, HYDRA.next) or "")
    assert len(seen) == total.toPython()  # type: ignore[union-attr]
    assert client.get("/catalog.ttl?page=9999").status_code == 404


def test_who_holds_a_page_already_is_sent_nothing(client: FlaskClient) -> None:
    etag = client.get("/catalog.ttl").headers["ETag"]
    answer = client.get("/catalog.ttl", headers={"If-None-Match": etag})
    assert answer.status_code == 304
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_hostile_texts_survive_in_every_format(client: FlaskClient, store: Store) -> None:
    record = dataset(
        remote_id="hostile",
        slug="hostile",
        title={"fr": HOSTILE.replace("\ud800", "")},
        landing_page='http://a.be/"><script> http://b.be/',
        licence="<licence>",
        distributions=[distribution(url="https://a.be/a b.csv"), distribution(remote_id="ok")],
    )
    datasets.save(store, record)
    titles = {
        str(read(client, f"/datasets/hostile.{form}").value(
            URIRef(f"{ROOT}/datasets/hostile"), DCTERMS.title)).replace("\r\n", "\n")
        for form in FORMATS
    }  # fmt: skip
    assert len(titles) == 1
    assert "'é€😀'" in titles.pop()


def test_one_bad_record_is_left_out_and_told(
    client: FlaskClient, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    nameless, _ = datasets.save(store, dataset(remote_id="nameless", slug="nameless", title={}))
    broken, _ = datasets.save(store, dataset(remote_id="broken", slug="broken"))
    with store.write() as connection:
        connection.execute(
            sa.update(db.dataset).where(db.dataset.c.id == broken).values(record='{"title": 1}')
        )
    try:
        answer = client.get("/catalog.ttl")
        assert answer.status_code == 200
        assert answer.headers["X-Left-Out"] == "broken, nameless"
        told = set(Graph().parse(data=answer.text, format="turtle").objects(None, DCAT.dataset))
        assert COMMUNES in told
        assert "broken" in caplog.text
        assert "nameless" in caplog.text
    finally:
        with store.write() as connection:
            connection.execute(sa.delete(db.dataset).where(db.dataset.c.id.in_([nameless, broken])))


def test_what_its_publisher_calls_of_high_value_says_so_everywhere(
    client: FlaskClient, store: Store
) -> None:
    record = dataset(remote_id="hvd", slug="hvd", keywords={"fr": ["HVD", "mobilité"]})
    datasets.save(store, record)
    graph = read(client, "/datasets/hvd.ttl")
    subject = URIRef(f"{ROOT}/datasets/hvd")
    law = URIRef("http://data.europa.eu/eli/reg_impl/2023/138/oj")
    file = graph.value(subject, DCAT.distribution)
    assert graph.value(subject, DCATAP.applicableLegislation) == law
    assert graph.value(file, DCATAP.applicableLegislation) == law
    mobility = URIRef("http://data.europa.eu/bna/c_b79e35eb")
    assert graph.value(subject, DCATAP.hvdCategory) == mobility
    assert not list(read(client, "/datasets/communes.ttl").objects(None, DCATAP.hvdCategory))


@pytest.mark.skipif(not SHAPES.is_dir(), reason=f"no shapes of DCAT-AP in {SHAPES}")
@pytest.mark.parametrize("address", ["/catalog.rdf", "/datasets/communes.jsonld"])
def test_no_shape_of_the_eu_is_violated(client: FlaskClient, address: str) -> None:
    graph = read(client, address)
    assert not violations(
        graph,
        "dcat301_shapes.ttl",
        "dcat301_range.ttl",
        "dcat301_mdr-vocabularies.shape.ttl",
    )


@pytest.mark.skipif(not SHAPES.is_dir(), reason=f"no shapes of DCAT-AP in {SHAPES}")
def test_data_of_high_value_violate_no_shape_for_them(client: FlaskClient, store: Store) -> None:
    record = dataset(remote_id="hvd2", slug="hvd2", keywords={"en": ["hvd", "mobility"]})
    datasets.save(store, record)
    assert not violations(read(client, "/datasets/hvd2.ttl"), "hvd300.ttl", "dcat301_shapes.ttl")


def test_our_own_harvester_reads_our_feed(server: str) -> None:
    source = Source(id="us", protocol="dcat", url=f"{server}/catalog.ttl", trusted_network=True)
    with portals.fetch() as fetch:
        raws = list(HARVESTER.records(source, fetch))
        parsed = [HARVESTER.parse(raw, source) for raw in raws]
    found = {one.dataset.remote_id: one for one in parsed if one.dataset}
    ours = found[f"{server}/datasets/communes"]
    assert ours.dataset is not None
    assert ours.dataset.title == {"fr": "Communes", "nl": "Gemeenten"}
    assert ours.dataset.licence == "etalab-2.0"
    assert not ours.issues
