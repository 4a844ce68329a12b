"""Reads the body of an HTTP answer with a limit, and tells what it is from its bytes.

Servers label their answers wrongly: an error page comes with status 200, a cut file without a
word, a small gzip holds a terabyte. Whatever the headers say, the bytes are looked at.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from catalogue.errors import FetchError

PIECE_BYTES = 1 << 18

# Observed on Opendatasoft exports: the status was sent long before the query failed.
_STREAM_ERROR = re.compile(
    rb"Streaming interrupted due to the following error:?\s*([^\r\n]{0,300})"
)
_TAIL_BYTES = 8192

_HTML_START = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|title|meta|div)\b", re.I)
_MARKUP_PREFIX = re.compile(rb"^(?:\xef\xbb\xbf|\s|<\?xml[^>]*\?>|<!--.*?-->)*", re.S)

_SECRET_KEY = re.compile(
    r"key|token|secret|passw|pwd|signature|^sig$|credential|^auth|session|^code$", re.I
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'<>]+", re.I)
_UNSAFE = re.compile(r"[^\w.()+ -]+")


def inflate(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Undo a Content-Encoding in bounded pieces, so that a bomb meets the size limit first.

    Raises FetchError `unknown-encoding`, `truncated` or `bad-encoding`.
    """
    names = [name.strip() for name in encoding.lower().split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if not names:
        yield from pieces
        return
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise FetchError("unknown-encoding", encoding=encoding[:60])
    try:
        yield from _inflate(pieces, is_gzip=names[0] != "deflate")
    except zlib.error as error:
        raise FetchError("bad-encoding", encoding=encoding[:60]) from error


def _inflate(pieces: Iterator[bytes], *, is_gzip: bool) -> Iterator[bytes]:
    decoder = zlib.decompressobj(31 if is_gzip else 15)
    is_first = True
    for piece in pieces:
        data = piece
        while data:
            if decoder.eof:
                if not is_gzip:
                    return  # what follows a deflate stream is padding
                decoder = zlib.decompressobj(31)  # gzip may hold several members
            try:
                out = decoder.decompress(data, PIECE_BYTES)
            except zlib.error:
                if is_gzip or not is_first:
                    raise
                decoder = zlib.decompressobj(-15)  # "deflate" without its zlib header
                out = decoder.decompress(data, PIECE_BYTES)
            is_first = False
            data = decoder.unconsumed_tail or decoder.unused_data
            if out:
                yield out
    if not decoder.eof and not is_first:
        raise FetchError("truncated", reason="compressed stream ends early")


def counted(raw: Any, content_length: str | None, max_bytes: int) -> Iterator[bytes]:
    """Yield the bytes on the wire, and insist that as many came as were announced.

    Raises FetchError `too-large` or `truncated` with `expected_bytes` and `received_bytes`.
    """
    expected = int(content_length) if content_length and content_length.isdecimal() else None
    if expected is not None and expected > max_bytes:
        raise FetchError("too-large", limit_bytes=max_bytes, size_bytes=expected)
    received = 0
    while piece := raw.read1(PIECE_BYTES, decode_content=False):
        received += len(piece)
        yield piece
    if expected is not None and received != expected:
        raise FetchError("truncated", expected_bytes=expected, received_bytes=received)


def limited(pieces: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    """Pass the decoded bytes on until there are too many (FetchError `too-large`)."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > max_bytes:
            raise FetchError("too-large", limit_bytes=max_bytes)
        yield piece


def without_stream_error(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the bytes on; raise FetchError `error-in-stream` if they end in a server's error."""
    tail = b""
    for piece in pieces:
        tail = (tail + piece)[-_TAIL_BYTES:]
        yield piece
    if found := _STREAM_ERROR.search(tail):
        raise FetchError("error-in-stream", message=excerpt(found.group(1)))


def is_html(content_type: str | None, start: bytes) -> bool:
    """Say whether a body is an HTML page, by its first bytes and then by its label.

    A CSV labelled `text/html` is no page, and a page labelled `text/csv` is one. KML, GML and
    other XML are told apart by their root element.
    """
    head = start[:4096]
    rest = head[_MARKUP_PREFIX.match(head).end() :]  # type: ignore[union-attr] # matches nothing too
    if _HTML_START.match(rest):
        return True
    if not rest.startswith(b"<"):
        return False
    media_type = (content_type or "").partition(";")[0].strip().lower()
    return media_type in ("text/html", "application/xhtml+xml")


def excerpt(text: bytes | str, limit: int = 300) -> str:
    """Return the start of a server's own words, fit for a message: no secrets, one line."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    words = _ADDRESS.sub(lambda found: redact(found.group()), words[: 4 * limit])
    return re.sub(r"\s+", " ", words).strip()[:limit]


def redact(url: str) -> str:
    """Return a URL without user, password, fragment and the values of telling parameters.

    >>> redact("https://me:pw@data.example.be/x?apikey=1234&limit=5")
    'https://data.example.be/x?apikey=…&limit=5'
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        query = parts.query
    except ValueError:
        return "…"
    pairs = (pair.partition("=") for pair in query.split("&"))
    query = "&".join(
        f"{name}=…" if equals and _SECRET_KEY.search(unquote(name)) else f"{name}{equals}{value}"
        for name, equals, value in pairs
    )
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def file_name(disposition: str | None, url: str) -> str:
    """Return a harmless file name from Content-Disposition, else from the URL.

    >>> file_name("attachment; filename*=UTF-8''v%C3%A9los.csv; filename=velos.csv", "")
    'vélos.csv'
    >>> file_name('attachment; filename="../../etc/passwd"', "https://a.be/x.csv")
    'passwd'
    """
    name = ""
    if disposition:
        if found := re.search(r"filename\*\s*=\s*([\w-]+)'[^']*'([^;]+)", disposition, re.I):
            name = _unquote(found.group(2).strip(), found.group(1))
        elif found := re.search(r'filename\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]+))', disposition):
            quoted = found.group(1)
            # latin-1 is how the header was decoded; nearly all servers send UTF-8 there
            name = _utf8(re.sub(r"\\(.)", r"\1", quoted) if quoted else found.group(2).strip())
    if not name:
        name = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    name = re.split(r"[/\\]", name)[-1]
    return _UNSAFE.sub("_", name).strip(" .")[-120:] or "download"


def _unquote(text: str, charset: str) -> str:
    try:
        return unquote(text, encoding=charset, errors="replace")
    except LookupError:
        return unquote(text)


def _utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
