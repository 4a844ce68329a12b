"""The HTTP client against real servers on loopback that do what real servers do."""

import gzip
import json
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from shutil import which
from typing import Any

import pytest
import requests
from urllib3.connection import HTTPConnection

from catalogue import http_body, politeness
from catalogue.errors import FetchError
from catalogue.fetch import Fetch, Validators
from catalogue.net_guard import NetGuard, dial
from tests.harvesters import portals
from tests.harvesters.portals import Answer, Portal, Request, running


class Desk(Portal):
    """A server whose every path is a function of the test."""

    def __init__(self) -> None:
        super().__init__([])
        self.pages: dict[str, Any] = {}

    def respond(self, request: Request) -> Answer:
        page = self.pages.get(request.path, Answer(b"gone", 404, "text/plain"))
        answer: Answer = page(request) if callable(page) else page
        return answer


@pytest.fixture
def desk() -> Iterator[Desk]:
    with running(Desk()) as portal:
        yield portal


@pytest.fixture
def fetch() -> Iterator[Fetch]:
    with portals.fetch() as opened:
        yield opened


def redirect(target: str, status: int = 302) -> Answer:
    return Answer(b"", status, headers={"Location": target})


def csv(body: bytes, **rest: Any) -> Answer:
    return Answer(body, content_type="text/csv", **rest)


def refused(fetch: Fetch, url: str, folder: Path | None = None, **rest: Any) -> FetchError:
    if folder is None:
        with pytest.raises(FetchError) as caught:
            fetch.get_json(url)
    else:
        with pytest.raises(FetchError) as caught:
            fetch.download(url, folder, **rest)
        assert list(folder.iterdir()) == []
    return caught.value


# -- where it goes ----------------------------------------------------------------------------


class Internet:
    """A small Internet: names with public addresses, all of which are wired to one server."""

    def __init__(self, desk: Desk, **names: list[str] | Any) -> None:
        self.port = int(desk.url.rpartition(":")[2])
        self.names = {f"{name}.example": found for name, found in names.items()}
        self.dialled: list[str] = []

    def resolve(self, host: str, port: int) -> list[str]:
        found = self.names.get(host, [host])
        addresses: list[str] = found() if callable(found) else found
        return addresses

    def dial(self, address: str, port: int, connection: HTTPConnection) -> socket.socket:
        self.dialled.append(address)
        return dial("127.0.0.1", self.port, connection)

    def fetch(self, **settings: Any) -> Fetch:
        return portals.fetch(guard=NetGuard(resolve=self.resolve, dial=self.dial), **settings)


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:{port}/secret", "http://169.254.169.254/latest/meta-data/",
     "http://[::ffff:127.0.0.1]/", "http://inside.example/", "//inside.example/x"],
)  # fmt: skip
def test_redirect_into_our_own_network_is_refused(desk: Desk, tmp_path: Path, target: str) -> None:
    internet = Internet(desk, portal=["193.190.130.15"], inside=["192.168.1.10"])
    desk.pages["/data.csv"] = redirect(target.format(port=internet.port))
    with internet.fetch() as fetch:
        error = refused(fetch, "http://portal.example/data.csv", tmp_path)
    assert error.code == "address-refused"
    assert internet.dialled == ["193.190.130.15"]
    assert desk.paths() == ["/data.csv"]


def test_name_is_resolved_once_for_a_connection(desk: Desk) -> None:
    """DNS rebinding: a name that is public when checked and private when connected to."""
    answers = iter([["193.190.130.15"], ["127.0.0.1"], ["127.0.0.1"]])
    internet = Internet(desk, portal=lambda: next(answers))
    desk.pages["/"] = portals.json_answer([1])
    with internet.fetch() as fetch:
        assert fetch.get_json("http://portal.example/") == [1]
    assert internet.dialled == ["193.190.130.15"]
    assert desk.requests[0].headers["host"] == "portal.example"


