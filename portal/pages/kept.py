"""Keeps the last pages that anonymous readers were given, ready to be given again.

What a page depends on is in its ETag, so a kept one is never out of date; besides that the host
stands in it, in the addresses that it tells others. A page found again costs no rendering, and the
use that it is counts as ever.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, g, request

BUDGET_BYTES = 32_000_000
# A page of many columns is some 100 kB packed: what is larger is no usual page.
LARGEST_BYTES = 500_000
_EXTENSION = "eurometropolis-pages"


class Kept(NamedTuple):
    """An answer, and what it is a use of."""

    body: bytes
    headers: list[tuple[str, str]]
    uses: Any


class KeptPages:
    """Answers by their key, the least recently asked for out first; for many threads."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._size_bytes = 0
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, ...]) -> Kept | None:
        """Return an answer that is kept."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
            return found

    def put(self, key: tuple[str, ...], page: Kept) -> None:
        """Keep an answer, in place of those that nobody asked for longest."""
        if len(page.body) > LARGEST_BYTES:
            return
        with self._lock:
            before = self._pages.pop(key, None)
            self._size_bytes += len(page.body) - (len(before.body) if before else 0)
            self._pages[key] = page
            while self._size_bytes > self._budget_bytes:
                _, oldest = self._pages.popitem(last=False)
                self._size_bytes -= len(oldest.body)


def init_app(app: Flask) -> None:
    """Keep the pages of an app. Register before what packs them: it has to run last."""
    forget(app)
    app.after_request(_keep)


def forget(app: Flask) -> None:
    """Keep no page of before."""
    app.extensions[_EXTENSION] = KeptPages()


def _keep(response: Response) -> Response:
    is_page = response.mimetype == "text/html" and request.method == "GET"
    is_new = g.get("page_etag") and not g.get("is_kept_page") and response.status_code == 200
    if is_page and is_new and "Set-Cookie" not in response.headers and not response.is_streamed:
        headers = [pair for pair in response.headers if pair[0] != "Content-Length"]
        kept = Kept(response.get_data(), headers, g.get("uses"))
        current_app.extensions[_EXTENSION].put(_key(g.page_etag), kept)
    return response


def kept_page(app: Flask, etag: str) -> Response | None:
    """Return the answer to this request where it is kept."""
    found: Kept | None = app.extensions[_EXTENSION].get(_key(etag))
    if found is None:
        return None
    g.is_kept_page = True
    if found.uses is not None:
        g.uses = found.uses
    return Response(found.body, headers=found.headers)


def _key(etag: str) -> tuple[str, ...]:
    packed = "gzip" if request.accept_encodings["gzip"] else ""
    return etag, request.host_url, packed
