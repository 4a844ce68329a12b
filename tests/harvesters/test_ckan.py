"""CKAN's API, and what calls itself so."""

from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, Raw
from tests.harvesters import portals
from tests.harvesters.portals import Answer, Portal, Request, json_answer, published


def read(portal: Portal, fetch: Fetch, **changes: Any) -> list[Raw]:
    return list(HARVESTERS["ckan"].records(portal.source(**changes), fetch))


def failure(portal: Portal, fetch: Fetch) -> FetchError:
    with pytest.raises(FetchError) as caught:
        read(portal, fetch)
    return caught.value


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        ({"success": False, "error": {"__type": "Search Query Error", "message": "bad sort"}},
         200, "portal-error", "bad sort"),
        ({"success": False, "error": "Solr is down"}, 200, "portal-error", "Solr is down"),
        ({"success": False, "error": {"__type": "Authorization Error", "message": "no"}},
         403, "portal-error", "no"),
        ({"success": True}, 200, "unexpected-answer", None),
        ({"success": True, "result": {"count": "3", "results": []}}, 200, "unexpected-answer",
         None),
        ({"success": True, "result": {"count": 3}}, 200, "unexpected-answer", None),
        ({"success": True, "result": None}, 200, "unexpected-answer", None),
        ([1, 2], 200, "portal-error", None),
        ("Bad request: JSON Error", 400, "portal-error", "JSON Error"),
    ],
)  # fmt: skip
def test_wrong_answer_fails_the_run_with_the_portals_words(
    fetch: Fetch, body: Any, status: int, code: str, message: str | None
) -> None:
    with portals.ckan_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: json_answer(body, status)
        error = failure(portal, fetch)
    assert error.code == code
    assert message is None or message in error.params["message"]


def test_filters_of_the_url_are_passed_on(fetch: Fetch) -> None:
    with portals.ckan_portal(
        [published("a", publisher="tournai"), published("b", publisher="lille")]
    ) as portal:
        found = read(portal, fetch, url=f"{portal.url}/?fq=organization:lille")
    assert [raw.remote_id for raw in found] == ["b"]


def test_portal_under_a_path_is_asked_there(fetch: Fetch) -> None:
    with portals.ckan_portal([]) as portal:
        failed = False
        try:
            read(portal, fetch, url=f"{portal.url}/data/api/3/action")
        except FetchError:
            failed = True
        assert failed
        assert portal.paths()[0] == "/data/api/3/action/package_search"


def test_portal_without_search_is_read_one_by_one(fetch: Fetch) -> None:
    """DKAN knows no package_search, answers with lists, and forgets some of its own names."""

    def dkan(request: Request, answer: Answer) -> Answer:
        if request.path.endswith("package_search"):
            return json_answer("Bad request: Action name not known: package_search", 400)
        if request.path.endswith("package_list"):
            return json_answer({"help": "", "success": True, "result": ["a", "gone", "b", "a"]})
        if request.get("id") == "gone":
            error = {"__type": "Not Found Error", "message": "Not found"}
            return json_answer({"success": False, "error": error}, 404)
        body = {"id": request.get("id"), "title": "x", "resources": []}
        return json_answer({"help": "", "success": True, "result": [body]})

    with portals.ckan_portal([]) as portal:
        portal.mischief = dkan
        found = read(portal, fetch)
    assert [raw.remote_id for raw in found] == ["a", "gone", "b"]
    assert [raw.problem.code for raw in found if raw.problem] == ["record-missing"]


def test_rows_that_are_no_records_are_named(fetch: Fetch) -> None:
    body = {"success": True, "result": {"count": 3, "results": [{"id": "a"}, None, {"x": 1}]}}
    with portals.ckan_portal([]) as portal:
        portal.mischief = lambda request, answer: json_answer(body)
        found = read(portal, fetch)
    assert [(raw.remote_id, raw.problem and raw.problem.code) for raw in found] == [
        ("a", None), ("#1", "not-an-object"), ("#2", "record-without-id"),
    ]  # fmt: skip
