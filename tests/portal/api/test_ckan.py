"""CKAN's own client and harvester read our catalogue as if it were one of theirs."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ckanapi
import pytest
import requests
from flask.testing import FlaskClient

from catalogue.records import Source
from harvesters.ckan import CKAN as HARVESTER
from tests.harvesters import portals


@pytest.fixture
def portal(server: str) -> ckanapi.RemoteCKAN:
    return ckanapi.RemoteCKAN(server)


def ckanapi_command(server: str, folder: Path, *words: str) -> str:
    """Run the program as its users do; it starts workers by its own name."""
    programs = Path(sys.executable).parent
    done = subprocess.run(  # noqa: S603  # the program under test
        [str(programs / "ckanapi"), *words, "-r", server],
        cwd=folder,
        env={"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_ckanapi_dumps_every_dataset(
    server: str, portal: ckanapi.RemoteCKAN, tmp_path: Path
) -> None:
    file = tmp_path / "datasets.jsonl.gz"
    ckanapi_command(server, tmp_path, "dump", "datasets", "--all", "-O", str(file), "-z")
    found = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert sorted(one["name"] for one in found) == portal.action.package_list()
    communes = next(one for one in found if one["name"] == "communes")
    assert communes["title"] == "Communes"
    assert communes["organization"]["name"] == "vlaanderen"
    assert {"gemeente", "commune"} <= {tag["name"] for tag in communes["tags"]}
    assert "CSV" in [resource["format"] for resource in communes["resources"]]


def test_ckanapi_searches_page_by_page(server: str, tmp_path: Path) -> None:
    lines = ckanapi_command(server, tmp_path, "search", "datasets", "q=gemeenten").splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["communes"]


def test_ckanapi_dumps_organizations_and_groups(server: str, tmp_path: Path) -> None:
    lines = ckanapi_command(server, tmp_path, "dump", "organizations", "--all").splitlines()
    assert {json.loads(line)["name"] for line in lines} == {"vlaanderen", "lille"}
    lines = ckanapi_command(server, tmp_path, "dump", "groups", "--all").splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["gove"]


def test_what_is_not_there_is_told_as_ckan_tells_it(portal: ckanapi.RemoteCKAN) -> None:
    with pytest.raises(ckanapi.NotFound):
        portal.action.package_show(id="none")
    with pytest.raises(ckanapi.NotFound):
        portal.action.organization_show(id="none")
    with pytest.raises(ckanapi.ValidationError):
        portal.action.package_show()
    with pytest.raises(ckanapi.SearchQueryError):
        portal.action.package_search(sort="colour up")
    with pytest.raises(ckanapi.SearchQueryError):
        portal.action.package_search(colour="red")
    with pytest.raises(ckanapi.NotAuthorized):
        portal.action.package_create(name="mine")
    with pytest.raises(ckanapi.CKANAPIError, match="Action name not known: no_such_action"):
        portal.action.no_such_action()


def test_datasets_come_in_the_pages_that_ckans_harvester_asks_for(client: FlaskClient) -> None:
    seen: list[str] = []
    while True:
        address = f"/api/3/action/package_search?rows=1&start={len(seen)}&sort=id+asc"
        body: dict[str, Any] = client.get(address).get_json()
        assert body["success"]
        if not body["result"]["results"]:
            break
        seen += [one["id"] for one in body["result"]["results"]]
    assert seen == sorted(seen)
    assert len(seen) == body["result"]["count"]
    assert "communes" in seen


def names(portal: ckanapi.RemoteCKAN, **asked: Any) -> set[str]:
    return {one["name"] for one in portal.action.package_search(rows=1000, **asked)["results"]}


def test_filters_of_harvesters_narrow(portal: ckanapi.RemoteCKAN) -> None:
    every = names(portal)
    assert names(portal, fq="organization:vlaanderen") == {"communes"}
    assert names(portal, fq='-organization:"vlaanderen"') == every - {"communes"}
    assert names(portal, fq="organization:(vlaanderen OR lille)") == every
    assert names(portal, fq='+groups:gove +state:active +tags:"gemeente"') == {"communes"}
    moment = portal.action.package_show(id="communes")["metadata_modified"]
    assert "communes" in names(portal, fq=f"metadata_modified:[{moment}Z TO *]")
    assert names(portal, fq="metadata_modified:[2999-01-01T00:00:00Z TO *]") == set()
    assert names(portal, fq="state:deleted") == set()
    with pytest.raises(ckanapi.SearchQueryError):
        portal.action.package_search(fq="{!join from=a to=b}c")


def test_facets_are_counted(client: FlaskClient) -> None:
    query = 'facet.field=["organization","groups"]&rows=0'
    result = client.get(f"/api/3/action/package_search?{query}").get_json()["result"]
    assert result["facets"]["organization"]["vlaanderen"] == 1
    assert result["facets"]["groups"] == {"gove": 1}
    assert result["search_facets"]["groups"]["items"][0]["name"] == "gove"


def test_a_resource_is_found_by_its_id(portal: ckanapi.RemoteCKAN, server: str) -> None:
    resource = portal.action.resource_show(id="municipalities-csv")
    body = requests.get(resource["url"], timeout=30).content
    assert resource["size"] == len(body)
    with pytest.raises(ckanapi.NotFound):
        portal.action.resource_show(id="municipalities-exe")


def test_body_that_is_no_json_is_refused_in_ckans_words(client: FlaskClient) -> None:
    answer = client.post("/api/3/action/package_list", data=b"{", content_type="application/json")
    assert answer.status_code == 400
    assert "JSON Error" in answer.get_json()
    assert client.post("/api/3/action/package_list", json=[1]).status_code == 400
    assert client.post("/api/3/action/package_list").get_json()["success"]


def test_our_own_harvester_reads_it_with_every_language(server: str) -> None:
    source = Source(id="us", protocol="ckan", url=server, languages=["fr"], trusted_network=True)
    with portals.fetch() as fetch:
        parsed = [HARVESTER.parse(raw, source) for raw in HARVESTER.records(source, fetch)]
    found = {one.dataset.remote_id: one.dataset for one in parsed if one.dataset}
    assert found["communes"].title == {"fr": "Communes", "nl": "Gemeenten"}
    assert found["communes"].licence == "etalab-2.0"
    assert found["communes"].themes == ["GOVE"]
