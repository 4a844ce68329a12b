import pyarrow as pa
import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.records import RecordOutcome, RunRecord, Source
from catalogue.store import Store, datasets, runs, sources, versions
from portal.api.openapi import document
from portal.context import EXTENSION
from tests.factories import dataset, distribution
from tests.portal.api.published import publish


def test_a_search_gives_texts_in_the_language_asked_for(client: FlaskClient) -> None:
    body = client.get("/api/v1/datasets?q=gemeenten&lang=fr").get_json()
    (found,) = body["results"]
    assert body["count"] == 1
    assert found["title"] == "Communes"
    assert found["keywords"] == ["commune"]
    assert found["description"] == "De gemeenten van de Eurometropool"
    assert found["text_languages"] == {
        "title": "fr", "description": "nl", "publisher": "nl", "keywords": "fr",
    }  # fmt: skip
    assert found["publisher"] == {"id": "vlaanderen", "title": "Vlaanderen", "side": "VLG"}
    assert [table["name"] for table in found["tables"]] == ["municipalities", "places"]
    assert body["facets"]["side"]["VLG"] == 1


def test_facets_and_paging_are_parameters(client: FlaskClient) -> None:
    both = client.get("/api/v1/datasets?side=FR&side=VLG").get_json()
    french = client.get("/api/v1/datasets?side=FR").get_json()
    none = client.get("/api/v1/datasets?limit=0").get_json()
    assert (both["count"], french["count"]) == (2, 1)
    assert (none["count"], none["results"]) == (2, [])
    assert len(client.get("/api/v1/datasets?limit=1&offset=1").get_json()["results"]) == 1


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("limit=1000", "parameter-number", "100"),
        ("limit=-1", "parameter-number", "-1"),
        ("limit=²", "parameter-number", "²"),
        ("limit=1&limit=2", "parameter-repeated", "limit"),
        ("lang=de", "parameter-choice", "nl"),
        ("side=XX", "parameter-choice", "VLG"),
        ("sort=rows", "parameter-choice", "relevance"),
        ("qq=x", "parameter-unknown", "qq"),
        ("q=" + "x" * 2000, "parameter-too-long", "1000"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(
    client: FlaskClient, query: str, code: str, words: str
) -> None:
    answer = client.get(f"/api/v1/datasets?{query}")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)
    assert words in answer.get_json()["error"]["message"]


def test_accept_language_decides_where_lang_is_not_given(client: FlaskClient) -> None:
    answer = client.get("/api/v1/datasets", headers={"Accept-Language": "de, nl-BE;q=0.8"})
    assert answer.headers["Content-Language"] == "nl"
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_dataset_shows_no_folder_of_the_server(client: FlaskClient, store: Store) -> None:
    local = dataset(
        remote_id="local", distributions=[distribution(url="file:///srv/secret/starter/a.csv")]
    )
    dataset_id, _ = datasets.save(store, local)
    answer = client.get(f"/api/v1/datasets/{dataset_id}")
    assert answer.get_json()["record"]["distributions"][0]["url"] == "a.csv"
    assert b"/srv" not in answer.data


def test_a_dataset_lists_its_tables_with_versions(client: FlaskClient) -> None:
    body = client.get("/api/v1/datasets/communes").get_json()
    table = body["tables"][0]
    assert table["versions"] == [2, 1]
    assert table["current"]["downloads"]["csv"] == "/data/municipalities@2.csv"
    assert "geojson" not in table["current"]["downloads"]
    listed = client.get("/api/v1/datasets/communes/tables/municipalities/versions").get_json()
    assert [version["version"] for version in listed["results"]] == [2, 1]
    other = client.get("/api/v1/datasets/communes/tables/stations/versions")
    assert other.get_json()["error"]["code"] == "table-not-in-dataset"


def test_many_versions_come_in_pages_newest_first(fresh_app: Flask) -> None:
    store = fresh_app.extensions[EXTENSION].store
    for number in range(60):
        publish(store, "stations", pa.table({"id": [number]}))
    client = fresh_app.test_client()
    for address in (
        "/api/v1/tables/stations/versions",
        f"/api/v1/datasets/{versions.dataset_of(store, 'stations')}/tables/stations/versions",
    ):
        listed = client.get(address).get_json()
        numbers = [version["version"] for version in listed["results"]]
        assert (listed["count"], numbers) == (61, list(range(61, 11, -1)))
        rest = client.get(f"{address}?limit=500&offset=50").get_json()
        assert [version["version"] for version in rest["results"]] == list(range(11, 0, -1))
        assert client.get(f"{address}?limit=501").status_code == 400
        assert client.get(f"{address}?limit=0").get_json()["count"] == 61
    table = client.get("/api/v1/tables/stations").get_json()
    assert (table["version_count"], len(table["versions"])) == (61, 50)
    refused = client.get("/data/stations@62.csv?lang=en")
    message = refused.get_json()["error"]["message"]
    assert refused.status_code == 404
    assert "61 versions, the newest: 61, 60, 59, 58, 57, 56, 55, 54, 53, 52." in message
    assert "/api/v1/tables/stations/versions" in message


