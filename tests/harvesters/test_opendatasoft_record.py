"""Opendatasoft catalogue entries as portals really write them."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from catalogue.records import Publisher, Source
from harvesters import HARVESTERS, Parsed, Raw

SOURCE = Source(id="odwb", protocol="opendatasoft", url="https://www.odwb.be", languages=["fr"])
REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared/real"))


def parse(source: Source = SOURCE, default: dict[str, Any] | None = None, **body: Any) -> Parsed:
    metas = {"title": "Vélos", "publisher": "TEC", "language": "fr", "records_count": 12}
    base = {
        "dataset_id": "le-tec-arrets", "has_records": True, "data_visible": True,
        "metas": {"default": {**metas, **(default or {})}},
        "fields": [{"name": "etat", "label": "État", "type": "text", "description": None}],
    }  # fmt: skip
    raw = Raw(remote_id="le-tec-arrets", body={**base, **body}, origin="https://www.odwb.be")
    return HARVESTERS["opendatasoft"].parse(raw, source)


def test_records_are_one_table_with_names_and_utc() -> None:
    dataset = parse().dataset
    assert dataset is not None
    first, *others = dataset.distributions
    query = parse_qs(urlsplit(first.url).query)
    assert (query["use_labels"], query["timezone"], query["delimiter"]) == (
        ["false"], ["UTC"], [";"],
    )  # fmt: skip
    assert (first.table, first.expected_row_count) == ("le_tec_arrets", 12)
    assert first.fields == [{"name": "etat", "type": "text", "title": {"fr": "État"}}]
    assert all(other.table is None for other in others)


def test_geometry_is_offered_as_geojson_too() -> None:
    shape = {"name": "geo", "label": "Geo", "type": "geo_shape"}
    dataset = parse(fields=[shape]).dataset
    assert dataset is not None
    assert [found.format for found in dataset.distributions] == ["csv", "geojson", "parquet"]


def test_data_and_description_have_their_own_dates() -> None:
    parsed = parse(
        default={
            "modified": "2020-01-01T00:00:00+01:00",
            "data_processed": "2026-09-30T22:09:41+00:00",
            "metadata_processed": "2026-10-01T22:10:05.120000+00:00",
        }
    )
    assert parsed.dataset is not None
    assert parsed.dataset.data_modified == "2026-09-30T22:09:41Z"
    assert parsed.dataset.modified == "2026-10-01T22:10:05Z"


def test_federated_dataset_names_its_origin() -> None:
    parsed = parse(
        default={"source_domain_address": "data.namur.be", "source_dataset": "namur-velos"}
    )
    assert parsed.dataset is not None
    assert parsed.dataset.origin == "https://data.namur.be/explore/dataset/namur-velos"
    assert [(issue.code, issue.params["domain"]) for issue in parsed.issues] == [
        ("federated", "data.namur.be")
    ]


def test_own_domain_is_no_federation() -> None:
    parsed = parse(default={"source_domain_address": "www.odwb.be"})
    assert parsed.issues == []


@pytest.mark.parametrize(
    ("body", "code"),
    [({"data_visible": False}, "not-visible"), ({"has_records": False}, "no-distribution")],
)
def test_entry_without_public_data_is_left_out(body: dict[str, Any], code: str) -> None:
    parsed = parse(**body)
    assert parsed.dataset is None
    assert [(issue.code, issue.severity) for issue in parsed.issues] == [(code, "info")]


def test_attached_files_get_an_address() -> None:
    attachment = {"id": "stops_zip", "url": "odsfile://stops.zip", "title": "Arrêts",
                  "mimetype": "application/zip"}  # fmt: skip
    dataset = parse(has_records=False, attachments=[attachment]).dataset
    assert dataset is not None
    (found,) = dataset.distributions
    assert (found.format, found.remote_id) == ("zip", "attachments/stops_zip")
    assert found.url == (
        "https://www.odwb.be/api/explore/v2.1/catalog/datasets/le-tec-arrets/attachments/stops_zip"
    )


def test_flattened_export_is_read_like_a_page() -> None:
    raw = Raw(
        remote_id="x",
        origin="https://www.odwb.be",
        body={"dataset_id": "x", "has_records": True, "default.title": "Vélos",
              "default.publisher": "TEC", "fields": []},
    )  # fmt: skip
    dataset = HARVESTERS["opendatasoft"].parse(raw, SOURCE).dataset
    assert dataset is not None
    assert dataset.title == {"und": "Vélos"} or dataset.title == {"fr": "Vélos"}


def test_publisher_of_the_source_is_recognised() -> None:
    tec = Publisher(id="tec", title={"fr": "TEC"}, url="https://www.letec.be")
    source = Source(id="tec", protocol="opendatasoft", url="https://a.be", publisher=tec)
    dataset = parse(source).dataset
    assert dataset is not None
    assert dataset.publisher == tec


def test_municipalities_are_read_from_the_references() -> None:
    places = ["fr_60_59350", "be_50_57081", "world"]
    dataset = parse(default={"geographic_reference": places}).dataset
    assert dataset is not None
    assert dataset.spatial == ["59350", "57081"]


@pytest.mark.parametrize("name", ["test-a", "test-b", "with-attachments", "test-shp-limit"])
def test_real_entries_of_the_old_api_carry_the_same_words(name: str) -> None:
    """Version 1 has `datasetid` and flat metas; we read 2.1 only, but its words are the same."""
    file = REAL / "udata_ods_fixtures" / f"{name}.json"
    if not file.exists():
        pytest.skip(f"{file.name} is not there")
    old = json.loads(file.read_bytes())
    body = {**old, "dataset_id": old["datasetid"], "metas": {"default": old["metas"]}}
    body.pop("datasetid")
    raw = Raw(remote_id=body["dataset_id"], body=body, origin="https://a.fr")
    parsed = HARVESTERS["opendatasoft"].parse(raw, SOURCE)
    assert parsed.dataset is not None
    assert {issue.code for issue in parsed.issues} <= {"unknown-licence"}


def test_real_example_of_the_specification_is_read() -> None:
    file = REAL / "specs" / "ods_explore_v2.1_openapi.json"
    if not file.exists():
        pytest.skip(f"{file.name} is not there")
    spec = json.loads(file.read_bytes())
    entries = spec["components"]["examples"]["datasets-v2.1"]["value"]["results"]
    for entry in entries:
        raw = Raw(remote_id=entry["dataset_id"], body=entry, origin="https://a.fr")
        parsed = HARVESTERS["opendatasoft"].parse(raw, SOURCE)
        assert parsed.dataset is not None
        assert {issue.code for issue in parsed.issues} <= {
            "unknown-licence", "unknown-theme", "federated",
        }, parsed.issues  # fmt: skip
