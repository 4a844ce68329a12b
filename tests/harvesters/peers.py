"""Real servers of other hands, each behind a portal of ours that passes requests on to it.

So a real server can be made to misbehave like any portal of these tests. pygeoapi and pycsw run in
virtual environments of their own, made once and kept (`EUROMETROPOLIS_PEERS`, else in the user's
cache); MapServer is Debian's `cgi-mapserver`, called as a CGI. What cannot be had skips by name.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.harvesters.portals import Answer, Portal, Published, Request

_INSTALL_S = 240
_START_S = 30
_PASSED_ON = ("accept", "accept-language", "if-none-match")


class PeerPortal(Portal):
    """A portal that answers what a real server answers."""

    def __init__(self, datasets: list[Published]) -> None:
        super().__init__(datasets)
        self.backend = ""

    def respond(self, request: Request) -> Answer:
        query = f"?{urlencode(request.query)}" if request.query else ""
        passed = {name: value for name, value in request.headers.items() if name in _PASSED_ON}
        url = f"{self.backend}{request.path}{query}"  # of the server that we started
        asked = urllib.request.Request(url, headers=passed)  # noqa: S310  # http, on loopback
        try:
            with urllib.request.urlopen(asked, timeout=_START_S) as found:  # noqa: S310  # as above
                return Answer(found.read(), found.status, found.headers.get_content_type())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.read(), error.code, error.headers.get_content_type())


class MapServerPortal(PeerPortal):
    """MapServer, called as web servers call a CGI."""

    mapfile: Path

    def respond(self, request: Request) -> Answer:
        environment = {
            "REQUEST_METHOD": "GET", "QUERY_STRING": urlencode(request.query),
            "SCRIPT_NAME": request.path, "SERVER_NAME": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_PORT": self.url.rpartition(":")[2], "MS_MAPFILE": str(self.mapfile),
            "MAPSERVER_CONFIG_FILE": str(self.mapfile.with_name("mapserver.conf")),
            "PATH": os.environ["PATH"],
        }  # fmt: skip
        done = subprocess.run(  # noqa: S603  # Debian's
            [MAPSERV], env=environment, capture_output=True, timeout=_START_S, check=True
        )
        head, _, body = done.stdout.replace(b"\r\n", b"\n", 8).partition(b"\n\n")
        lines = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
        status = int(lines.get("Status", "200").split()[0])
        return Answer(body, status, lines.get("Content-Type", "text/plain"))


MAPSERV = "/usr/lib/cgi-bin/mapserv"


def environment(name: str, requirements: list[str], python: Path) -> Path:
    """Return the Python of an environment that has a peer; skip where it cannot be installed."""
    mark = hashlib.sha256(repr((requirements, str(python))).encode()).hexdigest()[:12]
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    top = Path(os.environ.get("EUROMETROPOLIS_PEERS") or default / "eurometropolis-peers")
    top.mkdir(parents=True, exist_ok=True)
    home, ready = top / f"{name}-{mark}", top / f"{name}-{mark}.ready"
    with (top / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes of the same run wait for one install
        if not ready.is_file():
            shutil.rmtree(home, ignore_errors=True)
            _install(name, home, python, requirements)
            ready.touch()
    return home / "bin" / "python"


def _install(name: str, home: Path, python: Path, requirements: list[str]) -> None:
    pip = [home / "bin" / "python", "-m", "pip", "install", "--quiet",
           "--disable-pip-version-check", *requirements]  # fmt: skip
    for command in ([python, "-m", "venv", home], pip):
        try:
            subprocess.run(  # noqa: S603  # the requirements are ours
                command, check=True, capture_output=True, timeout=_INSTALL_S
            )
        except subprocess.CalledProcessError as error:
            pytest.skip(f"{name} cannot be installed: {error.stderr.decode()[-300:]}")
        except (OSError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"{name} cannot be installed: {error}")


def newest_python() -> Path:
    """Return the newest Python at hand."""
    beside = sorted(Path(sys.base_prefix).parent.glob("3.1[2-9]*/bin/python"))
    known = [shutil.which(f"python3.{minor}") for minor in (13, 12)]
    for candidate in (*reversed(beside), *(Path(path) for path in known if path)):
        asked = subprocess.run(  # noqa: S603  # a Python of this machine
            [candidate, "-c", "import venv, ensurepip"], capture_output=True, check=False
        )
        if asked.returncode == 0:
            return candidate
    return Path(sys.executable)


def free_port() -> int:
    """Return a port of loopback that nobody has at the moment."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextlib.contextmanager
def served(
    portal: PeerPortal,
    command: list[str | Path],
    folder: Path,
    variables: dict[str, str],
    port: int,
) -> Iterator[PeerPortal]:
    """Run a server until it answers, and end it and what it started."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # what we installed
            command, cwd=folder, env={**os.environ, **variables},
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    portal.backend = f"http://127.0.0.1:{port}"
    try:
        _await(process, port, folder)
        yield portal
    finally:
        for number in (15, 9):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, number)
                process.wait(10)


def _await(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    give_up = time.monotonic() + _START_S
    while time.monotonic() < give_up and process.poll() is None:
        with socket.socket() as asked:
            asked.settimeout(1)
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)  # a process of another tells nobody when it listens
    pytest.fail((folder / "server.log").read_text("utf-8", "replace")[-2000:])
