"""Replies that portals really gave: each is read by a test of its protocol, or here, or is said to
be no answer to what we ask.

The folder is named by `EUROMETROPOLIS_REAL`; what is not in it is skipped by name.
"""

import json
import os
from pathlib import Path

import pytest

from catalogue.fetch import Fetch
from harvesters import HARVESTERS, Parsed, Raw, features
from tests.harvesters.files_portal import files_portal
from tests.harvesters.portals import Answer

REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared/real"))
FOLDERS = (
    "gbfs_v3_fixtures", "geo2france_wfs", "irceline_fixtures", "irceline_sos_api",
    "ogcapi_fixtures", "owslib_be_fixtures", "udata_harvest_fixtures", "udata_ods_fixtures",
    "vlille_gbfs_2026",
)  # fmt: skip
READ_WHOLE = ("gbfs_v3_fixtures", "vlille_gbfs_2026")  # by test_gbfs, file by file
NO_REPLY_TO_US = {
    "irceline_fixtures/forecast.csv": "a file of ftp.irceline.be, read by tablecheck",
    "irceline_fixtures/forecast_wms_feature_info.json": "of a map service (WMS)",
    "irceline_fixtures/forecast_wms_feature_info_invalid.json": "of a map service (WMS)",
    "irceline_fixtures/ifdm_interpolation_feature_info.json": "of a map service (WMS)",
    "irceline_sos_api/readings-compact.json": "made by the tool that recorded the others",
    "irceline_sos_api/stations-compact.json": "made by the tool that recorded the others",
    "ogcapi_fixtures/getfeature-props-pigma-2-0-0.xml": "GML, where we ask for GeoJSON",
    "owslib_be_fixtures/csw_dov_getrecordbyid.xml": "ISO 19139, where we ask for Dublin Core",
    "owslib_be_fixtures/csw_geobretagne_mdmetadata.xml": "ISO 19139, as above",
    "owslib_be_fixtures/metawal.wallonie.be-catchments.xml": "ISO 19115-3, as above",
    "owslib_be_fixtures/metawal.wallonie.be-srv.xml": "ISO 19115-3, as above",
    "udata_harvest_fixtures/geoide-iso19139-single-dataset.xml": "ISO 19139, as above",
}


def real(name: str) -> Path:
    if not (REAL / name).is_file():
        pytest.skip(f"the real reply {name} is not here")
    return REAL / name


def test_every_reply_is_read_by_a_test_or_has_a_reason() -> None:
    if not REAL.is_dir():
        pytest.skip("no real replies here")
    told = "".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    left = [
        f"{folder}/{file.name}"
        for folder in FOLDERS if folder not in READ_WHOLE
        for file in sorted((REAL / folder).glob("*")) if file.stem not in told
    ]  # fmt: skip
    assert left == []


@pytest.mark.parametrize("reply", ["rio_wfs", "rio_wfs_dmean", "rio_wfs_for_belaqi"])
def test_features_of_irceline_are_read_with_the_system_of_their_coordinates(reply: str) -> None:
    """Lambert 72 of 2024, which only the old `crs` member tells; ids are of the moment."""
    body = json.loads(real(f"irceline_fixtures/{reply}.json").read_text("utf-8"))
    page = features.page(body, "https://geo.irceline.be/wfs")
    whole = page._replace(matched=len(page.features))
    found = json.loads(b"".join(features.gathered(lambda: iter([whole]), "x")))
    assert found["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::31370"
    assert len(found["features"]) == len(page.features) > 0
    assert not any("id" in feature for feature in found["features"])


def test_capabilities_of_version_1_0_are_read_without_an_unexplained_key(fetch: Fetch) -> None:
    content = real("irceline_fixtures/rio_capabilities.xml").read_bytes()
    with files_portal({"/wfs": Answer(content, 200, "text/xml")}, "wfs") as portal:
        source = portal.source(url=f"{portal.url}/wfs", publisher="IRCEL - CELINE")
        harvester = HARVESTERS["wfs"]
        found: list[Parsed] = [
            harvester.parse(raw, source) for raw in harvester.records(source, fetch)
        ]
    assert len(found) > 5
    assert [issue for parsed in found for issue in parsed.issues] == []
    for parsed in found:
        assert parsed.dataset is not None
        assert parsed.dataset.licence == "cc-by-4.0"
        assert "VERSION=1.0.0" in parsed.dataset.distributions[0].url
        assert parsed.dataset.distributions[0].table is not None


@pytest.mark.parametrize("name", ["empty", "inspire", "no-data", "test-c"])
def test_entries_of_opendatasoft_without_data_are_told(name: str) -> None:
    """Of version 1, with the words of 2.1 (see `test_opendatasoft_record`)."""
    told = json.loads(real(f"udata_ods_fixtures/{name}.json").read_bytes())
    with files_portal({}, "opendatasoft") as portal:
        source = portal.source(languages=["fr"])
    for old in told.get("datasets", [told]):
        default = {**old["metas"]}
        default = {k: [v] if k in ("keyword", "theme") else v for k, v in default.items()}
        kept = {key: value for key, value in old.items() if key not in ("datasetid", "metas")}
        body = {**kept, "dataset_id": old["datasetid"], "metas": {"default": default}}
        raw = Raw(remote_id=old["datasetid"], body=body, origin="https://a.fr")
        parsed = HARVESTERS["opendatasoft"].parse(raw, source)
        codes = {issue.code for issue in parsed.issues}
        assert codes <= {"unknown-licence", "unknown-theme", "no-distribution"}, parsed.issues
        assert parsed.dataset is not None or "no-distribution" in codes
