"""Clients that send by halves or leave early take nothing from the others, on the real server."""

import contextlib
import json
import socket
import time

import pytest
import requests

MANY = 200
SOON_S = 3.0
SLOW_SQL = "SELECT count(*) FROM range(2000000000) a, range(2000000000) b"


def half(path: str, kind: str, length: int, sent: int) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {length}\r\n\r\n".encode() + b" " * sent


@pytest.mark.parametrize(
    "text",
    [
        half("/api/v1/sql", "application/json", 1000, 1),
        half("/api/v1/sql", "application/json", 1_900_000, 100_000),
        half("/fr/sign-in", "application/x-www-form-urlencoded", 1000, 1),
        half("/api/v1/tokens", "application/json", 1000, 1),
        half("/nowhere", "text/plain", 1_900_000, 100_000),
    ],
    ids=["query", "long query", "sign-in", "without a right", "nowhere"],
)
def test_half_sent_requests_hold_up_nobody(granian: int, text: bytes) -> None:
    url = f"http://127.0.0.1:{granian}"
    with contextlib.ExitStack() as stack:
        for _ in range(MANY):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", granian)))
            one.sendall(text)
        for path in ("/healthz", "/fr", "/nl/datasets"):
            requests.get(url + path, timeout=20).raise_for_status()  # warm
            began = time.monotonic()
            requests.get(url + path, timeout=20).raise_for_status()
            assert time.monotonic() - began < SOON_S
        asked = requests.post(url + "/api/v1/sql", json={"sql": "SELECT 1"}, timeout=20)
        assert asked.json()["rows"] == [[1]]


def test_a_query_ends_when_who_asked_has_left(granian: int) -> None:
    body = json.dumps({"sql": SLOW_SQL}).encode()
    head = "POST /api/v1/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with contextlib.ExitStack() as stack:
        for _ in range(6):  # what one client may have running and waiting
            one = stack.enter_context(socket.create_connection(("127.0.0.1", granian)))
            one.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        time.sleep(0.5)
    began = time.monotonic()
    while True:
        url = f"http://127.0.0.1:{granian}/api/v1/sql"
        answer = requests.post(url, json={"sql": "SELECT 1"}, timeout=20)
        if answer.ok:
            break
        time.sleep(0.1)
    assert time.monotonic() - began < 2 * SOON_S
