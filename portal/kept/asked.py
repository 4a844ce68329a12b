"""What a request asks for, as far as an answer that is kept can depend on it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import Accept, LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie

from catalogue.records import LANGUAGES
from portal.accounts.sign_in import COOKIE as SIGNED_IN
from portal.i18n import COOKIE as LANGUAGE
from portal.i18n import preferred

Asked = tuple[str, ...]

# With these an answer is for one reader, or for a part of it only: the application looks at them.
_APART = (
    "HTTP_AUTHORIZATION",
    "HTTP_RANGE",
    "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_TRANSFER_ENCODING",
    "CONTENT_LENGTH",
)
_KNOWN_HEADERS = 1_000


def asked_of(environ: Mapping[str, Any]) -> Asked | None:
    """Return what a request asks for; None where its answer may be given to nobody else.

    Hosts stand in the addresses that pages tell; proxies change them further on.
    """
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    if any(name in environ for name in _APART):
        return None
    cookies = environ.get("HTTP_COOKIE", "")
    if SIGNED_IN in cookies:
        return None
    path = environ["PATH_INFO"]
    is_in_language = path[1:3] in LANGUAGES and path[3:4] == "/"
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        environ.get("HTTP_X_FORWARDED_HOST", ""),
        environ.get("HTTP_X_FORWARDED_PROTO", ""),
        path,
        environ.get("QUERY_STRING", ""),
        _packing(environ.get("HTTP_ACCEPT_ENCODING", "")),
        "" if is_in_language else _language(cookies, environ.get("HTTP_ACCEPT_LANGUAGE", "")),
    )


@lru_cache(maxsize=_KNOWN_HEADERS)
def _packing(accepted: str) -> str:
    return "gzip" if parse_accept_header(accepted, Accept)["gzip"] else ""


@lru_cache(maxsize=_KNOWN_HEADERS)
def _language(cookies: str, accepted: str) -> str:
    chosen = parse_cookie(cookies).get(LANGUAGE)
    return preferred(chosen, parse_accept_header(accepted, LanguageAccept))
