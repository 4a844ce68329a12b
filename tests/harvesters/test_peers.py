"""Protocols against real servers: pygeoapi 0.24, MapServer 8, pycsw 2.6; see `peers`.

What the suite for all protocols asks of our own portals is asked of these, each started once.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Dataset, Distribution
from harvesters import HARVESTERS, Parsed
from harvesters.detect import detect
from harvesters.files import download
from tests.harvesters import peer_servers, portals
from tests.harvesters.portals import Answer, Request, published

pytestmark = pytest.mark.slow  # an environment is made the first time
MANY = 2500
PEERS = {
    "pygeoapi": peer_servers.pygeoapi,
    "mapserver": peer_servers.mapserver,
    "pycsw": peer_servers.pycsw,
}


@pytest.fixture(scope="module", params=sorted(PEERS))
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    found = [
        published("velos", "nom;places\nGare;12\nPort;8\n", title="Stations de vélos"),
        published("beaucoup", "code;nom\n" + "".join(f"{n:05};N{n}\n" for n in range(MANY))),
    ]
    if request.param == "pycsw":  # more than one page of its ten
        found += [published(f"zz-{n:02}", title=f"Jeu n° {n}") for n in range(23)]
    with PEERS[request.param](found, tmp_path_factory.mktemp(request.param)) as portal:
        yield portal


@pytest.fixture
def peer(started: Any) -> Any:
    started.mischief = lambda request, answer: answer
    started.fail_after(None)
    started.requests.clear()
    return started


def harvest(peer: Any, fetch: Fetch) -> list[Parsed]:
    source = source_of(peer)
    harvester = HARVESTERS[source.protocol]
    return [harvester.parse(raw, source) for raw in harvester.records(source, fetch)]


def source_of(peer: Any) -> Any:
    path = "/cgi-bin/mapserv" if peer.protocol == "wfs" else ""
    return peer.source(url=f"{peer.url}{path}", publisher="Ville de Tournai", languages=["fr"])


def of(found: list[Parsed], remote_id: str) -> Dataset:
    return next(p.dataset for p in found if p.dataset and p.dataset.remote_id == remote_id)


def fetched(peer: Any, fetch: Fetch, distribution: Distribution, folder: Path) -> bytes:
    came = download(source_of(peer), distribution, fetch, folder)
    assert came.path is not None
    return came.path.read_bytes()


def test_server_is_recognised_with_its_count(peer: Any, fetch: Fetch) -> None:
    found = detect(source_of(peer).url, fetch)
    assert (found.protocol, found.count) == (peer.protocol, len(peer.datasets))


def test_records_are_complete_and_the_same_again(peer: Any, fetch: Fetch) -> None:
    found = harvest(peer, fetch)
    assert [issue for parsed in found for issue in parsed.issues] == []
    assert len({parsed.dataset.remote_id for parsed in found if parsed.dataset}) == len(
        peer.datasets
    )
    first = of(found, peer.layers[0])
    assert first.title == {"fr": "Stations de vélos"}
    assert first.publisher.title in ({"fr": "Ville de Tournai"}, {"und": "Ville de Tournai"})
    assert first.licence == "cc-by-4.0"
    assert harvest(peer, fetch) == found


def test_every_row_comes_and_an_unchanged_table_is_known(
    peer: Any, fetch: Fetch, tmp_path: Path
) -> None:
    found = harvest(peer, fetch)
    for remote_id, count in zip(peer.layers, (2, MANY), strict=True):
        distribution = of(found, remote_id).distributions[0]
        content = fetched(peer, fetch, distribution, tmp_path)
        rows = content.count(b'"Feature"') or len(content.splitlines()) - 1
        assert rows == count
        came = download(source_of(peer), distribution, fetch, tmp_path)
        again = download(source_of(peer), distribution, fetch, tmp_path, validators=came.validators)
        assert again.is_unchanged


def test_server_that_dies_midway_leaves_nothing(peer: Any, fetch: Fetch, tmp_path: Path) -> None:
    distribution = of(harvest(peer, fetch), peer.layers[1]).distributions[0]
    peer.fail_after(0 if peer.protocol == "csw" else 1)
    with pytest.raises(FetchError) as caught:
        download(source_of(peer), distribution, fetch, tmp_path)
    assert caught.value.code == "connect-failed"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("mischief", "code"),
    [(portals.html_page, "html-instead-of-data"), (portals.cut_short, "truncated")],
)
def test_wrong_answer_fails_the_run(peer: Any, fetch: Fetch, mischief: Any, code: str) -> None:
    peer.mischief = mischief
    with pytest.raises(FetchError) as caught:
        harvest(peer, fetch)
    assert caught.value.code == code


def test_busy_server_is_asked_again(peer: Any, fetch: Fetch) -> None:
    peer.mischief = portals.busy_at_first(2)
    assert len(harvest(peer, fetch)) == len(peer.datasets)


def test_server_that_repeats_a_page_is_stopped(peer: Any, fetch: Fetch, tmp_path: Path) -> None:
    distribution = of(harvest(peer, fetch), peer.layers[1]).distributions[0]
    kept: list[Answer] = []

    def repeat(request: Request, answer: Answer) -> Answer:
        kept.append(answer)
        return kept[0]

    def read() -> None:
        if peer.protocol == "csw":
            harvest(peer, fetch)
        else:
            download(source_of(peer), distribution, fetch, tmp_path)

    peer.mischief = repeat
    with pytest.raises(FetchError) as caught:
        read()
    assert caught.value.code in ("repeated-page", "not-xml")


def test_filter_of_a_catalogue_is_understood_by_the_server(peer: Any, fetch: Fetch) -> None:
    if peer.protocol != "csw":
        pytest.skip("the others have no filters")
    query = "constraintLanguage=CQL_TEXT&constraint_language_version=1.1.0"
    words = "csw:AnyText like '%zz-07%' or csw:AnyText like '%zz-08%'"
    source = peer.source(url=f"{peer.url}?{query}&constraint={quote(words)}")
    harvester = HARVESTERS["csw"]
    found = [raw.remote_id for raw in harvester.records(source, fetch)]
    assert found == ["zz-07", "zz-08"]


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_every_row_comes_in_the_words_of_older_versions(
    peer: Any, fetch: Fetch, tmp_path: Path, version: str
) -> None:
    if peer.protocol != "wfs":
        pytest.skip("the others have one version")
    source, harvester = source_of(peer), HARVESTERS["wfs"]
    found = [
        harvester.parse(msgspec.structs.replace(raw, body={**raw.body, "version": version}), source)
        for raw in harvester.records(source, fetch)
    ]
    distribution = of(found, peer.layers[1]).distributions[0]
    assert f"VERSION={version}" in distribution.url
    content = fetched(peer, fetch, distribution, tmp_path)
    assert content.count(b'"Feature"') == MANY
