"""An error page says what happened, in the reader's language, with the status of the API."""

import json
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import ServiceUnavailable

from catalogue.errors import CatalogueError, Conflict, NotFound, StoreError
from catalogue.records import RUN_COUNTS, RecordOutcome
from portal.accounts.errors import NotAllowed, NotSignedIn, TooManyTries
from portal.app import create_app
from portal.errors import Refusal
from portal.pages import labels
from portal.services import Services

FAULTS = {
    "not-found": (NotFound("table-unknown", table="x"), 404, "table-unknown"),
    "conflict": (Conflict("user-exists", name="an"), 409, "user-exists"),
    "store": (StoreError("worker-absent"), 503, "worker-absent"),
    "refusal": (Refusal(503, "too-busy", headers={"Retry-After": "5"}, seconds=5), 503, "too-busy"),
    "signed-out": (NotSignedIn("not-signed-in"), 401, "not-signed-in"),
    "not-allowed": (NotAllowed("token-not-enough"), 403, "token-not-enough"),
    "often": (TooManyTries("sign-in-too-often", retry_after_s=60, minutes=1), 429, None),
    "catalogue": (CatalogueError("reader-crashed", file="a.csv"), 500, "reader-crashed"),
    "bug": (ValueError("secret of the house"), 500, "fault-of-ours"),
    "http": (ServiceUnavailable(), 503, "request-refused"),
}


@pytest.fixture(scope="module")
def faulty(sample_services: Services) -> FlaskClient:
    """The application with one more page and one more route, which fail as asked."""
    app: Flask = create_app(sample_services)

    def fail(name: str, lang: str = "fr") -> str:
        raise FAULTS[name][0]

    app.add_url_rule("/<any(fr, nl, en):lang>/fail/<name>", "fail_page", lambda name: fail(name))
    app.add_url_rule("/api/v1/fail/<name>", "api_tables.fail", fail)
    return app.test_client()


@pytest.mark.parametrize("name", FAULTS)
def test_a_page_has_the_status_and_the_sentence_of_the_api(
    faulty: FlaskClient, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, status, code = FAULTS[name]
    with caplog.at_level(logging.CRITICAL):
        page = faulty.get(f"/en/fail/{name}")
        answer = faulty.get(f"/api/v1/fail/{name}?lang=en")
    error = answer.get_json()["error"]
    assert (page.status_code, answer.status_code) == (status, status)
    assert code in (None, error["code"])
    assert page.headers.get("Retry-After") == answer.headers.get("Retry-After")
    assert "secret of the house" not in page.text + answer.text
    if name not in ("bug", "http"):
        assert error["message"].replace("’", "") in page.text.replace("’", "").replace("&#34;", '"')


def test_what_is_not_there_is_named(pages: FlaskClient) -> None:
    assert "no table “nothing”" in pages.get("/en/datasets/stations-de-velos?table=nothing").text
    assert "geen oogst met nummer 999" in pages.get("/nl/sources/test/runs/999").text


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
def test_every_count_of_a_run_has_its_name(sample_app: Flask, lang: str) -> None:
    with sample_app.test_request_context(f"/{lang}/"):
        names = labels.run_counts()
    assert tuple(names) == RUN_COUNTS
    assert {outcome.value for outcome in RecordOutcome} <= set(names)
    assert (
        names["skipped"] == {"fr": "laissées de côté", "nl": "weggelaten", "en": "left out"}[lang]
    )


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/nl/publishers/nobody.csv", 404, "publisher-unknown"),
        ("/nl/datasets/stations-de-velos/columns/none.json", 404, None),
        ("/nl/datasets/nothing/map.geojson", 404, "dataset-unknown"),
        ("/nl/datasets/stations-de-velos/chart.csv?x=colour", 400, "view-column-unknown"),
    ],
)
def test_a_program_that_asks_for_the_twin_of_a_page_is_answered_as_one(
    pages: FlaskClient, address: str, status: int, code: str | None
) -> None:
    answer = pages.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = json.loads(answer.data)
    assert problem["status"] == status
    assert code in (None, problem["error"]["code"])
    assert problem["detail"] == problem["error"]["message"]
    assert answer.headers["Content-Language"] == "nl"
