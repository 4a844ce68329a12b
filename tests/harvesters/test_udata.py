"""data.gouv.fr and transport.data.gouv.fr: what their records say, and how their pages are read."""

from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Source
from harvesters import HARVESTERS, Parsed, Raw
from tests.harvesters.portals import Answer, Request, json_answer, published
from tests.harvesters.udata_portal import (
    UdataPortal,
    transport_portal,
    udata_1_portal,
    udata_2_portal,
)

SOURCE = Source(id="gouv", protocol="udata", url="https://www.data.gouv.fr")
HARVESTER = HARVESTERS["udata"]


def parse(**changes: Any) -> Parsed:
    portal = UdataPortal([])
    portal.url = "https://www.data.gouv.fr"
    body = portal.body(published("velos", changes=changes))
    return HARVESTER.parse(Raw(remote_id="velos", body=body, origin=portal.url), SOURCE)


def codes(parsed: Parsed) -> list[str]:
    return [issue.code for issue in parsed.issues]


def test_page_cut_below_what_was_asked_loses_nothing(fetch: Fetch) -> None:
    with udata_1_portal([published(f"d{n:03}") for n in range(45)]) as portal:
        portal.most_rows = 20
        found = list(HARVESTER.records(portal.source(), fetch))
        assert [request.get("page") for request in portal.requests] == ["1", "2", "3"]
    assert len({raw.remote_id for raw in found}) == 45


def test_filters_of_the_source_reach_the_portal(fetch: Fetch) -> None:
    rows = [published("a", publisher="mel"), published("b")]
    with udata_1_portal(rows) as portal:
        source = portal.source(url=f"{portal.url}/fr/datasets/?organization=mel&utm=x")
        assert [raw.remote_id for raw in HARVESTER.records(source, fetch)] == ["a"]
        assert "utm" not in dict(portal.requests[0].query)


def test_resources_of_version_2_are_read_from_the_portal_alone(fetch: Fetch) -> None:
    def astray(request: Request, answer: Answer) -> Answer:
        body = answer.body.replace(b"http://127.0.0.1", b"http://10.0.0.1")
        return Answer(body, answer.status)

    with udata_2_portal([published("a")]) as portal:
        portal.mischief = astray
        with pytest.raises(FetchError) as caught:
            list(HARVESTER.records(portal.source(), fetch))
    assert caught.value.code == "unexpected-answer"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"archived": "2024-01-01T00:00:00+00:00"}, "not-active"),
     ({"deleted": "2024-01-01T00:00:00+00:00"}, "not-active"),
     ({"private": True}, "private-record"), ({"resources": []}, "no-distribution")],
)  # fmt: skip
def test_what_is_not_for_the_public_is_left_out(changes: dict[str, Any], code: str) -> None:
    parsed = parse(**changes)
    assert parsed.dataset is None
    assert [(issue.code, issue.severity) for issue in parsed.issues] == [(code, "info")]


def test_main_file_comes_before_its_documentation() -> None:
    rows = [{"id": "d", "type": "documentation", "title": "Note", "url": "https://a.fr/n.csv"},
            {"id": "m", "type": "main", "title": "Table", "url": "https://a.fr/d.csv"}]  # fmt: skip
    dataset = parse(resources=rows).dataset
    assert dataset is not None
    assert [d.remote_id for d in dataset.distributions] == ["m", "d"]


def test_dataset_from_another_portal_says_where_it_came_from() -> None:
    harvest = {"domain": "opendata.lille.fr", "remote_id": "x", "backend": "ods",
               "remote_url": "https://opendata.lille.fr/explore/dataset/x/"}  # fmt: skip
    parsed = parse(harvest=harvest)
    assert parsed.dataset is not None
    assert parsed.dataset.origin == harvest["remote_url"]
    assert codes(parsed) == ["federated"]


@pytest.mark.parametrize("licence", ["lov2", {"id": "lov2", "title": "Licence Ouverte"}, "fr-lo"])
def test_licence_is_a_code_in_both_versions(licence: Any) -> None:
    dataset = parse(license=licence).dataset
    assert dataset is not None
    assert dataset.licence in ("etalab-2.0", "etalab-1.0")


def test_name_of_a_person_is_not_taken_over() -> None:
    owner = {"first_name": "Jeanne", "last_name": "Dupont", "slug": "jeanne-dupont"}
    dataset = parse(organization=None, owner=owner).dataset
    assert dataset is not None
    assert "upont" not in str(dataset)


def test_places_and_words_are_read() -> None:
    dataset = parse().dataset
    assert dataset is not None
    assert dataset.spatial == ["59350"]
    assert dataset.keywords == {"fr": ["velo", "pistes cyclables"]}
    assert dataset.frequency == "daily"


def test_access_point_is_filtered_by_place_since_it_cannot_do_so_itself(fetch: Fetch) -> None:
    brest = {"covered_area": [{"type": "epci", "nom": "Brest Métropole"}]}
    with transport_portal([published("a"), published("b", changes=brest)]) as portal:
        source = portal.source(url=f"{portal.url}/?place=LILLE&place=Cambrai")
        found = list(HARVESTERS["transport-gouv"].records(source, fetch))
    assert [raw.remote_id for raw in found] == ["a"]


def test_access_point_gives_the_address_of_the_producer(fetch: Fetch) -> None:
    with transport_portal([published("a")]) as portal:
        source = portal.source()
        (raw,) = HARVESTERS["transport-gouv"].records(source, fetch)
        dataset = HARVESTERS["transport-gouv"].parse(raw, source).dataset
    assert dataset is not None
    assert dataset.distributions[0].url.endswith("/static/a/tableau.csv")
    assert dataset.origin == "https://www.data.gouv.fr/datasets/a/"


def test_access_point_that_answers_no_list_fails_the_run(fetch: Fetch) -> None:
    with transport_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: json_answer({"datasets": []})
        with pytest.raises(FetchError) as caught:
            list(HARVESTERS["transport-gouv"].records(portal.source(), fetch))
    assert caught.value.code == "unexpected-answer"
