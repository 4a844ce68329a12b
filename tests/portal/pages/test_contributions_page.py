"""The page of what each source gives to a harmonised table, in the reader's words."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, URIRef

from catalogue.search import SearchIndex
from catalogue.store import datasets, open_store, versions
from portal.app import create_app
from portal.following import catch_up
from portal.services import Services
from portal.settings import Settings
from tests.harvesters.gbfs_portal import gbfs_2_portal, gbfs_3_portal
from tests.harvesters.portals import published
from tests.portal.api.test_dcat import HAS_VERSION, ROOT, SHAPES, read, violations
from tests.portal.test_harmonising import HEAD, KORTRIJK, LILLE, MEL, STAD, harvest

PAGE = "/datasets/bike-share-stations/contributions"
DIRTY = published("velo-lille", LILLE.csv + b"3;<b>Nulle</b> part;;;4\n", title="V'Lille")
AGAIN = published("velo-2", f"{HEAD}a;<b>Gare</b>;50.6365;3.0706;36\n", title="V'Lille")


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, sample_services: Services
) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("harmonised") / "data"
    store = open_store(folder)
    with gbfs_2_portal([DIRTY]) as one, gbfs_2_portal([AGAIN]) as two:
        harvest(store, one, "velo", MEL)
        harvest(store, two, "velo-again", MEL)
    with gbfs_3_portal([KORTRIJK]) as north:
        harvest(store, north, "fiets", STAD)
    search = SearchIndex(None)
    catch_up(store, search)
    yield Services(Settings(data=folder), store, search, sample_services.sandbox)
    search.close()
    store.close()


@pytest.fixture
def site(filled: Services) -> FlaskClient:
    return create_app(filled).test_client()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ["Ce que donne chaque source", "1 ligne écartée", "« Longitude (WGS84) » manque"]),
        ("nl", ["Wat elke bron geeft", "1 rij weggelaten", "“Lengtegraad (WGS84)” ontbreekt"]),
        ("en", ["What each source gives", "1 row left out", "“Longitude (WGS84)” is missing"]),
    ],
)
def test_it_tells_in_each_language_what_each_source_gives_and_what_did_not_fit(
    site: FlaskClient, lang: str, words: list[str]
) -> None:
    text = site.get(f"/{lang}{PAGE}").text.replace("\xa0", " ")
    assert [word for word in words if word not in text] == []
    assert "velo_lille_stations@1" in text


def test_a_disagreement_leads_to_the_rows_that_make_it(site: FlaskClient) -> None:
    text = site.get(f"/en{PAGE}").text
    assert "1 disagreement" in text
    for table, value in (("velo_2", "36"), ("velo_lille", "30")):
        assert f"{table}_stations" in text
        assert f">{value}</a>" in text
    address = text.partition(">36</a>")[0].rpartition('href="')[2].partition('"')[0]
    row = site.get(address.replace("&amp;", "&"))
    assert row.status_code == 200
    assert "36" in row.text


def test_what_sources_say_is_no_markup(site: FlaskClient) -> None:
    for path in (PAGE, "/datasets/bike-share-stations"):
        text = site.get(f"/en{path}").text
        assert "<b>Gare" not in text
        assert "&lt;b&gt;Gare&lt;/b&gt;" in text


def test_the_dataset_leads_to_it_and_names_no_file_of_a_publisher(site: FlaskClient) -> None:
    text = site.get("/en/datasets/bike-share-stations").text
    assert "Made here of 3 tables of the catalogue" in text
    assert "made here of 3 tables" in text
    assert "Files of the publisher" not in text


def test_an_older_version_tells_of_its_own_sources(site: FlaskClient, filled: Services) -> None:
    (first, *_) = versions.history(filled.store, "bike_share_stations")[::-1]
    told = site.get(f"/en{PAGE}.json?version={first.n}").json
    assert told is not None
    assert [one["table"] for one in told["making"]["inputs"]] == ["velo_lille_stations"]
    newest = site.get(f"/en{PAGE}.json").json
    assert newest is not None
    assert sum(one["taken"] for one in newest["making"]["contributions"]) == 4
    assert sum(one["repeats"] for one in newest["making"]["contributions"]) == 1


def test_a_dataset_of_a_source_has_no_such_page(site: FlaskClient, filled: Services) -> None:
    (known,) = datasets.of_source(filled.store, "fiets")
    answer = site.get(f"/en/datasets/{known.id}/contributions")
    assert answer.status_code == 404
    assert "contributions" not in site.get(f"/en/datasets/{known.id}").text


def test_search_finds_it_by_the_words_of_all_three_languages(site: FlaskClient) -> None:
    for words in ("vélos en libre-service", "deelfietsen", "bike share"):
        found = site.get("/api/v1/datasets", query_string={"q": words}).json
        assert found is not None
        assert "bike-share-stations" in [one["id"] for one in found["results"]]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("form", ["ttl", "jsonld", "rdf"])
def test_dcat_tells_what_it_was_derived_from_and_whom_to_name(site: FlaskClient, form: str) -> None:
    graph = read(site, f"/datasets/bike-share-stations.{form}")
    subject = URIRef(f"{ROOT}/datasets/bike-share-stations")
    derived = set(graph.objects(subject, PROV.wasDerivedFrom))
    assert len(derived) == 3
    assert all(site.get(str(source)).status_code in (200, 302, 303) for source in derived)
    told = graph.value(graph.value(subject, DCTERMS.provenance), RDFS.label)
    assert "Stad Kortrijk, Jeu fiets-kortrijk (fiets_kortrijk_stations@1, cc-by-4.0)" in str(told)
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) - set(graph.objects(None, HAS_VERSION)) == {
        subject
    }


@pytest.mark.skipif(not SHAPES.is_dir(), reason=f"no shapes of DCAT-AP in {SHAPES}")
@pytest.mark.parametrize("address", ["/catalog.rdf", "/datasets/bike-share-stations.rdf"])
def test_its_description_violates_no_shape_of_the_eu(site: FlaskClient, address: str) -> None:
    names = ("dcat301_shapes.ttl", "dcat301_range.ttl", "dcat301_mdr-vocabularies.shape.ttl")
    assert not violations(read(site, address), *names)


def test_the_data_package_names_its_sources_at_their_versions(site: FlaskClient) -> None:
    package = site.get("/datasets/bike-share-stations/datapackage.json").json
    assert package is not None
    paths = [source["path"] for source in package["sources"]]
    assert f"{ROOT}/data/velo_lille_stations@1.csv" in paths
    assert len(paths) == 3
