"""Finds out which protocol answers at an address, for whoever wants to add a source.

Portals move: the same host served Opendatasoft, then a page, then something else. So the address
is asked, in the order of the most telling answer, and every refusal is kept to be shown.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import RunIssue
from harvesters import HARVESTERS


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
    """Ask an address for each protocol in turn; never raises FetchError but for the first."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    path = parts.path.partition("/api/")[0].partition("/explore")[0].rstrip("/")
    address = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    given = urlunsplit(parts)
    tried: list[RunIssue] = []
    for protocol, page in (
        ("datapackage", given if parts.path.endswith(".json") else f"{address}/datapackage.json"),
        ("opendatasoft", f"{address}/api/explore/v2.1/catalog/datasets?limit=1"),
        ("ckan", f"{address}/api/3/action/package_search?rows=1"),
        ("ckan", f"{address}/api/3/action/package_list"),
    ):
        try:
            body = fetch.get_json(page)
        except FetchError as error:
            params = {"protocol": protocol, "reason": error.code, **error.params}
            tried.append(RunIssue(code="not-this-protocol", params=params, severity="info"))
            if error.code in ("address-refused", "host-unknown", "bad-url", "scheme-refused"):
                raise  # nothing else on this host can be reached either
            continue
        found = _recognised(protocol, body)
        if found is None:
            params = {"protocol": protocol, "reason": "unexpected-answer"}
            tried.append(RunIssue(code="not-this-protocol", params=params, severity="info"))
            continue
        count, title = found
        return Detection(
            url=page if protocol == "datapackage" else address + _filters(protocol, parts.query),
            protocol=protocol,
            is_harvested=True,
            count=count,
            title=title,
            tried=tried,
        )
    return Detection(url=given, tried=tried)


def _filters(protocol: str, query: str) -> str:
    """Return the part of a query that a source's URL may carry."""
    known = HARVESTERS[protocol].url_parameters
    kept = [(name, value) for name, value in parse_qsl(query) if name in known]
    return f"?{urlencode(kept)}" if kept else ""


def _recognised(protocol: str, body: object) -> tuple[int | None, str | None] | None:
    """Return the number of datasets and a title, where the answer is the protocol's."""
    if not isinstance(body, dict):
        return None
    if protocol == "datapackage" and isinstance(body.get("resources"), list):
        title = body.get("title") or body.get("name")
        return 1, title if isinstance(title, str) else None
    if protocol == "opendatasoft" and isinstance(body.get("results"), list):
        count = body.get("total_count")
        return (count, None) if isinstance(count, int) else None
    result = body.get("result")
    if protocol != "ckan" or body.get("success") is not True:
        return None
    if isinstance(result, dict) and isinstance(result.get("count"), int):
        return result["count"], None
    return (len(result), None) if isinstance(result, list) else None
