"""The permanent address of a thing leads people to its page and programs to its RDF."""

import pytest
from flask.testing import FlaskClient

BIKES = "/datasets/stations-de-velos"


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("text/turtle", "ttl"),
        ("application/ld+json, */*;q=0.1", "jsonld"),
        ("application/rdf+xml;q=0.9, text/html;q=0.5", "rdf"),
    ],
)
@pytest.mark.parametrize("thing", [BIKES, "/catalog"])
def test_who_asks_for_rdf_is_sent_to_it(
    pages: FlaskClient, thing: str, accept: str, ending: str
) -> None:
    answer = pages.get(thing, headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{thing}.{ending}"
    assert "Accept" in answer.headers["Vary"].split(", ")
    assert pages.get(answer.headers["Location"]).mimetype in accept


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])
def test_everyone_else_is_sent_to_the_page(pages: FlaskClient, accept: str) -> None:
    answer = pages.get(BIKES, headers={"Accept": accept, "Accept-Language": "nl"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/nl{BIKES}"


@pytest.mark.parametrize("address", ["/catalog", "/publishers/lille", "/contact"])
def test_addresses_that_feeds_tell_lead_somewhere(pages: FlaskClient, address: str) -> None:
    assert pages.get(address, follow_redirects=True).status_code == 200


def test_page_of_a_dataset_names_its_machine_readable_forms(pages: FlaskClient) -> None:
    page = pages.get(f"/fr{BIKES}").text
    for ending in ("ttl", "jsonld", "rdf"):
        assert f'href="{BIKES}.{ending}"' in page
    assert f'rel="describedby" type="application/json" href="{BIKES}/datapackage.json"' in page


@pytest.mark.parametrize("page", ["/fr/", "/nl/datasets"])
def test_pages_of_the_catalogue_name_its_rdf(pages: FlaskClient, page: str) -> None:
    assert 'type="text/turtle" href="/catalog.ttl"' in pages.get(page).text
