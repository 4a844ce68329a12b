"""A body is whole or refused: one that is too large fills neither memory nor disk."""

import io
import socket

import pytest
import requests
from flask.testing import FlaskClient

from portal.bodies import MAX_BODY_BYTES

BLOCK = b"10000\r\n" + b" " * 65_536 + b"\r\n"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"


def test_a_large_file_of_a_form_is_not_even_kept_for_a_moment(pages: FlaskClient) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="a"; filename="a.bin"\r\n\r\n'
    body = head + b"x" * MAX_BODY_BYTES + b"\r\n--b--\r\n"
    for path in ("/fr/sql", "/fr/sign-in"):
        answer = pages.post(path, data=body, content_type=MULTIPART)
        assert answer.status_code == 413
        assert "trop grand" in answer.text or "trop volumineux" in answer.text


def test_a_form_of_countless_parts_is_refused(pages: FlaskClient) -> None:
    data = {f"a{number}": "x" for number in range(60)}
    answer = pages.post("/fr/sql", data=data, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/fr/sql", FORM), ("/fr/sql", MULTIPART), ("/api/v1/sql", "application/json")],
)
def test_a_body_that_states_no_length_is_not_cut_short(
    pages: FlaskClient, path: str, kind: str
) -> None:
    endless = io.BytesIO(b"x" * (3 * MAX_BODY_BYTES))
    answer = pages.post(
        path,
        input_stream=endless,
        headers={"Content-Type": kind},
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert answer.status_code == 413
    assert endless.tell() <= MAX_BODY_BYTES + 65_536


def send_chunks(port: int, path: str, kind: str, size: int) -> tuple[int, bytes]:
    """Send so many bytes in chunks; return how many went out, and the answer's beginning."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        sent = 0
        try:
            while sent < size:
                connection.sendall(BLOCK)
                sent += 65_536
            connection.sendall(b"0\r\n\r\n")
        except OSError:  # the server has heard enough
            pass
        return sent, connection.recv(65_536)


@pytest.mark.parametrize(
    ("path", "kind", "answers_in"),
    [
        ("/api/v1/sql", "application/json", b"application/json"),
        ("/fr/sql", FORM, b"text/html"),
        ("/fr/sql", MULTIPART, b"text/html"),
        ("/fr/sign-in", FORM, b"text/html"),
    ],
)
def test_the_real_server_refuses_a_chunked_body_without_end(
    granian: int, path: str, kind: str, answers_in: bytes
) -> None:
    sent, answer = send_chunks(granian, path, kind, 200_000_000)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answers_in in answer
    assert sent < 50_000_000


def test_the_real_server_takes_a_chunked_body_that_fits(granian: int) -> None:
    body = iter([b'{"sql": ', b'"SELECT 1 AS one"}'])
    answer = requests.post(
        f"http://127.0.0.1:{granian}/api/v1/sql",
        data=body,
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    assert answer.json()["rows"] == [[1]]
