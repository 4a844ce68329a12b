"""Turns a Dublin Core record of a CSW into a dataset. Pure: no input, no output.

Elements: https://portal.ogc.org/files/?artifact_id=20555 , table 6. GeoNetwork adds `URI`, with
`protocol` and `name`. Creators and contributors may be persons, whose names are left out.
"""

from typing import Any
from urllib.parse import quote

from catalogue.licences import licence_id
from catalogue.names import slug
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import fingerprint, formats, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

IGNORED = frozenset({
    "identifier", "creator", "contributor", "source", "relation", "coverage", "spatial",
    "temporal", "BoundingBox", "WGS84BoundingBox", "format", "extent", "medium", "conformsTo",
    "isPartOf", "hasPart", "isReferencedBy", "isVersionOf", "replaces", "audience", "valid",
    "alternative", "provenance", "lineage", "tableOfContents", "description", "accessRights",
})  # fmt: skip
_DATASETS = ("dataset", "nongeographicdataset", "series", "dataset collection", "")
_SERVICES = {"wfs": "wfs", "wms": "wms", "wmts": "wmts", "wcs": "wcs", "ogcfeat": "ogc-api",
             "ogc-api": "ogc-api", "esri:rest": "api", "sos": "api"}  # fmt: skip
# The kinds of restrictions of ISO 19115, which pycsw and GeoNetwork put in the place of a licence:
# they tell that there are terms, and not which.
_KINDS_OF_TERMS = ("otherrestrictions", "license", "licence", "copyright", "unrestricted",
                   "intellectualpropertyrights", "patent", "trademark")  # fmt: skip
_PICTURES = ("image", "thumbnail", "overview")


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a record into a dataset; services, maps and records without a link are left out."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    kind = (_text(fields, "type") or "").casefold()
    if kind.rpartition("/")[2] not in _DATASETS:
        fields.signal("not-a-dataset", "info", type=kind[:40])
        return Parsed(issues=fields.issues)
    stated = wording.language(_text(fields, "language"))
    first = stated or (source.languages or ["und"])[0]
    shown = _text(fields, "title")
    title = {first: wording.plain(shown)} if shown else {"und": raw.remote_id}
    abstract = _text(fields, "abstract")
    words = list(dict.fromkeys(wording.plain(word) for word in _texts(fields, "subject")))
    distributions = _distributions(fields, raw, first)
    modified = _moment(fields, "modified")
    dated = _moment(fields, "date")
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        description={first: wording.plain(abstract)} if abstract else {},
        publisher=_publisher(fields, source, first),
        licence=_licence(fields, source),
        keywords={first: words} if words else {},
        languages=[stated] if stated else source.languages,
        landing_page=_landing_page(raw),
        created=_moment(fields, "created") or _moment(fields, "issued"),
        modified=modified or dated,
        data_modified=modified or dated,
        distributions=distributions,
    )
    fields.unread(IGNORED)
    if not distributions:
        fields.signal("no-distribution", "info")
    return Parsed(dataset=dataset if distributions else None, issues=fields.issues)


def _texts(fields: Fields, name: str) -> list[str]:
    found = [item.get("text") for item in fields.items(name) if isinstance(item, dict)]
    return [text for text in found if isinstance(text, str) and text]


def _text(fields: Fields, name: str) -> str | None:
    return next(iter(_texts(fields, name)), None)


def _moment(fields: Fields, name: str) -> str | None:
    found = []
    for text in _texts(fields, name):
        moment = wording.moment(text)
        if moment:
            found.append(moment)
        elif not text[:4].isdecimal():  # a year or a month is no moment, and no mistake
            fields.signal("bad-date", field=name, value=text[:80])
    return max(found, default=None)


def _publisher(fields: Fields, source: Source, first: str) -> Publisher:
    name = _text(fields, "publisher")
    if isinstance(source.publisher, Publisher):
        return source.publisher
    shown = name or source.publisher or source.id
    return Publisher(id=slug(shown), title={first if name else "und": shown})


def _licence(fields: Fields, source: Source) -> str | None:
    said = [wording.plain(text) for name in ("license", "rights") for text in _texts(fields, name)]
    said = [text for text in said if not _is_kind_of_terms(text.casefold())]
    known = licence_id(*said)
    if known is None and source.licence is None and said:
        fields.signal("unknown-licence", value=said[0][:120])
    return known or source.licence or (said[0][:200] if said else None)


def _is_kind_of_terms(text: str) -> bool:
    """Say whether a text is of a list of codes, of ISO or of INSPIRE, and names no licence."""
    return text in _KINDS_OF_TERMS or "inspire.ec.europa.eu/metadata-codelist/" in text


def _landing_page(raw: Raw) -> str | None:
    """Return the page of a record, where it is known how a catalogue names it."""
    top, found, _rest = raw.origin.partition("/geonetwork/")
    if not found:
        return None
    return wording.link(f"{top}/geonetwork/srv/api/records/{quote(raw.remote_id, safe='')}")


def _distributions(fields: Fields, raw: Raw, first: str) -> list[Distribution]:
    found: dict[str, Distribution] = {}
    for item in [*fields.items("URI"), *fields.items("references")]:
        if not isinstance(item, dict) or not isinstance(item.get("text"), str):
            continue
        url = wording.link(item["text"], raw.origin)
        protocol = _said(item, "protocol") or _said(item, "scheme") or ""
        if url is None:
            fields.signal("bad-url", field="references", value=item["text"][:200])
            continue
        if any(word in protocol.casefold() for word in _PICTURES):
            continue
        title = _said(item, "description") or _said(item, "name")
        if any(known.url == url and not title for known in found.values()):
            continue  # GeoNetwork lists a link as `URI` and once more, bare, as `references`
        # several layers of one service have one address
        own_id = f"{fingerprint.of_url(url)}{slug(_said(item, 'name') or '')}"
        found.setdefault(
            own_id,
            Distribution(
                remote_id=own_id[:120],
                url=url,
                title={first: wording.plain(title)} if title else {},
                format=_format(protocol, url),
            ),
        )
    return list(found.values())


def _said(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _format(protocol: str, url: str) -> str | None:
    told = protocol.casefold()
    for word, known in _SERVICES.items():
        if word in told:
            return known
    known_format = formats.clean(None, url, protocol if "/" in protocol else None)
    if known_format is None and "www:link" in told:
        return "html"
    return known_format