def test_tables_are_found_by_name(client: FlaskClient) -> None:
    names = [one["name"] for one in client.get("/api/v1/tables").get_json()["results"]]
    assert {"municipalities", "places", "stations"} <= set(names)
    table = client.get("/api/v1/tables/places").get_json()
    assert [column["type"] for column in table["current"]["columns"]] == ["VARCHAR", "GEOMETRY"]
    assert client.get("/api/v1/tables/plaecs").get_json()["error"]["code"] == "table-unknown-near"


def test_sources_and_runs_are_listed(client: FlaskClient, store: Store) -> None:
    sources.save_all(store, [Source(id="mel", protocol="opendatasoft", url="https://example.org")])
    run = runs.begin(store, "mel")
    record = RunRecord(remote_id="velos", outcome=RecordOutcome.ADDED)
    runs.finish(store, run, status="done", records=[record])
    body = client.get("/api/v1/sources").get_json()
    assert body["results"][0]["last_run"]["counts"]["added"] == 1
    assert client.get("/api/v1/sources/mel/runs").get_json()["count"] == 1
    assert client.get(f"/api/v1/runs/{run}").get_json()["records"][0]["remote_id"] == "velos"
    assert client.get("/api/v1/runs/999").status_code == 404
    assert client.get("/api/v1/sources/xyz/runs").get_json()["error"]["code"] == "source-unknown"


def test_a_reading_that_is_held_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/api/v1/tables").headers["ETag"]
    assert client.get("/api/v1/tables", headers={"If-None-Match": etag}).status_code == 304


def test_health_says_how_far_search_is(client: FlaskClient) -> None:
    body = client.get("/healthz").get_json()
    assert body["status"] == "ok"
    assert body["generation"] >= body["search_sequence"] > 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v9", 404),
        ("PUT", "/api/v1/datasets", 405),
        ("POST", "/healthz", 405),
    ],
)
def test_unknown_addresses_and_methods_answer_in_json(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.get_json()["error"]["message"]
    assert ("Allow" in answer.headers) == (status == 405)


def test_openapi_describes_every_route_and_refers_to_nothing_remote(app: Flask) -> None:
    described = {
        (method, path) for path, methods in document()["paths"].items() for method in methods
    }
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(f"<int:{argument}>", f"{{{argument}}}")
            path = path.replace(f"<{argument}>", f"{{{argument}}}")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert (method.lower(), path) in described


def test_openapi_is_whole_in_itself(client: FlaskClient) -> None:
    body = client.get("/api/v1/openapi.json").get_json()
    assert body["openapi"] == "3.1.0"
    schemas = body["components"]["schemas"]
    refs: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            refs.extend(value for key, value in node.items() if key == "$ref")
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(body)
    assert refs
    assert all(ref.removeprefix("#/components/schemas/") in schemas for ref in refs)
    ids = [one["operationId"] for path in body["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids))
    for path, methods in body["paths"].items():
        for operation in methods.values():
            declared = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert all(f"{{{name}}}" in path for name in declared)
            assert path.count("{") == len(declared)
            assert operation["responses"]


def test_every_summary_of_the_description_is_a_whole_sentence() -> None:
    summaries = {
        f"{method} {path}": operation["summary"]
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }
    cut = {name: text for name, text in summaries.items() if not text.endswith(".")}
    assert not cut
    assert all("\n" not in text for text in summaries.values())


def test_a_run_beyond_every_number_is_unknown(client: FlaskClient) -> None:
    assert client.get(f"/api/v1/runs/{10**20}").status_code == 404


def test_what_the_index_has_not_taken_in_is_counted(fresh_app: Flask) -> None:
    client = fresh_app.test_client()
    assert client.get("/api/v1/datasets").get_json()["pending"] == 0
    datasets.save(fresh_app.extensions[EXTENSION].store, dataset(remote_id="another"))
    assert client.get("/api/v1/datasets?q=xyzzy").get_json()["pending"] == 1
    assert client.get("/healthz").get_json()["search_pending"] == 1


def test_openapi_names_the_sides_that_a_search_takes(client: FlaskClient) -> None:
    parameters = document()["paths"]["/api/v1/datasets"]["get"]["parameters"]
    (sides,) = (each["schema"]["items"]["enum"] for each in parameters if each["name"] == "side")
    for side in (*sides, "XX"):
        status = client.get(f"/api/v1/datasets?side={side}").status_code
        assert status == (400 if side == "XX" else 200)
