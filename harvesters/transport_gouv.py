"""Harvests transport.data.gouv.fr, the French national access point to data on transport.

Its `/api/datasets` (https://transport.data.gouv.fr/swaggerui) is one answer with everything, and
knows no filter: `?place=Lille` in the source's URL (it may repeat) keeps the datasets that name one
of these places in their title, the area that they cover or their owners.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.licences import licence_id
from catalogue.names import fold, slug
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import fingerprint, formats, paging, wording
from harvesters.contract import Harvester, Parsed, Raw
from harvesters.fields import Fields

PARAMETERS = frozenset({"place"})
IGNORED = frozenset({
    "id", "datagouv_id", "aom", "aoms", "region", "community_resources", "type", "sub_types",
    "custom_tags", "counters", "history", "conversions", "slug", "logo", "is_active",
    "format", "formats", "covered_area", "legal_owners", "offers", "has_realtime",
})  # fmt: skip
IGNORED_OF_RESOURCE = frozenset({
    "features", "modes", "metadata", "is_available", "schema_version", "schema_name", "page_url",
    "end_calendar_validity", "start_calendar_validity", "content_hash", "conversions", "type",
    "datagouv_id", "description", "display_position", "community_resource_publisher", "siri",
    "validation", "type_", "original_resource_url", "is_community_resource", "filetype",
    "latest_url",
})  # fmt: skip
_PAGES_IN_ONE = 4  # its one answer is larger than a page of other portals may be


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read every dataset that speaks of the source's places."""
    parts = urlsplit(source.url)
    path = parts.path.partition("/api")[0].rstrip("/")
    address = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    places = [fold(value) for name, value in parse_qsl(parts.query) if name == "place"]
    url = f"{address}/api/datasets"
    found = fetch.get_json(url, max_bytes=_PAGES_IN_ONE * fetch.settings.max_page_bytes)
    if not isinstance(found, list):
        raise FetchError("unexpected-answer", url=url, expected="list")
    seen: set[str] = set()
    for position, body in enumerate(found):
        if places and not _speaks_of(body, places):
            continue
        row_id = _id(body, position)
        yield paging.raw(paging.Row(row_id, body, row_id in seen), address)
        seen.add(row_id)


def _id(body: Any, position: int) -> str:
    found = body.get("datagouv_id") or body.get("id") if isinstance(body, dict) else None
    return str(found) if found else f"#{position}"


def _speaks_of(body: Any, places: list[str]) -> bool:
    if not isinstance(body, dict):
        return False
    told = [body.get(name) for name in ("title", "covered_area", "legal_owners", "aom", "aoms")]
    text = fold(str(told))
    return any(place in text for place in places)


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a dataset of the access point into ours; its files lie with whoever runs the network."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    first = (source.languages or ["fr"])[0]
    title = fields.texts("title", first) or {"und": raw.remote_id}
    landing_page = fields.link("page_url", raw.origin)
    keywords = fields.words("tags")
    distributions = _distributions(fields, raw.origin, first)
    stated = fields.moment("updated")
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        description=fields.texts("description", first),
        publisher=_publisher(fields, source, first),
        licence=_licence(fields, source),
        keywords={first: keywords} if keywords else {},
        themes=["TRAN"],
        languages=[first],
        landing_page=landing_page,
        origin=_origin(raw),
        created=fields.moment("created_at"),
        modified=stated,
        data_modified=max((d.modified for d in distributions if d.modified), default=stated),
        distributions=distributions,
    )
    fields.unread(IGNORED)
    if not distributions:
        fields.signal("no-distribution", "info")
    return Parsed(dataset=dataset if distributions else None, issues=fields.issues)


def _origin(raw: Raw) -> str | None:
    """Return the dataset on data.gouv.fr, of which the access point shows a part."""
    known = raw.body.get("datagouv_id")
    return wording.link(f"https://www.data.gouv.fr/datasets/{known}/") if known else None


def _publisher(fields: Fields, source: Source, first: str) -> Publisher:
    part = fields.mapping("publisher")
    owners = fields.take("legal_owners")
    aoms = owners.get("aoms") if isinstance(owners, dict) else None
    names = [part.get("name")] + [
        owner.get("name") for owner in (aoms if isinstance(aoms, list) else [])
        if isinstance(owner, dict)
    ]  # fmt: skip
    name = next((text.strip() for text in names if isinstance(text, str) and text.strip()), None)
    if name:
        return Publisher(id=slug(name), title={first: name})
    if isinstance(source.publisher, Publisher):
        return source.publisher
    fallback = source.publisher or source.id
    return Publisher(id=slug(fallback), title={"und": fallback})


def _licence(fields: Fields, source: Source) -> str | None:
    said = fields.text("licence")
    if not said or said.casefold() == "notspecified":
        return source.licence
    known = licence_id(said)
    if known is None:
        fields.signal("unknown-licence", value=said[:120])
    return known or said


def _distributions(fields: Fields, origin: str, first: str) -> list[Distribution]:
    found: list[Distribution] = []
    for position, body in enumerate(fields.items("resources")):
        if not isinstance(body, dict):
            fields.signal("unexpected-value", field="resources", value=str(body)[:80])
            continue
        part = Fields(body, where=f"resources.{position}", issues=fields.issues)
        stable, url = part.link("original_url", origin), part.link("url", origin)
        if (address := stable or url) is None:
            part.signal("resource-without-url")
            continue
        found.append(
            Distribution(
                remote_id=part.text("id") or fingerprint.of_url(address),
                url=address,
                title=part.texts("title", first),
                format=formats.clean(part.text("format"), address),
                size_bytes=part.count("filesize"),
                modified=part.moment("updated"),
            )
        )
        part.unread(IGNORED_OF_RESOURCE)
    return found


TRANSPORT_GOUV = Harvester(records=records, parse=parse, url_parameters=PARAMETERS)
