"""ArcGIS layers and plain files: short pages, errors with status 200, files that say nothing."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from openpyxl import Workbook

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, Parsed
from harvesters.detect import detect
from harvesters.files import download
from tests.harvesters.arcgis_portal import arcgis_portal, file_portal
from tests.harvesters.files_portal import files_portal
from tests.harvesters.gtfs_portal import zipped
from tests.harvesters.portals import json_answer, published

TEN = "code;nom\n" + "".join(f"{n:02};N{n}\n" for n in range(10))


def harvest(portal: Any, fetch: Fetch, **changes: Any) -> list[Parsed]:
    source = portal.source(**changes)
    harvester = HARVESTERS[source.protocol]
    return [harvester.parse(raw, source) for raw in harvester.records(source, fetch)]


def table(portal: Any, fetch: Fetch, folder: Path) -> list[dict[str, Any]]:
    dataset = harvest(portal, fetch)[0].dataset
    assert dataset is not None
    came = download(portal.source(), dataset.distributions[0], fetch, folder)
    assert came.path is not None
    found = json.loads(came.path.read_text("utf-8"))["features"]
    return [feature["properties"] for feature in found]


def test_pages_shorter_than_asked_lose_nothing(fetch: Fetch, tmp_path: Path) -> None:
    with arcgis_portal([published("a", TEN)]) as portal:
        portal.most_rows = 3
        found = table(portal, fetch, tmp_path)
    assert sorted(row["code"] for row in found) == [f"{n:02}" for n in range(10)]
    assert "OBJECTID" not in found[0]


def test_dates_in_milliseconds_are_moments(fetch: Fetch, tmp_path: Path) -> None:
    with arcgis_portal([published("a", "code;maj\n1;1791299410000\n")]) as portal:
        assert table(portal, fetch, tmp_path) == [{"code": "1", "maj": "2026-10-06T15:10:10Z"}]


def test_error_with_status_200_fails_with_its_words(fetch: Fetch) -> None:
    words = {"code": 499, "message": "Token Required", "details": ["Sign in"]}
    with arcgis_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: json_answer({"error": words})
        with pytest.raises(FetchError) as caught:
            harvest(portal, fetch)
    assert (caught.value.code, caught.value.params["message"]) == (
        "portal-error", "Token Required Sign in",
    )  # fmt: skip


def test_count_that_promises_more_than_comes_is_no_data(fetch: Fetch, tmp_path: Path) -> None:
    with arcgis_portal([published("a", TEN)]) as portal:
        portal.matched = 11
        with pytest.raises(FetchError) as caught:
            table(portal, fetch, tmp_path)
    assert caught.value.code == "records-missing"


def test_one_layer_may_be_all_that_is_wanted(fetch: Fetch) -> None:
    with arcgis_portal([published("a"), published("b", title="B")]) as portal:
        found = harvest(portal, fetch, url=f"{portal.source().url}/1")
    assert [p.dataset.remote_id for p in found if p.dataset] == ["mobilite/1"]


@pytest.mark.parametrize(
    "changes", [{"type": "Group Layer"}, {"supportedQueryFormats": "JSON, AMF"}]
)
def test_layer_that_gives_no_features_is_left_out(changes: dict[str, Any], fetch: Fetch) -> None:
    with arcgis_portal([published("a", changes=changes)]) as portal:
        (parsed,) = harvest(portal, fetch)
    assert parsed.dataset is None
    assert [issue.severity for issue in parsed.issues] == ["info"]


def workbook() -> bytes:
    book, content = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["code", "nom"])
    book.active.append(["59350", "Lille"])
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("path", "content", "known"),
    [("/a/TF_POP.zip", zipped({"TF_POP.txt": "CD_REFNIS|MS_POPULATION\n57081|69000\n"}), "zip"),
     ("/a/noms%2C%20prenoms.txt", b"a|b\n1|2\n", "csv"), ("/a/epci.xlsx", workbook(), "xlsx")],
)  # fmt: skip
def test_file_of_any_kind_is_a_dataset_and_found(
    path: str, content: bytes, known: str, fetch: Fetch
) -> None:
    with files_portal({path: content, unquote(path): content}, "file") as portal:
        title = {"fr": "Population", "nl": "Bevolking"}
        (parsed,) = harvest(portal, fetch, url=f"{portal.url}{path}", title=title)
        assert detect(f"{portal.url}{path}", fetch).protocol == "file"
    assert parsed.dataset is not None
    assert (parsed.dataset.title, parsed.dataset.distributions[0].format) == (title, known)


def test_zip_that_is_a_bomb_is_fetched_as_it_is_and_judged_by_its_reader(fetch: Fetch) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (64 << 20))
    with files_portal({"/a.zip": content.getvalue()}, "file") as portal:
        (parsed,) = harvest(portal, fetch, url=f"{portal.url}/a.zip")
    assert parsed.dataset is not None  # 64 MB were never unpacked here
    assert parsed.dataset.distributions[0].size_bytes == len(content.getvalue())


def test_file_is_asked_for_once_a_run(fetch: Fetch, tmp_path: Path) -> None:
    with file_portal([published("a")]) as portal:
        source = portal.source()
        dataset = harvest(portal, fetch)[0].dataset
        assert dataset is not None
        download(source, dataset.distributions[0], fetch, tmp_path)
        assert len(portal.requests) == 1
