"""Finds out which protocol answers at an address, for whoever wants to add a source.

Portals move: the same host served Opendatasoft, then a page, then something else, and answers
what it does not know with 404 in JSON, or with a page and status 200. So the address is asked, in
the order of the most telling answer, and every refusal is kept to be shown.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from catalogue.errors import FetchError
from catalogue.fetch import Fetch, Page
from catalogue.records import RunIssue
from harvesters import HARVESTERS
from harvesters.probes import PROBES, Probe, Sign

_MAX_BYTES = 20 << 20
_OF_PAGES = ("/api/", "/explore", "/collections", "/data-fair", "/dataset")
_NOTHING_CAN_BE_REACHED = ("address-refused", "host-unknown", "bad-url", "scheme-refused")


class Detection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What answers at an address: a protocol that we harvest, or one that we only know by name.

    `url` is what to write in `sources.toml`, `count` how many datasets there are. `tried` says
    for each protocol that did not answer why.
    """

    url: str
    protocol: str | None = None
    is_harvested: bool = False
    count: int | None = None
    title: str | None = None
    tried: list[RunIssue] = []


def detect(url: str, fetch: Fetch) -> Detection:
    """Ask an address for each protocol in turn.

    Raises FetchError only where nothing on this host can be reached.
    """
    parts = urlsplit(url if "://" in url else f"https://{url}")
    path = parts.path
    for ending in _OF_PAGES:  # a page of the portal is as good
        path = path.partition(ending)[0]
    path = re.sub(r"/(?:fr|nl|en|de)$", "", path.rstrip("/"))
    address = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    given = urlunsplit(parts)
    tried: list[RunIssue] = []
    answers: dict[str, Page | FetchError] = {}
    for probe in PROBES:
        page = given if probe.path is None else f"{address}{probe.path}"
        answer = _asked(page, fetch, answers)
        if isinstance(answer, FetchError):
            if answer.code in _NOTHING_CAN_BE_REACHED:
                raise answer
            tried.append(_refusal(probe, answer.code, answer.params))
            continue
        sign = probe.recognise(answer)
        if sign is None:
            tried.append(_refusal(probe, "unexpected-answer", {}))
            continue
        return Detection(
            url=_source_url(probe, sign, page, address, parts.query),
            protocol=probe.protocol,
            is_harvested=True,
            count=sign.count,
            title=sign.title,
            tried=tried,
        )
    return Detection(url=given, tried=tried)


def _asked(page: str, fetch: Fetch, answers: dict[str, Page | FetchError]) -> Page | FetchError:
    """Ask for a page once, however many protocols want to see it."""
    if page not in answers:
        try:
            answers[page] = fetch.get_page(
                page, accept="application/json, */*;q=0.5", max_bytes=_MAX_BYTES
            )
        except FetchError as error:
            answers[page] = error
    return answers[page]


def _refusal(probe: Probe, reason: str, params: dict[str, object]) -> RunIssue:
    said = {"protocol": probe.protocol, "reason": reason, **params}
    return RunIssue(code="not-this-protocol", params=said, severity="info")


def _source_url(probe: Probe, sign: Sign, page: str, address: str, query: str) -> str:
    if sign.url is not None:
        return sign.url
    return page if probe.is_page else address + probe.source_path + _filters(probe.protocol, query)


def _filters(protocol: str, query: str) -> str:
    """Return the part of a query that a source's URL may carry."""
    known = HARVESTERS[protocol].url_parameters
    kept = [(name, value) for name, value in parse_qsl(query) if name in known]
    return f"?{urlencode(kept)}" if kept else ""
