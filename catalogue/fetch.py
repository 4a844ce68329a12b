"""The one HTTP client: every page of a portal and every file of a dataset comes through here.

It never reaches where `net_guard` forbids, is polite (`politeness`), bounds time, size and
redirects, and looks at what came (`http_body`): a cut file, an HTML page with status 200 or an
error in the middle of a stream is a FetchError, never data. `session` gives libraries that bring
their own calls (ckanapi) a requests session that goes the very same way.

Codes of FetchError raised here and below, each with `url` (redacted): `bad-url`, `scheme-refused`,
`address-refused`, `host-unknown`, `connect-failed`, `tls-failed`, `bad-certificate`, `timeout`
(`phase`: queue, connect, read, deadline), `http-status` (`status`, `message`, `retry_after_s`),
`too-many-redirects`, `too-large`, `truncated`, `unknown-encoding`, `bad-encoding`,
`html-instead-of-data`, `not-json`, `error-in-stream`.
"""

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit, urlunsplit

import msgspec
import requests
from requests.adapters import HTTPAdapter

from catalogue import http_body, net_guard, politeness, received
from catalogue.errors import FetchError
from catalogue.fetch_records import Download, FetchSettings, Page, Validators
from catalogue.http_errors import status_error, translated

__all__ = ["Download", "Fetch", "FetchSettings", "Page", "Traffic", "Validators"]

T = TypeVar("T")

REDIRECTS = 5
_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_RETRIED_CODES = frozenset({"connect-failed", "truncated", "timeout"})
_FINAL_PHASES = ("queue", "deadline")
_SECRET_HEADERS = ("Authorization", "X-CKAN-API-Key", "Cookie", "Proxy-Authorization")


class _Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left_s(self) -> float:
        return max(self._end - time.monotonic(), 0.0)


class _Adapter(HTTPAdapter):
    """The transport of requests, with the guarded pools of `net_guard` underneath."""

    def __init__(self, guard: net_guard.NetGuard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **options: Any
    ) -> None:
        self.poolmanager = self._guard.pool_manager(
            num_pools=connections, maxsize=maxsize, block=block, **options
        )


class _Session(requests.Session):
    """A requests session whose every call goes through a Fetch; made for JSON APIs."""

    def __init__(self, fetch: "Fetch") -> None:
        super().__init__()
        self.trust_env = False
        self.headers["User-Agent"] = fetch.settings.user_agent
        self._fetch = fetch

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        return self._fetch.send_page(request, is_redirected=options.get("allow_redirects", True))


@dataclass
class Traffic:
    """What was asked of servers, retries and redirects too, and the bytes that came of it."""

    request_count: int = 0
    received_bytes: int = 0


