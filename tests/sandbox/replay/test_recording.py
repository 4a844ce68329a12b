"""Feeds recorded from a server on loopback, and played again byte for byte."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from catalogue.fetch import Fetch, FetchSettings
from catalogue.politeness import Pacer
from sandbox.replay import About, Series, answer, open_series, read_play, record

REAL = os.environ.get("EUROMETROPOLIS_REAL")
Give = Callable[[str, int], bytes | None]


@contextmanager
def feed(give: Give) -> Iterator[str]:
    """Serve what `give` says for a path and the how-manieth time it is asked for; None is a 503."""
    asked: dict[str, int] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            count = asked[self.path] = asked.get(self.path, 0) + 1
            body = give(self.path, count - 1)
            self.send_response(200 if body is not None else 503)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def recorded(url: str, folder: Path, *, polls: int) -> Series:
    """Record as quickly as a test wants it, with the platform's own client."""
    settings = FetchSettings(min_interval_s=0, retry_count=0)
    with Fetch(settings, trusted_network=True, pacer=Pacer()) as fetch:
        about = record(
            url,
            folder,
            lambda address: fetch.get_page(address).content,
            every_s=0.1,
            for_s=0.1 * polls - 0.05,
        )
    assert isinstance(about, About)
    return open_series(folder)


def played(series: Series, file: str) -> list[bytes]:
    """Return each state of a file that the series has, in their order."""
    moments = [str(moment.at_s + 0.0005) for moment in series.moments(file)]
    return [
        answer(series, read_play([("at", at), ("loop", "0")]), file, 0, "http://x").body
        for at in moments
    ]


@pytest.mark.parametrize("version", ["2.3", "3.0"])
def test_a_feed_is_recorded_and_played_byte_for_byte(tmp_path: Path, version: str) -> None:
    def give(path: str, count: int) -> bytes | None:
        if path == "/gbfs.json":
            feeds = [
                {"name": name, "url": f"{site}/{name}.json"}
                for name in ("gbfs", "station_status", "gbfs_versions")
            ]
            data = {"feeds": feeds} if version == "3.0" else {"nl": {"feeds": feeds}}
            return json.dumps({"version": version, "data": data}).encode()
        return None if count == 1 else f'{{"count" :  {count} }}'.encode()

    with feed(give) as site:
        series = recorded(f"{site}/gbfs.json", tmp_path / "s", polls=4)
    assert series.about.gbfs == version
    assert series.files == ["gbfs.json", "station_status.json"]
    assert played(series, "station_status.json") == [
        b'{"count" :  0 }',
        b'{"error": "recorded"}',
        b'{"count" :  2 }',
        b'{"count" :  3 }',
    ]
    assert b"127.0.0.1" not in played(series, "gbfs.json")[0]
    assert b"gbfs_versions" not in played(series, "gbfs.json")[0]


def test_feeds_in_several_languages_have_files_of_their_own(tmp_path: Path) -> None:
    def give(path: str, _: int) -> bytes:
        if path != "/gbfs.json":
            return path.encode()
        data = {
            tag: {"feeds": [{"name": "system_information", "url": f"{site}/{tag}/si"}]}
            for tag in ("fr", "nl")
        }
        return json.dumps({"version": "2.2", "data": data}).encode()

    with feed(give) as site:
        series = recorded(f"{site}/gbfs.json", tmp_path / "s", polls=1)
    assert played(series, "nl/system_information.json") == [b"/nl/si"]
    listed = json.loads(played(series, "gbfs.json")[0])["data"]
    assert listed["fr"]["feeds"][0]["url"] == "http://x/fr/system_information.json"


def test_names_of_a_hostile_feed_stay_names(tmp_path: Path) -> None:
    def give(path: str, _: int) -> bytes:
        if path != "/gbfs.json":
            return b"{}"
        feeds = [{"name": "../../etc/passwd", "url": f"{site}/a"}, {"name": "", "url": f"{site}/b"}]
        return json.dumps({"version": "3.0", "data": {"feeds": feeds}}).encode()

    with feed(give) as site:
        series = recorded(f"{site}/gbfs.json", tmp_path / "deep" / "s", polls=1)
    assert series.files == ["feed.json", "gbfs.json", "passwd.json"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["deep"]


@pytest.mark.skipif(REAL is None, reason="EUROMETROPOLIS_REAL is not set")
def test_the_real_snapshots_are_played_with_their_dirt(tmp_path: Path) -> None:
    folder = Path(REAL or "") / "vlille_mel_snapshots" / "series"
    snapshots = [file.read_bytes() for file in sorted(folder.glob("*.csv"))]
    assert len(snapshots) > 10
    with feed(lambda _, count: snapshots[min(count, len(snapshots) - 1)]) as site:
        series = recorded(f"{site}/vlille.csv", tmp_path / "s", polls=len(snapshots))
    assert series.about.gbfs is None
    assert series.files == ["vlille.csv"]
    # The feed stands still now and then: what stays the same is one state.
    states = [
        body for body, before in zip(snapshots, [b"", *snapshots], strict=False) if body != before
    ]
    assert played(series, "vlille.csv") == states
    assert len(states) > 10
    assert any("RÉFORMÉ".encode() in body for body in snapshots)


@pytest.mark.skipif(REAL is None, reason="EUROMETROPOLIS_REAL is not set")
def test_the_real_feed_is_played_with_its_dirt(tmp_path: Path) -> None:
    folder = Path(REAL or "") / "vlille_gbfs_2026"

    def give(path: str, _: int) -> bytes | None:
        file = folder / path.rpartition("/")[2]
        if not file.is_file():
            return None  # two of its feeds were not captured
        body = file.read_bytes()
        return body.replace(b"https://media.ilevia.fr", site.encode())

    with feed(give) as site:
        series = recorded(f"{site}/gbfs.json", tmp_path / "s", polls=1)
    status = (folder / "station_status.json").read_bytes()
    assert played(series, "station_status.json") == [status]
    assert b'"ttl": 0' in status or b'"ttl":0' in status
    assert played(series, "vehicle_types.json") == [b'{"error": "recorded"}']
