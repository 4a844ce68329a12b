"""Data Fair: files as they came, lines page by page, and what is no dataset of ours."""

from pathlib import Path
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, Parsed
from harvesters.detect import detect
from harvesters.files import download
from tests.harvesters.data_fair_portal import data_fair_portal, lines_portal
from tests.harvesters.portals import Answer, published

TEN = "code;nom\n" + "".join(f"{n:02};N{n}\n" for n in range(10))


def harvest(portal: Any, fetch: Fetch, **changes: Any) -> list[Parsed]:
    source = portal.source(**changes)
    harvester = HARVESTERS["data-fair"]
    return [harvester.parse(raw, source) for raw in harvester.records(source, fetch)]


def fetched(portal: Any, fetch: Fetch, folder: Path) -> bytes:
    dataset = harvest(portal, fetch)[0].dataset
    assert dataset is not None
    came = download(portal.source(), dataset.distributions[0], fetch, folder)
    assert came.path is not None
    return came.path.read_bytes()


def test_lines_come_whole_over_pages_without_what_is_calculated(
    fetch: Fetch, tmp_path: Path
) -> None:
    with lines_portal([published("a", TEN)]) as portal:
        portal.most_lines = 4
        assert fetched(portal, fetch, tmp_path) == TEN.replace(";", ",").encode()


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [(b'"total": 10', b'"total": 11', "records-missing"),
     (b'"results"', b'"results_"', "unexpected-answer"),
     (b'"next": "http://127.0.0.1', b'"next": "http://10.0.0.1', "unexpected-answer")],
)  # fmt: skip
def test_lines_that_lie_or_lead_astray_are_no_data(
    fetch: Fetch, tmp_path: Path, before: bytes, after: bytes, code: str
) -> None:
    with lines_portal([published("a", TEN)]) as portal:
        portal.most_lines = 4
        portal.mischief = lambda request, answer: (
            Answer(answer.body.replace(before, after)) if "lines" in request.path else answer
        )
        with pytest.raises(FetchError) as caught:
            fetched(portal, fetch, tmp_path)
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_description_without_data_is_left_out_and_a_person_is_not_named(fetch: Fetch) -> None:
    person = {"owner": {"type": "user", "id": "u", "name": "Jeanne Dupont"}}
    found = [published("a", changes={"isMetaOnly": True}), published("b", changes=person)]
    with data_fair_portal(found) as portal:
        empty, named = harvest(portal, fetch)
    assert (empty.dataset, [issue.code for issue in empty.issues]) == (None, ["no-distribution"])
    assert named.dataset is not None
    assert "Jeanne" not in str(named.dataset)


def test_address_of_a_page_is_enough(fetch: Fetch) -> None:
    with data_fair_portal([published("a")]) as portal:
        found = detect(f"{portal.url}/datasets/a?q=x", fetch)
        assert (found.protocol, found.url) == ("data-fair", f"{portal.url}?q=x")