class Fetch:
    """Fetch pages and files for one source. Not to be shared between threads.

    `trusted_network` lets private and loopback addresses through; a `guard` of one's own decides
    that instead. The default `pacer` keeps the pace per host for the whole process.
    """

    def __init__(
        self,
        settings: FetchSettings | None = None,
        *,
        trusted_network: bool = False,
        guard: net_guard.NetGuard | None = None,
        pacer: politeness.Pacer = politeness.SHARED_PACER,
    ) -> None:
        self.settings = settings or FetchSettings()
        self._guard = guard or net_guard.NetGuard(trusted_network=trusted_network)
        self._adapter = _Adapter(self._guard)
        self._pacer = pacer
        self._at_hand: dict[str, Download] = {}
        self._own_folder: tempfile.TemporaryDirectory[str] | None = None
        self.traffic = Traffic()
        self.session: requests.Session = _Session(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections kept open, and remove the files that were looked into."""
        self._adapter.close()
        self._at_hand.clear()
        if self._own_folder is not None:
            self._own_folder.cleanup()
            self._own_folder = None

    # -- what harvesters call -----------------------------------------------------------------

    def get_json(
        self,
        url: str,
        params: Mapping[str, Any] | list[tuple[str, str]] | None = None,
        *,
        max_bytes: int | None = None,
    ) -> Any:
        """Return the JSON at a URL. Raises FetchError."""
        request = self._prepare(url, params=params)
        response = self.send_page(request, max_bytes=max_bytes)
        if response.status_code != 200:
            raise status_error(response, response.content)
        try:
            return msgspec.json.decode(response.content.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise FetchError(
                "not-json",
                url=http_body.redact(url),
                content_type=response.headers.get("Content-Type"),
                message=http_body.excerpt(response.content, 120),
            ) from error

    def get_page(
        self,
        url: str,
        params: Mapping[str, Any] | list[tuple[str, str]] | None = None,
        *,
        accept: str = "*/*",
        max_bytes: int | None = None,
    ) -> Page:
        """Return the answer at a URL whole, whatever its format. Raises FetchError."""
        request = self._prepare(url, params=params, headers={"Accept": accept})
        response = self.send_page(request, max_bytes=max_bytes)
        if response.status_code != 200:
            raise status_error(response, response.content)
        return Page(
            url=response.url or url,
            content=response.content,
            content_type=response.headers.get("Content-Type"),
        )

    def download(
        self,
        url: str,
        folder: Path,
        *,
        format: str | None = None,
        validators: Validators | None = None,
        max_bytes: int | None = None,
    ) -> Download:
        """Stream a file into a temporary file of `folder`. Raises FetchError; then nothing stays.

        With `validators` the server is asked for news only; `is_unchanged` is its answer, or
        ours where the bytes turn out to be the same. `format` "html" says a page is wanted.
        """
        known = validators or Validators()
        if url in self._at_hand:
            return received.taken_over(self._at_hand.pop(url), folder, known)
        headers = {"Accept": "*/*"}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        request = self._prepare(url, headers=headers)
        limit = max_bytes if max_bytes is not None else self.settings.max_file_bytes

        def once(deadline: _Deadline) -> Download:
            with self._open(request, deadline, REDIRECTS) as response:
                if response.status_code == 304 and validators is not None:
                    return received.unchanged(response, known)
                if response.status_code not in (200, 203):
                    raise status_error(response, received.read_some(response))
                return received.store(response, folder, known, limit, is_page=format == "html")

        return self._retrying(request, self.settings.file_deadline_s, once)

    def look_into(self, url: str, *, max_bytes: int | None = None) -> Download:
        """Bring a file that must be looked into before it is known what it holds.

        It stays until the client is closed, or until a `download` of the same address takes it
        over: nothing is asked for twice. Raises FetchError.
        """
        if url not in self._at_hand:
            if self._own_folder is None:
                self._own_folder = tempfile.TemporaryDirectory(prefix="eurometropolis-fetch-")
            folder = Path(self._own_folder.name)
            self._at_hand[url] = self.download(url, folder, max_bytes=max_bytes)
        return self._at_hand[url]

    def send_page(
        self,
        request: requests.PreparedRequest,
        *,
        is_redirected: bool = True,
        max_bytes: int | None = None,
    ) -> requests.Response:
        """Send a request to a JSON API and return its answer, read whole.

        An answer with an error status is returned only if it is JSON and not worth a retry:
        APIs say in it what was wrong. Everything else raises FetchError.
        """
        limit = max_bytes if max_bytes is not None else self.settings.max_page_bytes

        def once(deadline: _Deadline) -> requests.Response:
            with self._open(request, deadline, REDIRECTS if is_redirected else 0) as response:
                body = b"".join(http_body.without_stream_error(received.body(response, limit)))
                if response.status_code != 200 and (
                    response.status_code in _RETRIED_STATUS or body.lstrip()[:1] not in b'{["'
                ):
                    raise status_error(response, body)
                content_type = response.headers.get("Content-Type")
                if http_body.is_html(content_type, body):
                    raise FetchError("html-instead-of-data", content_type=content_type)
                response._content = body  # what requests itself does when it reads a body
                response.encoding = "utf-8"  # JSON is UTF-8; never let it be guessed
                return response

        return self._retrying(request, self.settings.page_deadline_s, once)

    # -- the way of one request ---------------------------------------------------------------

    def _prepare(
        self, url: str, *, params: Any = None, headers: Mapping[str, str] | None = None
    ) -> requests.PreparedRequest:
        try:
            return requests.Request(
                "GET",
                url,
                params=params,
                headers={
                    "User-Agent": self.settings.user_agent,
                    "Accept": "application/json, */*;q=0.5",
                    **(headers or {}),
                },
            ).prepare()
        except (requests.RequestException, ValueError) as error:
            raise FetchError("bad-url", url=http_body.redact(url)) from error

    def _retrying(
        self,
        request: requests.PreparedRequest,
        deadline_s: float,
        once: Callable[[_Deadline], T],
    ) -> T:
        deadline = _Deadline(deadline_s)
        # Only what many servers and we ourselves can undo is ever asked for.
        request.headers["Accept-Encoding"] = "gzip, deflate"
        with net_guard.Watch(deadline_s).running() as watch:
            for attempt in itertools.count():
                try:
                    with translated(request.url or "", watch):
                        return once(deadline)
                except FetchError as error:
                    wait_s = self._wait_s(error, attempt, request, deadline)
                    if wait_s is None:
                        raise
                self._pacer.hold_off(_host(request.url or ""), wait_s)
        raise AssertionError("unreachable")  # the loop only ends by return or raise

    def _wait_s(
        self,
        error: FetchError,
        attempt: int,
        request: requests.PreparedRequest,
        deadline: _Deadline,
    ) -> float | None:
        """Return how long to wait before another try, or None where there shall be none."""
        is_passing = (
            (error.code in _RETRIED_CODES and error.params.get("phase") not in _FINAL_PHASES)
            or (error.code == "host-unknown" and error.params["is_passing"])
            or (error.code == "http-status" and error.params["status"] in _RETRIED_STATUS)
        )
        if not is_passing or attempt >= self.settings.retry_count:
            return None
        if request.method not in ("GET", "HEAD"):
            return None
        own = politeness.backoff_s(
            attempt, first_s=self.settings.backoff_first_s, longest_s=self.settings.longest_wait_s
        )
        asked = error.params.get("retry_after_s")
        wait_s = own if asked is None else max(asked, own if asked else 0.0)
        is_too_long = wait_s > min(self.settings.longest_wait_s, deadline.left_s())
        return None if is_too_long else wait_s

    @contextmanager
    def _open(
        self, request: requests.PreparedRequest, deadline: _Deadline, redirects: int
    ) -> Iterator[requests.Response]:
        """Send a request, follow redirects, and hold the host's turn until the body is read."""
        current = request
        for _ in range(redirects + 1):
            url = current.url or ""
            _check_scheme(url)
            with self._pacer.turn(
                _host(url),
                min_interval_s=self.settings.min_interval_s,
                patience_s=deadline.left_s(),
            ):
                response = self._send(current, deadline)
                try:
                    following = _redirected(current, response) if redirects else None
                    if following is None:
                        yield response
                        return
                finally:
                    self.traffic.received_bytes += response.raw.tell()
                    response.close()
                    response.raw.release_conn()
            current = following
        raise FetchError("too-many-redirects", limit=redirects)

    def _send(self, request: requests.PreparedRequest, deadline: _Deadline) -> requests.Response:
        settings = self.settings
        proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else None
        if proxies:
            self._check_behind_proxy(request.url or "")
        left_s = max(deadline.left_s(), 0.001)
        self.traffic.request_count += 1
        return self._adapter.send(
            request,
            stream=True,
            timeout=(
                min(settings.connect_timeout_s, left_s),
                min(settings.read_timeout_s, left_s),
            ),
            verify=settings.ca_bundle or True,
            proxies=proxies,
        )

    def _check_behind_proxy(self, url: str) -> None:
        """Refuse what we can see to be private; a proxy resolves names that we cannot."""
        parts = urlsplit(url)
        try:
            self._guard.addresses(parts.hostname or "", parts.port or 443)
        except FetchError as error:
            if error.code != "host-unknown":
                raise


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or parts.scheme}"


def _check_scheme(url: str) -> None:
    scheme = urlsplit(url).scheme.lower()
    if scheme not in ("http", "https"):
        raise FetchError("scheme-refused", scheme=scheme)


def _redirected(
    request: requests.PreparedRequest, response: requests.Response
) -> requests.PreparedRequest | None:
    """Return the request that a redirect asks for; what is secret stays with its origin."""
    if not response.is_redirect:
        return None
    location = response.headers["Location"].encode("latin-1", "replace").decode("utf-8", "replace")
    parts = urlsplit(urljoin(request.url or "", location))
    target = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    following = request.copy()
    following.prepare_url(target, None)  # its scheme is checked before it is sent
    old = urlsplit(request.url or "")
    if (old.scheme, old.netloc.rpartition("@")[2]) != (parts.scheme, parts.netloc):
        for name in _SECRET_HEADERS:
            following.headers.pop(name, None)
    if response.status_code == 303 and following.method != "HEAD":
        following.prepare_method("GET")
    return following
