"""DCAT-AP as catalogues really write it, and as an attacker would."""

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch, Page
from catalogue.records import Source
from harvesters import HARVESTERS, Parsed, Raw, rdf
from tests.harvesters.dcat_portal import jsonld_portal, turtle_portal
from tests.harvesters.files_portal import files_portal
from tests.harvesters.portals import Answer, Request, published

REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared/real"))
HARVESTER = HARVESTERS["dcat"]
SOURCE = Source(id="dcat", protocol="dcat", url="https://a.be/catalog.ttl", languages=["fr"])
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""
FILE = "dcat:distribution [ dcat:accessURL <https://a.be/x.csv> ]"


def harvest(content: str | bytes, fetch: Fetch) -> list[Parsed]:
    with files_portal({"/catalog": content}, "dcat") as portal:
        source = portal.source(url=f"{portal.url}/catalog", languages=["fr"])
        return [HARVESTER.parse(raw, source) for raw in HARVESTER.records(source, fetch)]


def fails(content: str | bytes, fetch: Fetch) -> str:
    with pytest.raises(FetchError) as caught:
        harvest(content, fetch)
    return caught.value.code


def described(rest: str, fetch: Fetch) -> Parsed:
    (parsed,) = harvest(f"{PREFIXES}<https://a.be/d> a dcat:Dataset ; dct:title 'T' ; {rest} .",
                        fetch)  # fmt: skip
    return parsed