def test_second_connection_to_a_rebound_name_is_refused(desk: Desk) -> None:
    answers = iter([["193.190.130.15"], ["127.0.0.1"]])
    internet = Internet(desk, portal=lambda: next(answers))
    desk.pages["/"] = Answer(b"[1]", has_length=False)  # closes the connection
    with internet.fetch() as fetch:
        assert fetch.get_json("http://portal.example/") == [1]
        assert refused(fetch, "http://portal.example/").code == "address-refused"


def test_session_for_libraries_is_guarded_too(desk: Desk) -> None:
    internet = Internet(desk, portal=["10.0.0.1"])
    with internet.fetch() as fetch, pytest.raises(FetchError) as caught:
        fetch.session.get("http://portal.example/")
    assert caught.value.code == "address-refused"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://portal.example/x", "gopher://a/"])
def test_other_schemes_are_refused(fetch: Fetch, tmp_path: Path, url: str) -> None:
    assert refused(fetch, url, tmp_path).code in ("scheme-refused", "bad-url")


def test_redirect_to_a_file_is_refused(desk: Desk, fetch: Fetch, tmp_path: Path) -> None:
    desk.pages["/x"] = redirect("file:///etc/passwd")
    assert refused(fetch, f"{desk.url}/x", tmp_path).code == "scheme-refused"


def test_redirects_are_followed_and_counted(desk: Desk, fetch: Fetch, tmp_path: Path) -> None:
    for number in range(5):
        desk.pages[f"/{number}"] = redirect(f"/{number + 1}", (301, 302, 303, 307, 308)[number])
    desk.pages["/5"] = csv(b"a;b\n")
    found = fetch.download(f"{desk.url}/0", tmp_path)
    assert found.path is not None
    assert (found.path.read_bytes(), found.url) == (b"a;b\n", f"{desk.url}/5")
    found.path.unlink()
    desk.pages["/5"] = redirect("/0")
    assert refused(fetch, f"{desk.url}/0", tmp_path).code == "too-many-redirects"


def test_credentials_stay_with_their_origin(desk: Desk, fetch: Fetch) -> None:
    with running(Desk()) as other:
        desk.pages["/x"] = redirect(f"{other.url}/y")
        other.pages["/y"] = portals.json_answer([])
        fetch.get_json(desk.url.replace("://", "://steward:geheim@") + "/x")
        assert "authorization" in desk.requests[0].headers
        assert "authorization" not in other.requests[0].headers


