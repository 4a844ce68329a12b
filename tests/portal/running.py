"""Starts the platform as its user does, in processes of its own, on a free port of loopback."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "portal.cli"]
READY_WITHIN_S = 90.0


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment() -> dict[str, str]:
    """Return an environment in which the checkout's packages are found, in English."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "validators")])
    return {**os.environ, "PYTHONPATH": paths, "LC_ALL": "C.UTF-8", "EUROMETROPOLIS_DATA": ""}


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(  # noqa: S603  # our own command
        [*COMMAND, *arguments], env=environment(), capture_output=True, text=True, check=False
    )


class Platform:
    """A running `eurometropolis up`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(  # noqa: S603  # our own command
            [*COMMAND, "up", "--data", str(data), "--port", str(self.port)],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wait_until_ready(self) -> float:
        """Return the seconds until /healthz answered ok."""
        began = time.monotonic()
        while time.monotonic() - began < READY_WITHIN_S:
            if self.process.poll() is not None:
                raise AssertionError(self.output())
            try:
                answer = requests.get(f"{self.url}/healthz", timeout=5)
                if answer.status_code == 200 and answer.json()["status"] == "ok":
                    return time.monotonic() - began
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
        self.process.kill()
        raise AssertionError(f"not ready within {READY_WITHIN_S} s: {self.output()}")

    def output(self) -> str:
        """Return what it said, once it has ended."""
        if self.process.stdout is None or self.process.stdout.closed:
            return ""
        with self.process.stdout as stream:
            return stream.read()

    def pids(self) -> set[int]:
        """Return the processes of this platform that are alive: all that live in its session."""
        found = set()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z":
                found.add(int(stat.parent.name))
        return found

    def commands(self, wanted: str) -> list[int]:
        """Return the processes of this platform whose command line holds these words."""
        found = []
        for pid in self.pids():
            with contextlib.suppress(OSError):
                line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                if wanted in line:
                    found.append(pid)
        return found

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal to `up` alone and wait for its end; return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@contextmanager
def platform(data: Path) -> Iterator[Platform]:
    """Run the platform on a data folder, ready."""
    running = Platform(data)
    try:
        running.wait_until_ready()
        yield running
    finally:
        for pid in running.pids():
            os.kill(pid, signal.SIGKILL)
        running.process.wait()
        running.output()


@contextmanager
def serving(data: Path) -> Iterator[int]:
    """Run `eurometropolis serve` on a data folder, ready; its port."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603  # our own command
        [*COMMAND, "serve", "--data", str(data), "--port", str(port)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        ends_at = time.monotonic() + READY_WITHIN_S
        while not _answers(port):
            assert process.poll() is None
            assert time.monotonic() < ends_at, "not ready"
            time.sleep(0.1)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok
    except requests.ConnectionError:
        return False
