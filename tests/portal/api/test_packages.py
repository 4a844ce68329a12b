"""`datapackage.json` of a dataset is read by frictionless over HTTP, its tables too."""

import frictionless
import pyarrow as pa
import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from catalogue.store import Store, datasets
from tests.factories import dataset, distribution
from tests.portal.api.published import publish

DATASET = "communes"


@pytest.fixture
def descriptor(server: str) -> dict[str, object]:
    found: dict[str, object] = requests.get(
        f"{server}/datasets/{DATASET}/datapackage.json", timeout=30
    ).json()
    return found


def test_frictionless_reads_the_package_and_finds_its_tables_valid(server: str) -> None:
    package = frictionless.Package(f"{server}/datasets/{DATASET}/datapackage.json")
    assert [resource.name for resource in package.resources] == ["municipalities", "places"]
    report = package.validate()
    assert report.valid, report.flatten(["type", "note"])
    first, _ = package.resources
    assert first.path == f"{server}/data/municipalities@2.csv"
    assert [row["population"] for row in first.read_rows()] == [236710, 784, None, 79000]
    assert package.contributors[0]["title"] == "Vlaanderen"
    assert package.licenses[0]["name"] == "etalab-2.0"


def test_size_and_hash_are_those_of_the_csv(server: str) -> None:
    address = f"{server}/datasets/{DATASET}/datapackage.json"
    stated = requests.get(address, timeout=30).json()["resources"][0]
    body = requests.get(stated["path"], timeout=30).content
    assert stated["bytes"] == len(body)
    wrong = {**stated, "hash": "sha256:" + "0" * 64}
    assert frictionless.validate(frictionless.Resource.from_descriptor(stated)).valid
    report = frictionless.validate(frictionless.Resource.from_descriptor(wrong))
    assert report.flatten(["type"]) == [["hash-count"]]


def test_texts_in_other_languages_and_other_formats_are_told(
    descriptor: dict[str, dict[str, dict[str, object]]],
) -> None:
    assert descriptor["title"] == "Communes"
    assert descriptor["translations"]["nl"]["title"] == "Gemeenten"
    formats = [one["format"] for one in descriptor["resources"][0]["alternatives"]]  # type: ignore[index]
    assert "parquet" in formats
    assert "csv" not in formats


def test_schema_is_that_of_the_csv_and_not_of_the_file_that_came(
    app: Flask, client: FlaskClient, store: Store
) -> None:
    moments = pa.table(
        {
            "at": pa.array([0, 1_500_000], pa.timestamp("us", "UTC")),
            "is_open": [True, None],
            "price": [1.5, 2.25],
        }
    )
    publish(store, "openings", moments, record=dataset(remote_id="openings", slug="openings"))
    package = client.get("/datasets/openings/datapackage.json").json
    fields = package["resources"][0]["schema"]["fields"]
    assert [field["type"] for field in fields] == ["datetime", "boolean", "number"]
    text = client.get(package["resources"][0]["path"].removeprefix("http://localhost")).data
    resource = frictionless.Resource(
        text, format="csv", schema=frictionless.Schema.from_descriptor({"fields": fields})
    )
    assert resource.validate().valid


def test_dataset_without_tables_names_the_files_of_its_publisher(
    client: FlaskClient, store: Store
) -> None:
    files = [distribution(remote_id="Plan (PDF)", url="https://example.org/plan.pdf", format="pdf")]
    datasets.save(store, dataset(remote_id="plan", slug="plan", distributions=files))
    resource = client.get("/datasets/plan/datapackage.json").json["resources"][0]
    assert resource == {"name": "plan-pdf", "path": "https://example.org/plan.pdf", "format": "pdf"}
    hidden = [distribution(url="file:secret/plan.pdf")]
    datasets.save(store, dataset(remote_id="local", slug="local", distributions=hidden))
    assert client.get("/datasets/local/datapackage.json").status_code == 404
    assert client.get("/datasets/none/datapackage.json").status_code == 404