BOMB = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>"""
FILE_ENTITY = BOMB.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize(
    ("content", "code"),
    [(BOMB, "unsafe-xml"), (FILE_ENTITY, "unsafe-xml"), ("<rdf:RDF >", "not-xml"),
     ("<?xml version='1.0'?><feed/>", "not-rdf"), ("@prefix dcat: <", "not-rdf"),
     ("{", "not-rdf"), ("[" * 50_000, "not-rdf"), ('{"a":' * 50_000, "not-rdf"),
     ('{"@context": {"a": {"@id": 7}}, "a": 1}', "not-rdf"), ("nom;places\n", "not-rdf"),
     ("<?xml version='1.0'?><ows:ExceptionReport xmlns:ows='o'><ows:Exception exceptionCode='X'>"
      "<ows:ExceptionText>No</ows:ExceptionText></ows:Exception></ows:ExceptionReport>",
      "portal-error")],
)  # fmt: skip
def test_what_is_hostile_or_broken_fails_the_run(content: str, code: str, fetch: Fetch) -> None:
    assert fails(content, fetch) == code


def test_no_context_is_fetched(fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", refuse)
    context = "http://127.0.0.1:9/context"
    body = {
        "@context": [
            context, {"@import": context, "nested": {"@id": "dct:x", "@context": context}},
        ],
        "@graph": [{"@context": context, "@type": "dcat:Dataset", "title": "T"}],
    }  # fmt: skip
    page = Page(url="https://a.be/c", content=json.dumps(body).encode(), content_type=None)
    assert [found["dct:title"] for found in rdf.read(page).datasets] == [[{"value": "T"}]]


def test_page_after_the_last_that_is_the_last_again_ends_the_list(fetch: Fetch) -> None:
    """Seen on ckanext-dcat: `nextPage` of the last page is the last page."""
    body = PREFIXES + (
        '<{base}/catalog> hydra:nextPage "{base}/catalog" .'
        f"<https://a.be/d> a dcat:Dataset ; dct:title 'T' ; {FILE} ."
    )
    assert len(harvest(body, fetch)) == 1


def test_portal_that_always_has_a_next_page_is_stopped(fetch: Fetch) -> None:
    with turtle_portal([published("a")]) as portal:

        def endless(request: Request, answer: Answer) -> Answer:
            number = len(portal.requests) + 1
            link = f'\n<{portal.url}/x> hydra:next "{portal.url}/catalog.ttl?page={number}" .'
            body = answer.body.replace(b'hydra:totalItems "1"', b'hydra:totalItems "9"')
            return Answer(body.replace(b"\n<", link.encode() + b"\n<", 1), 200, "text/turtle")

        portal.mischief = endless
        with pytest.raises(FetchError) as caught:
            list(HARVESTER.records(portal.source(), fetch))
        assert caught.value.code == "records-missing"
        assert len(portal.requests) < 10


def test_next_page_on_another_host_is_refused(fetch: Fetch) -> None:
    body = PREFIXES + (
        "<https://a.be/c> hydra:next <http://evil.example/2> ; hydra:totalItems 2 ."
        f"<https://a.be/d> a dcat:Dataset ; dct:title 'T' ; {FILE} ."
    )
    assert fails(body, fetch) == "unexpected-answer"


def test_next_page_behind_a_proxy_is_found_at_the_address_of_the_source(fetch: Fetch) -> None:
    def inside(request: Request, answer: Answer) -> Answer:
        body = answer.body.replace(portal.url.encode() + b"/catalog", b"https://127.0.0.1/catalog")
        return Answer(body, 200, answer.content_type)

    with jsonld_portal([published(f"d{n:03}") for n in range(150)]) as portal:
        portal.mischief = inside
        assert len(list(HARVESTER.records(portal.source(), fetch))) == 150


def test_stub_of_a_dataset_is_none_and_a_series_of_two_kinds_is_one(fetch: Fetch) -> None:
    body = PREFIXES + (
        f"<https://a.be/d> a dcat:Dataset, dcat:DatasetSeries ; dct:title 'T' ; {FILE} ;"
        " dct:hasPart <https://a.be/stub> . <https://a.be/stub> a dcat:Dataset ."
    )
    assert len(harvest(body, fetch)) == 1


def test_dataset_without_an_address_keeps_its_id_from_run_to_run(fetch: Fetch) -> None:
    body = PREFIXES + (
        f"[] a dcat:Dataset ; dct:title 'A' ; {FILE} ."
        f"[] a dcat:Dataset ; dct:title 'B' ; dct:identifier 'b-1' ; {FILE} ."
    )
    ids = [[p.dataset.remote_id for p in harvest(body, fetch) if p.dataset] for _ in range(2)]
    assert ids[0] == ids[1]
    assert "b-1" in ids[0]


def test_every_language_is_kept_and_the_source_s_own_comes_first(fetch: Fetch) -> None:
    parsed = described(f"dct:title 'Fietsen'@nl, 'Räder'@de, 'Vélos'@fr ; {FILE}", fetch)
    assert parsed.dataset is not None
    assert list(parsed.dataset.title) == ["fr", "nl", "de"]


@pytest.mark.parametrize(
    ("said", "licence"),
    [("<http://publications.europa.eu/resource/authority/licence/ETALAB_2_0>", "etalab-2.0"),
     ("<http://publications.europa.eu/resource/authority/licence/CC_BYSA_4_0>", "cc-by-sa-4.0"),
     ("<https://data.vlaanderen.be/doc/licentie/modellicentie-gratis-hergebruik/v1.0>",
      "modellicentie-gratis-hergebruik-1.0"),
     ("[ skos:prefLabel 'CC BY 4.0' ]", "cc-by-4.0"),
     ("'<div>Etalab : https://www.etalab.gouv.fr/licence-ouverte-open-licence/</div>'",
      "etalab-2.0")],
)  # fmt: skip
def test_licence_is_known_however_it_is_written(said: str, licence: str, fetch: Fetch) -> None:
    parsed = described(
        f"dcat:distribution [ dcat:accessURL <https://a.be/x.csv> ; dct:license {said} ]", fetch
    )
    assert parsed.dataset is not None
    assert parsed.dataset.licence == licence
    assert parsed.issues == []


def test_file_that_says_most_comes_first(fetch: Fetch) -> None:
    rest = ", ".join(
        f"[ dcat:downloadURL <https://a.be/x.{ending}> ]" for ending in ("zip", "csv", "pdf")
    )
    parsed = described(f"dcat:distribution {rest}", fetch)
    assert parsed.dataset is not None
    assert [d.format for d in parsed.dataset.distributions] == ["csv", "zip", "pdf"]


def test_name_of_a_person_is_not_taken_over(fetch: Fetch) -> None:
    person = "[ a foaf:Person ; foaf:name 'Jeanne Dupont' ]"
    parsed = described(f"dct:creator {person} ; dcat:contactPoint {person} ; {FILE}", fetch)
    assert "Dupont" not in str(parsed)


FILES = [
    "udata_harvest_fixtures/catalog.xml", "udata_harvest_fixtures/evian.json",
    "udata_harvest_fixtures/flat.jsonld", "udata_harvest_fixtures/geonetwork.xml",
    "udata_harvest_fixtures/geonetwork-dcat-page-1.xml", "udata_harvest_fixtures/series.xml",
    "udata_harvest_fixtures/paged-collection-1.jsonld",
    "udata_harvest_fixtures/paged-collection-2.jsonld", "udata_harvest_fixtures/udata.xml",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_real_catalogue_is_read_without_an_unexplained_key(name: str) -> None:
    file = REAL / name
    if not file.is_file():
        pytest.skip(f"the real reply {name} is not here")
    page = Page(url="https://a.be/catalog", content=file.read_bytes(), content_type=None)
    found = rdf.read(page)
    assert found.datasets
    for position, body in enumerate(found.datasets):
        raw = Raw(remote_id=f"d{position}", body=body, origin=page.url)
        parsed = HARVESTER.parse(raw, SOURCE)
        codes = {issue.code for issue in parsed.issues}
        assert codes <= {"unknown-theme", "unknown-licence", "no-distribution"}, parsed.issues
        assert parsed.dataset is not None or "no-distribution" in codes