def test_proxies_of_the_environment_are_ignored(
    desk: Desk, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    desk.pages["/"] = portals.json_answer([1])
    assert fetch.get_json(f"{desk.url}/") == [1]
    assert fetch.session.get(f"{desk.url}/").json() == [1]


def test_passwords_of_the_environment_are_ignored(
    desk: Desk, fetch: Fetch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login steward password geheim", "utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    desk.pages["/"] = portals.json_answer([1])
    fetch.get_json(f"{desk.url}/")
    fetch.session.get(f"{desk.url}/")
    assert all("authorization" not in request.headers for request in desk.requests)


def test_proxy_of_the_settings_is_used_but_not_for_private_addresses(desk: Desk) -> None:
    desk.pages["/data"] = portals.json_answer([1])
    with portals.fetch(proxy=desk.url, trusted_network=False) as fetch:
        assert fetch.get_json("http://portal.invalid/data") == [1]
        assert refused(fetch, "http://10.0.0.1/data").code == "address-refused"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for portal.example that no authority signed."""
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(  # noqa: S603 - fixed arguments
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=portal.example", "-addext",
         "subjectAltName=DNS:portal.example", "-keyout", str(path), "-out", str(path) + ".crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def tls_desk(certificate: Path) -> Iterator[tuple[Desk, list[str | None]]]:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda sock, name, _: names.append(name)
    desk = Desk()
    handler = type("Handler", (portals._Handler,), {"portal": desk})

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def get_request(self) -> tuple[Any, Any]:
            sock, address = super().get_request()
            sock.settimeout(5)
            return context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), (
                address
            )

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that refuses the certificate is what is being tested."""

    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    desk.url = f"https://127.0.0.1:{server.server_address[1]}"
    yield desk, names
    server.shutdown()
    server.server_close()
    thread.join()


def test_tls_checks_the_name_and_not_the_address(
    tls_desk: tuple[Desk, list[str | None]], certificate: Path
) -> None:
    desk, names = tls_desk
    desk.pages["/"] = portals.json_answer([1])
    internet = Internet(desk, portal=["193.190.130.15"], other=["193.190.130.15"])
    with internet.fetch(ca_bundle=str(certificate)) as fetch:
        assert fetch.get_json("https://portal.example/") == [1]
        assert names == ["portal.example"]
        assert refused(fetch, "https://other.example/").code == "bad-certificate"
    with internet.fetch() as fetch:
        assert refused(fetch, "https://portal.example/").code == "bad-certificate"


# -- how it behaves ---------------------------------------------------------------------------


def test_agent_says_who_we_are(desk: Desk, fetch: Fetch) -> None:
    desk.pages["/"] = portals.json_answer([])
    fetch.get_json(f"{desk.url}/")
    fetch.session.get(f"{desk.url}/")
    for request in desk.requests:
        assert request.headers["user-agent"].startswith("EurometropolisData/")


def test_requests_to_one_host_keep_their_distance(desk: Desk) -> None:
    desk.pages["/"] = portals.json_answer([])
    with portals.fetch(min_interval_s=0.05) as fetch:
        started = time.monotonic()
        for _ in range(3):
            fetch.get_json(f"{desk.url}/")
        assert time.monotonic() - started >= 0.1


def test_one_host_is_called_by_one_at_a_time(desk: Desk) -> None:
    together: list[int] = []
    inside = threading.Semaphore(1)

    def page(request: Request) -> Answer:
        together.append(inside.acquire(blocking=False))
        time.sleep(0.02)
        inside.release()
        return portals.json_answer([])

    desk.pages["/"] = page
    first = portals.fetch()
    pacer = first._pacer
    fetches = [Fetch(first.settings, trusted_network=True, pacer=pacer) for _ in range(3)]
    threads = [threading.Thread(target=f.get_json, args=(f"{desk.url}/",)) for f in fetches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for opened in (first, *fetches):
        opened.close()
    assert together == [True, True, True]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_trouble_is_tried_again(desk: Desk, fetch: Fetch, status: int) -> None:
    desk.mischief = portals.busy_at_first(2, status)
    desk.pages["/"] = portals.json_answer([1])
    assert fetch.get_json(f"{desk.url}/") == [1]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410])
def test_lasting_trouble_is_told_at_once(desk: Desk, fetch: Fetch, status: int) -> None:
    words = {"error_code": "ODSQLError", "message": "ODSQL query is malformed"}
    desk.pages["/"] = portals.json_answer(words, status)
    error = refused(fetch, f"{desk.url}/")
    assert (error.code, error.params["status"]) == ("http-status", status)
    assert error.params["message"] == "ODSQL query is malformed"
    assert len(desk.requests) == 1


def test_wait_longer_than_our_patience_is_not_waited(desk: Desk, fetch: Fetch) -> None:
    desk.pages["/"] = Answer(b"{}", 503, headers={"Retry-After": "86400"})
    error = refused(fetch, f"{desk.url}/")
    assert error.params["retry_after_s"] == 86400
    assert len(desk.requests) == 1


def test_asked_waiting_time_is_read_in_each_of_its_spellings() -> None:
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    asked = politeness.asked_wait_s
    assert asked({"Retry-After": "7"}, None, now) == 7
    assert asked({"Retry-After": "Mon, 23 Nov 2026 08:01:00 GMT"}, None, now) == 60
    assert asked({}, {"reset_time": "2026-11-23T08:02:00Z"}, now) == 120
    assert asked({"X-RateLimit-Reset": "30", "X-RateLimit-Remaining": "0"}, None, now) == 30
    assert asked({"Retry-After": "soon"}, {"reset_time": "later"}, now) is None


def test_server_that_hangs_up_is_tried_again(desk: Desk, fetch: Fetch) -> None:
    desk.fail_after(0)
    error = refused(fetch, f"{desk.url}/")
    assert error.code == "connect-failed"
    assert len(desk.requests) == 3


def test_nobody_listening(fetch: Fetch) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    assert refused(fetch, f"http://127.0.0.1:{port}/").code == "connect-failed"


def test_silent_server_meets_the_read_time_out(desk: Desk) -> None:
    release = threading.Event()

    def silent(request: Request) -> Answer:
        release.wait(5)
        return portals.json_answer([])

    desk.pages["/"] = silent
    with portals.fetch(read_timeout_s=0.1, retry_count=0) as fetch:
        error = refused(fetch, f"{desk.url}/")
    release.set()
    assert (error.code, error.params["phase"]) == ("timeout", "read")


def test_headers_that_trickle_meet_the_deadline() -> None:
    """Each byte resets the time-out of a socket; the deadline does not care."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            sock, _ = server.accept()
            with sock:
                sock.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not stop.wait(0.02):
                    try:
                        sock.sendall(b"a")
                    except OSError:
                        return

        thread = threading.Thread(target=trickle)
        thread.start()
        with portals.fetch(page_deadline_s=0.3) as fetch:
            started = time.monotonic()
            error = refused(fetch, f"http://127.0.0.1:{server.getsockname()[1]}/")
            assert time.monotonic() - started < 3
        stop.set()
        thread.join()
    assert (error.code, error.params["phase"]) == ("timeout", "deadline")


# -- what it takes ----------------------------------------------------------------------------


def test_compressed_answers_are_undone(desk: Desk, fetch: Fetch, tmp_path: Path) -> None:
    body = b"code;nom\n" + b"57081;Tournai\n" * 5000
    raw = zlib.compressobj(wbits=-15)
    for name, packed in {
        "gzip": gzip.compress(body[:100]) + gzip.compress(body[100:]),
        "deflate": zlib.compress(body),
        "Deflate": raw.compress(body) + raw.flush(),
    }.items():
        desk.pages["/x"] = csv(packed, headers={"Content-Encoding": name})
        found = fetch.download(f"{desk.url}/x", tmp_path)
        assert found.path is not None
        assert found.path.read_bytes() == body


def test_compressed_answer_that_ends_early_is_noticed(
    desk: Desk, fetch: Fetch, tmp_path: Path
) -> None:
    packed = gzip.compress(b"57081;Tournai\n" * 5000)[:-20]
    desk.pages["/x"] = csv(packed, headers={"Content-Encoding": "gzip"})
    assert refused(fetch, f"{desk.url}/x", tmp_path).code == "truncated"


def test_decompression_bomb_meets_the_limit(desk: Desk, fetch: Fetch, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    desk.pages["/x"] = csv(bomb, headers={"Content-Encoding": "gzip"})
    error = refused(fetch, f"{desk.url}/x", tmp_path, max_bytes=1_000_000)
    assert (error.code, len(bomb) < 100_000) == ("too-large", True)


def test_file_announced_too_large_is_not_begun(desk: Desk, fetch: Fetch, tmp_path: Path) -> None:
    desk.pages["/x"] = csv(b"a" * 2000)
    error = refused(fetch, f"{desk.url}/x", tmp_path, max_bytes=1000)
    assert (error.code, error.params["size_bytes"]) == ("too-large", 2000)
    desk.pages["/x"] = csv(b"a" * 2000, has_length=False)
    assert refused(fetch, f"{desk.url}/x", tmp_path, max_bytes=1000).code == "too-large"


def test_large_error_page_is_still_told_by_its_status(
    desk: Desk, fetch: Fetch, tmp_path: Path
) -> None:
    desk.pages["/x"] = Answer(b"x" * 3_000_000, 404, "text/plain")
    assert refused(fetch, f"{desk.url}/x", tmp_path).params["status"] == 404


@pytest.mark.parametrize(
    ("content_type", "body", "is_page"),
    [
        ("text/html", b"<!DOCTYPE html><html>", True),
        ("text/csv", b"\xef\xbb\xbf\n <HTML lang='fr'>", True),
        ("application/json", b"<!-- x --><html>", True),
        ("text/html; charset=utf-8", b"<p>Maintenance</p>", True),
        ("application/xhtml+xml", b'<?xml version="1.0"?><root>', True),
        ("text/html", b"code;nom\n57081;Tournai\n", False),
        ("text/xml", b'<?xml version="1.0"?><kml xmlns="x">', False),
        ("text/plain", b"<5;9\n", False),
        (None, b"", False),
    ],
)
def test_page_is_told_from_data_by_its_bytes(
    content_type: str | None, body: bytes, is_page: bool
) -> None:
    assert http_body.is_html(content_type, body) is is_page


def test_json_is_read_as_utf_8_whatever_is_said(desk: Desk, fetch: Fetch) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"nom": "Péruwelz"}, ensure_ascii=False).encode()
    desk.pages["/"] = Answer(body, content_type="text/plain; charset=latin-1")
    assert fetch.get_json(f"{desk.url}/") == {"nom": "Péruwelz"}


@pytest.mark.parametrize("body", [b"", b"{", b"nom;places", b"[" * 100_000, b"\xff\xfe{}"])
def test_what_is_no_json_is_told(desk: Desk, fetch: Fetch, body: bytes) -> None:
    desk.pages["/"] = Answer(body)
    assert refused(fetch, f"{desk.url}/").code == "not-json"


def test_304_is_believed_only_when_asked_for(desk: Desk, fetch: Fetch, tmp_path: Path) -> None:
    desk.pages["/x"] = Answer(b"", 304, "text/csv")
    known = Validators(etag='"1"', last_modified="Mon, 02 Feb 2026 02:40:00 GMT", sha256="ab")
    found = fetch.download(f"{desk.url}/x", tmp_path, validators=known)
    assert (found.is_unchanged, found.validators) == (True, known)
    assert desk.requests[0].headers["if-none-match"] == '"1"'
    assert desk.requests[0].headers["if-modified-since"] == known.last_modified
    assert refused(fetch, f"{desk.url}/x", tmp_path).params["status"] == 304


def test_same_bytes_are_unchanged_without_the_servers_help(
    desk: Desk, fetch: Fetch, tmp_path: Path
) -> None:
    desk.pages["/x"] = csv(b"a;b\n")
    first = fetch.download(f"{desk.url}/x", tmp_path)
    again = fetch.download(f"{desk.url}/x", tmp_path, validators=Validators(sha256=first.sha256))
    assert (again.is_unchanged, again.path, len(list(tmp_path.iterdir()))) == (True, None, 1)


@pytest.mark.parametrize(
    ("disposition", "url", "name"),
    [
        (None, "https://a.be/v%C3%A9los%202024.csv?x=1", "vélos 2024.csv"),
        ('attachment; filename="a;b.csv"', "", "a_b.csv"),
        ("attachment; filename=plain.csv", "", "plain.csv"),
        ("attachment; filename*=utf-8''%e2%82%ac.csv; filename=e.csv", "", "_.csv"),
        ('attachment; filename="..\\..\\boot.ini"', "", "boot.ini"),
        ('attachment; filename="/etc/passwd"', "", "passwd"),
        (None, "https://a.be/", "download"),
        (None, "https://a.be/..", "download"),
    ],
)
def test_file_name_is_harmless(disposition: str | None, url: str, name: str) -> None:
    assert http_body.file_name(disposition, url) == name


def test_addresses_lose_their_secrets() -> None:
    url = "https://u:p@a.be/x?API_KEY=1&sig=2&X-Amz-Signature=3&limit=5&token#frag"
    shown = "https://a.be/x?API_KEY=…&sig=…&X-Amz-Signature=…&limit=5&token"
    assert http_body.redact(url) == shown
    assert "geheim" not in http_body.excerpt("see https://u:geheim@a.be/?key=geheim now")


def test_library_gets_the_words_of_an_error(desk: Desk, fetch: Fetch) -> None:
    desk.pages["/"] = portals.json_answer({"success": False, "error": "no"}, 409)
    answer = fetch.session.get(f"{desk.url}/")
    assert isinstance(answer, requests.Response)
    assert (answer.status_code, answer.json()["error"]) == (409, "no")
