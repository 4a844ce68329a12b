"""No client, however slow, keeps the others from being served."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import IncompleteRead

import pytest
import requests

from tests.portal.gateway.small_server import GRACE_S
from tests.portal.running import environment, free_port

MANY = 200
SOON_S = 3.0


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A small application on the real server."""
    number = free_port()
    process = subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", "tests.portal.gateway.small_server", str(number)],
        env=environment(),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(300):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"http://127.0.0.1:{number}/quick", timeout=5)
                break
            time.sleep(0.1)
        yield number
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def open_sockets(port: int, count: int, text: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that each have sent this."""
    with contextlib.ExitStack() as stack:
        sockets = []
        for _ in range(count):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(20)
            one.connect(("127.0.0.1", port))
            one.sendall(text)
            sockets.append(one)
        yield sockets


def posting(path: str, length: int, sent: bytes) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode() + sent


def quick(port: int) -> float:
    """Return how many seconds a page took."""
    began = time.monotonic()
    assert requests.get(f"http://127.0.0.1:{port}/quick", timeout=20).status_code == 200
    return time.monotonic() - began


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"GET /quick HT",
        posting("/length", 1000, b"abc"),
        posting("/length", 1_000_000, b"x" * 100_000),
        posting("/unread", 1_000_000, b"x" * 100_000),
        b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["idle", "half a head", "half a form", "half an upload", "half refused", "unread answer"],
)
def test_pages_are_served_while_many_clients_dawdle(port: int, text: bytes) -> None:
    with open_sockets(port, MANY, text):
        time.sleep(0.3)
        assert max(quick(port) for _ in range(3)) < SOON_S


def test_a_body_that_does_not_come_is_not_waited_for(port: int) -> None:
    for text in (posting("/length", 1000, b"abc"), posting("/length", 1_000_000, b"x" * 90_000)):
        with open_sockets(port, 1, text) as (one,):
            began = time.monotonic()
            answer = one.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"body-overdue" in answer
            assert GRACE_S * 0.9 < time.monotonic() - began < GRACE_S + SOON_S
            assert one.recv(65_536) == b""


def test_a_body_that_drips_is_not_waited_for_either(port: int) -> None:
    with open_sockets(port, 1, posting("/length", 1000, b"")) as (one,):
        began = time.monotonic()
        with contextlib.suppress(OSError):
            for _ in range(60):
                one.sendall(b"x")
                time.sleep(0.05)
        assert one.recv(65_536).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < 3 * GRACE_S + SOON_S


@pytest.mark.parametrize("length", [60_000, 1_000_000])
def test_a_slow_but_steady_upload_arrives_whole(port: int, length: int) -> None:
    with open_sockets(port, 1, posting("/length", length, b"")) as (one,):
        for _ in range(20):
            one.sendall(b"x" * (length // 20))
            time.sleep(0.03)
        assert one.recv(65_536).endswith(str(length).encode())


def test_uploads_without_a_stated_length_arrive_whole(port: int) -> None:
    for size in (10, 300_000):
        pieces = iter([b"x" * (size // 10)] * 10)
        answer = requests.post(f"http://127.0.0.1:{port}/length", data=pieces, timeout=20)
        assert answer.text == str(size)


@pytest.mark.parametrize("size", [777, 77_777])
@pytest.mark.parametrize("is_chunked", [True, False])
def test_an_upload_that_breaks_off_is_never_taken_for_whole(
    port: int, size: int, is_chunked: bool
) -> None:
    chunked = "POST /length HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = f"{size:x}\r\n".encode() + b"x" * size + b"\r\n"
    text = chunked.encode() + chunk if is_chunked else posting("/length", 2 * size, b"x" * size)
    with open_sockets(port, 1, text):
        time.sleep(0.2)
    time.sleep(0.5)
    seen = requests.get(f"http://127.0.0.1:{port}/quick", timeout=20).json()["lengths"]
    assert size not in seen


def test_long_uploads_wait_their_turn_by_address_and_are_told_so(port: int) -> None:
    half = posting("/length", 1_000_000, b"x" * 90_000)
    with open_sockets(port, 5, half) as sockets:
        answers = [one.recv(65_536) for one in sockets]
    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503 ")]
    assert len(refused) == 1
    assert b"uploads-busy" in refused[0]
    assert b"retry-after" in refused[0].lower()


def test_a_short_form_needs_no_turn(port: int) -> None:
    with open_sockets(port, 20, posting("/length", 1_000_000, b"x" * 90_000)):
        began = time.monotonic()
        answer = requests.post(f"http://127.0.0.1:{port}/length", data=b"x" * 5000, timeout=20)
        assert answer.text == "5000"
        assert time.monotonic() - began < SOON_S


def test_work_is_told_that_its_client_has_left(port: int) -> None:
    with open_sockets(port, 1, b"GET /long/one HTTP/1.1\r\nHost: x\r\n\r\n"):
        time.sleep(0.5)
    ends_at = time.monotonic() + 5
    while "one" not in requests.get(f"http://127.0.0.1:{port}/quick", timeout=5).json()["left"]:
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def test_an_answer_that_breaks_off_is_never_taken_for_whole(port: int) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError) as broken:
        requests.get(f"http://127.0.0.1:{port}/broken", timeout=20)
    assert isinstance(broken.value.args[0].args[1], IncompleteRead)


def test_a_large_answer_arrives_whole(port: int) -> None:
    answer = requests.get(f"http://127.0.0.1:{port}/large", timeout=60)
    assert len(answer.content) == 100_000_000


def test_headers_reach_the_application_as_they_were_meant(port: int) -> None:
    answer = requests.get(
        f"http://127.0.0.1:{port}/quick",
        headers={"Cookie": "a=1; b=2", "X_Forwarded_For": "10.0.0.1"},
        timeout=20,
    ).json()
    assert answer["cookies"] == {"a": "1", "b": "2"}
    assert answer["forwarded"] is None
