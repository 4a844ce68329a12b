"""Data Packages in a folder: read at any depth, and never beyond it."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch, Validators
from catalogue.licences import LICENCES
from catalogue.records import Distribution, Side, Source
from harvesters import HARVESTERS, Parsed
from harvesters.files import download

HARVESTER = HARVESTERS["datapackage"]


def package(folder: Path, path: str = "velos", **changes: Any) -> Path:
    target = folder / path
    target.mkdir(parents=True)
    body = {"name": "velos", "resources": [{"name": "stations", "path": "stations.csv"}]}
    (target / "datapackage.json").write_text(json.dumps({**body, **changes}), "utf-8")
    (target / "stations.csv").write_text("nom;places\nGare;12\n", "utf-8")
    return target


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "packages"
    found.mkdir()
    return found


def source(folder: Path, **changes: Any) -> Source:
    values: dict[str, Any] = {"id": "own", "protocol": "datapackage", "url": folder.as_uri()}
    return Source(**{**values, **changes})


def harvest(folder: Path, fetch: Fetch) -> dict[str, Parsed]:
    raws = HARVESTER.records(source(folder), fetch)
    return {raw.remote_id: HARVESTER.parse(raw, source(folder)) for raw in raws}


def codes(parsed: Parsed) -> list[str]:
    return [issue.code for issue in parsed.issues]


def test_starter_data_are_whole(fetch: Fetch, tmp_path: Path) -> None:
    starter = Source(id="starter", protocol="datapackage", url="starter:")
    found = [HARVESTER.parse(raw, starter) for raw in HARVESTER.records(starter, fetch)]
    assert len(found) >= 10
    for parsed in found:
        assert parsed.dataset is not None
        assert parsed.issues == []
        assert parsed.dataset.licence in LICENCES
        for distribution in parsed.dataset.distributions:
            came = download(starter, distribution, fetch, tmp_path)
            assert came.path is not None
            came.path.unlink()


def test_packages_are_found_at_any_depth_and_named_by_their_path(
    folder: Path, fetch: Fetch
) -> None:
    package(folder, "lille/mobilite/velos")
    package(folder, "tournai/velos")
    found = harvest(folder, fetch)
    assert list(found) == ["lille/mobilite/velos", "tournai/velos"]
    dataset = found["tournai/velos"].dataset
    assert dataset is not None
    assert dataset.distributions[0].url == "file:tournai/velos/stations.csv"


def test_no_place_of_the_server_is_told(folder: Path, fetch: Fetch) -> None:
    package(folder)
    assert str(folder) not in str(harvest(folder, fetch))


def test_words_in_three_languages_are_read(folder: Path, fetch: Fetch) -> None:
    package(
        folder,
        languages=["fr", "nl"],
        title="Vélos",
        translations={"nl": {"title": "Fietsen", "keywords": ["fiets"]}, "en": {"title": "Bikes"}},
        keywords=["vélo"],
        publisher={"id": "tournai", "title": {"fr": "Ville de Tournai"}, "side": "WAL"},
        themes=["TRAN"],
        spatial=["57081"],
        sides=["WAL"],
    )
    dataset = harvest(folder, fetch)["velos"].dataset
    assert dataset is not None
    assert dataset.title == {"fr": "Vélos", "nl": "Fietsen", "en": "Bikes"}
    assert dataset.keywords == {"fr": ["vélo"], "nl": ["fiets"]}
    assert (dataset.publisher.id, dataset.publisher.side) == ("tournai", Side.WALLONIA)
    assert (dataset.themes, dataset.spatial, dataset.sides) == (
        ["TRAN"], ["57081"], [Side.WALLONIA],
    )  # fmt: skip


def test_schema_is_a_name_or_stated_or_signalled(folder: Path, fetch: Fetch) -> None:
    own = {"fields": [{"name": "nom", "type": "string"}]}
    for name, schema in {"a": "station", "b": own, "c": "https://a.be/schema.json"}.items():
        resource = {"name": "stations", "path": "stations.csv", "schema": schema}
        package(folder, name, resources=[resource])
    found = harvest(folder, fetch)
    shown = {
        name: (d.distributions[0].schema, d.distributions[0].table_schema)
        for name, parsed in found.items()
        if (d := parsed.dataset)
    }
    assert shown == {"a": ("station", None), "b": (None, own), "c": (None, None)}
    assert codes(found["c"]) == ["schema-not-read"]


@pytest.mark.parametrize(
    "path", ["../secret.csv", "/etc/passwd", "a/../../b.csv", "..\\b.csv", "file:///etc/passwd", ""]
)
def test_path_out_of_the_package_is_refused(folder: Path, fetch: Fetch, path: str) -> None:
    package(folder, resources=[{"name": "x", "path": path}])
    parsed = harvest(folder, fetch)["velos"]
    assert parsed.dataset is None
    assert codes(parsed)[0] in ("path-refused", "path-count")


def test_link_out_of_the_folder_is_refused(folder: Path, fetch: Fetch, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("secret", "utf-8")
    target = package(folder)
    (target / "stations.csv").unlink()
    (target / "stations.csv").symlink_to(tmp_path / "secret.csv")
    dataset = harvest(folder, fetch)["velos"].dataset
    assert dataset is not None
    with pytest.raises(FetchError) as caught:
        download(source(folder), dataset.distributions[0], fetch, tmp_path)
    assert caught.value.code == "outside-folder"


def test_descriptor_linked_from_outside_is_refused(
    folder: Path, fetch: Fetch, tmp_path: Path
) -> None:
    (tmp_path / "other.json").write_text("{}", "utf-8")
    (folder / "x").mkdir()
    (folder / "x" / "datapackage.json").symlink_to(tmp_path / "other.json")
    assert codes(harvest(folder, fetch)["x"]) == ["outside-folder"]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "file:/etc/passwd", "file:../../etc/passwd", "file:%2e%2e/x"]
)
def test_file_address_reaches_nothing_beyond_the_folder(
    folder: Path, fetch: Fetch, tmp_path: Path, url: str
) -> None:
    with pytest.raises(FetchError) as caught:
        download(source(folder), Distribution(remote_id="x", url=url), fetch, tmp_path)
    assert caught.value.code in ("outside-folder", "file-missing")


@pytest.mark.parametrize("protocol", ["ckan", "opendatasoft"])
def test_file_address_of_a_portal_is_refused(
    folder: Path, fetch: Fetch, tmp_path: Path, protocol: str
) -> None:
    portal = Source(id="p", protocol=protocol, url="https://a.be")
    distribution = Distribution(remote_id="x", url="file:stations.csv")
    with pytest.raises(FetchError) as caught:
        download(portal, distribution, fetch, tmp_path)
    assert caught.value.code == "scheme-refused"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "not-json"), (b"\xff", "not-json"), (b"[]", "not-an-object"), (b"", "not-json"),
     (b"{}", "no-distribution"), (b"[" * 200_000, "not-json")],
)  # fmt: skip
def test_bad_descriptor_is_an_issue_and_its_neighbour_is_harvested(
    folder: Path, fetch: Fetch, content: bytes, code: str
) -> None:
    package(folder, "good")
    (folder / "bad").mkdir()
    (folder / "bad" / "datapackage.json").write_bytes(content)
    found = harvest(folder, fetch)
    assert found["good"].dataset is not None
    assert codes(found["bad"]) == [code]


def test_missing_folder_fails_the_run(tmp_path: Path, fetch: Fetch) -> None:
    with pytest.raises(FetchError) as caught:
        list(HARVESTER.records(source(tmp_path / "none"), fetch))
    assert caught.value.code == "folder-missing"


def test_wrong_checksum_is_noticed(folder: Path, fetch: Fetch, tmp_path: Path) -> None:
    resource = {"name": "x", "path": "stations.csv", "hash": "sha256:" + "0" * 64}
    package(folder, resources=[resource])
    dataset = harvest(folder, fetch)["velos"].dataset
    assert dataset is not None
    target = tmp_path / "downloads"
    target.mkdir()
    with pytest.raises(FetchError) as caught:
        download(source(folder), dataset.distributions[0], fetch, target)
    assert (caught.value.code, list(target.iterdir())) == ("checksum-differs", [])


def test_unchanged_file_is_not_copied(folder: Path, fetch: Fetch, tmp_path: Path) -> None:
    package(folder)
    dataset = harvest(folder, fetch)["velos"].dataset
    assert dataset is not None
    first = download(source(folder), dataset.distributions[0], fetch, tmp_path)
    known = Validators(sha256=first.sha256)
    again = download(source(folder), dataset.distributions[0], fetch, tmp_path, validators=known)
    assert (again.is_unchanged, again.path) == (True, None)
