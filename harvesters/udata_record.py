"""Turns a dataset of udata into one of ours. Pure: no input, no output.

Fields: https://www.data.gouv.fr/api/1/swagger.json . The owner of a dataset without an organisation
is a person, whose name is left out.
"""

import re

from catalogue.licences import licence_id
from catalogue.names import slug
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import fingerprint, formats, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

IGNORED = frozenset({
    "acronym", "badges", "community_resources", "contact_points", "description_short", "extras",
    "featured", "frequency_date", "frequency_label", "internal", "metrics", "owner", "permissions",
    "quality", "schema", "self_api_url", "self_web_url", "temporal_coverage", "uri",
    "access_type", "access_audiences", "access_type_reason", "access_type_reason_category",
    "authorization_request_url", "score", "organization_badge", "visible",
})  # fmt: skip
IGNORED_OF_RESOURCE = frozenset({
    "description", "filetype", "latest", "metrics", "harvest", "extras", "preview_url", "internal",
    "created_at", "published", "is_main", "deleted", "slug",
})  # fmt: skip
_ZONE = re.compile(r"fr:(?:commune|arrondissement):(\d[0-9AB]\d{3})(?:@.*)?", re.I)
_UNSAID = ("notspecified", "other-open", "other-at", "unknown")
# The kinds of a resource, in the order in which they may become tables.
_KINDS = ("main", "update", "api", "other", "code", "documentation")


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a dataset into ours; what is private, deleted or archived is left out."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    if not _is_wanted(fields):
        return Parsed(issues=fields.issues)
    first = (source.languages or ["fr"])[0]
    name = fields.text("slug") or raw.remote_id
    title = fields.texts("title", first) or {"und": name}
    licence = _licence(fields, source)
    fields.text("id")
    distributions = _distributions(fields, raw.origin, first)
    modified = fields.moment("last_modified")
    stated = fields.moment("last_update") or modified
    keywords = fields.words("tags")
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        description=fields.texts("description", first),
        publisher=_publisher(fields, source, first),
        licence=licence,
        keywords={first: [word.replace("-", " ") for word in keywords]} if keywords else {},
        languages=[first],
        spatial=_places(fields),
        landing_page=fields.link("page", raw.origin)
        or wording.link(f"datasets/{name}/", raw.origin),
        origin=_origin(fields),
        created=fields.moment("created_at"),
        modified=modified,
        data_modified=max((d.modified for d in distributions if d.modified), default=stated),
        frequency=_frequency(fields),
        distributions=distributions,
    )
    fields.unread(IGNORED)
    if not distributions:
        fields.signal("no-distribution", "info")
    return Parsed(dataset=dataset if distributions else None, issues=fields.issues)


def _is_wanted(fields: Fields) -> bool:
    is_private = fields.flag("private")
    states = [name for name in ("deleted", "archived") if fields.take(name)]
    if states:
        fields.signal("not-active", "info", state=states[0])
    elif is_private:
        fields.signal("private-record", "info")
    return not states and not is_private


def _code(fields: Fields, name: str) -> str | None:
    """Return a code: version 1 writes it as a text, version 2 as an object with an `id`."""
    value = fields.take(name)
    code = value.get("id") if isinstance(value, dict) else value
    return code.strip() or None if isinstance(code, str) else None


def _licence(fields: Fields, source: Source) -> str | None:
    said = _code(fields, "license")
    if not said or said.casefold() in _UNSAID:
        return source.licence
    known = licence_id(said)
    if known is None:
        fields.signal("unknown-licence", value=said[:120])
    return known or said


def _publisher(fields: Fields, source: Source, first: str) -> Publisher:
    part = Fields(fields.mapping("organization"))
    title = part.texts("name", first)
    known = source.publisher if isinstance(source.publisher, Publisher) else None
    if known and (not title or known.title.get(first) == title.get(first)):
        return known
    if title:
        named = part.text("slug") or next(iter(title.values()))
        return Publisher(id=slug(named), title=title)
    fallback = source.publisher if isinstance(source.publisher, str) else source.id
    return Publisher(id=slug(fallback), title={"und": fallback})


def _places(fields: Fields) -> list[str]:
    """Return the municipalities among zones such as `fr:commune:59350`, or the country."""
    zones = Fields(fields.mapping("spatial")).items("zones")
    names = [str(zone.get("id")) if isinstance(zone, dict) else str(zone) for zone in zones]
    codes = [found.group(1).upper() for name in names if (found := _ZONE.fullmatch(name))]
    return codes or (["FR"] if "country:fr" in names else [])


def _origin(fields: Fields) -> str | None:
    """Return where the data come from: most datasets were harvested from another portal."""
    harvest = fields.mapping("harvest")
    url = wording.link(str(harvest.get("remote_url") or ""))
    if url or harvest.get("remote_id"):
        domain = harvest.get("domain")
        fields.signal("federated", "info", domain=str(domain or url)[:200],
                      dataset=str(harvest.get("remote_id"))[:200])  # fmt: skip
    return url


def _frequency(fields: Fields) -> str | None:
    said = _code(fields, "frequency")
    return said if said and said.casefold() not in ("unknown", "notplanned") else None


def _distributions(fields: Fields, origin: str, first: str) -> list[Distribution]:
    found: list[tuple[int, Distribution]] = []
    for position, body in enumerate(fields.items("resources")):
        if not isinstance(body, dict):
            fields.signal("unexpected-value", field="resources", value=str(body)[:80])
            continue
        part = Fields(body, where=f"resources.{position}", issues=fields.issues)
        url = part.link("url", origin)
        if url is None:
            part.signal("resource-without-url")
            continue
        kind = part.text("type") or "other"
        found.append((_KINDS.index(kind) if kind in _KINDS else len(_KINDS),
                      _distribution(part, url, first)))  # fmt: skip
        part.unread(IGNORED_OF_RESOURCE)
    return [distribution for _rank, distribution in sorted(found, key=lambda pair: pair[0])]


def _distribution(part: Fields, url: str, first: str) -> Distribution:
    media_type = part.text("mime")
    part.take("schema")
    return Distribution(
        remote_id=part.text("id") or fingerprint.of_url(url),
        url=url,
        title=part.texts("title", first),
        format=formats.clean(part.text("format"), url, media_type),
        media_type=media_type if media_type and "/" in media_type else None,
        size_bytes=part.count("filesize"),
        modified=part.moment("last_modified"),
        checksum=_checksum(part.take("checksum")),
    )


def _checksum(value: object) -> str | None:
    if isinstance(value, dict):
        kind, digest = value.get("type"), value.get("value")
        return f"{kind}:{digest}" if isinstance(kind, str) and isinstance(digest, str) else None
    return value if isinstance(value, str) and value else None
