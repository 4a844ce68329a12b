"""Opendatasoft's Explore API, its window of 10,000 and its own kinds of error."""

from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, Raw
from tests.harvesters import portals
from tests.harvesters.portals import Answer, OdsPortal, Portal, Request, json_answer, published


def read(portal: Portal, fetch: Fetch, **changes: Any) -> list[Raw]:
    return list(HARVESTERS["opendatasoft"].records(portal.source(**changes), fetch))


class HugePortal(OdsPortal):
    """A portal with more datasets than its pages can show; its entries are short."""

    def entry(self, dataset: Any) -> dict[str, Any]:
        return {"dataset_id": dataset.id}


@pytest.mark.parametrize("count", [9_899, 9_900, 10_000, 10_050])
def test_catalogue_beyond_the_window_is_read_whole(fetch: Fetch, count: int) -> None:
    datasets = [published(f"d{number:05}") for number in range(count)]
    with portals.running(HugePortal(datasets)) as portal:
        if count < 9_900:
            portal.datasets = datasets[:150]
        found = [raw.remote_id for raw in read(portal, fetch)]
        asked = [request.path.rpartition("/")[2] for request in portal.requests]
    assert found == [dataset.id for dataset in portal.datasets]
    assert asked == (["datasets", "datasets"] if count < 9_900 else ["datasets", "json"])


def test_export_that_lacks_datasets_fails_the_run(fetch: Fetch) -> None:
    def lose(request: Request, answer: Answer) -> Answer:
        return json_answer([{"dataset_id": "a"}]) if "exports" in request.path else answer

    with portals.running(HugePortal([published(f"d{n}") for n in range(10_000)])) as portal:
        portal.mischief = lose
        with pytest.raises(FetchError) as caught:
            read(portal, fetch)
    assert (caught.value.code, caught.value.params["received"]) == ("records-missing", 1)


def test_error_in_the_middle_of_a_page_is_noticed(fetch: Fetch) -> None:
    with portals.ods_portal([published("a")]) as portal:
        portal.mischief = portals.stream_error
        with pytest.raises(FetchError) as caught:
            read(portal, fetch)
    assert caught.value.code == "error-in-stream"


def test_filters_of_the_url_are_passed_on(fetch: Fetch) -> None:
    with portals.ods_portal(
        [published("a", publisher="TEC"), published("b", publisher="Ville de Tournai")]
    ) as portal:
        url = f'{portal.url}?refine=publisher:Ville de Tournai&where=search("Tournai")'
        found = read(portal, fetch, url=url)
        assert portal.requests[0].get("where") == 'search("Tournai")'
    assert [raw.remote_id for raw in found] == ["b"]


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        ({"message": "ODSQL query is malformed: x", "error_code": "ODSQLError"}, 400,
         "http-status", "ODSQL query is malformed: x"),
        ({"errorcode": 10002, "error": "Too many requests", "reset_time": "2099-01-01T00:00:00Z"},
         429, "http-status", "Too many requests"),
        ({"results": []}, 200, "unexpected-answer", None),
        ([], 200, "unexpected-answer", None),
        ({"georchestraStylesheet": "", "logoUrl": "/public/logo-mel.jpg"}, 404, "http-status",
         None),
    ],
)  # fmt: skip
def test_wrong_answer_fails_the_run_with_the_portals_words(
    fetch: Fetch, body: Any, status: int, code: str, message: str | None
) -> None:
    with portals.ods_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: json_answer(body, status)
        with pytest.raises(FetchError) as caught:
            read(portal, fetch)
        assert len(portal.requests) == 1
    assert caught.value.code == code
    assert caught.value.params.get("message") == message
