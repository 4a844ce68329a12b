"""Turns the description of a DCAT dataset into one of ours. Pure: no input, no output.

A value is `{"value": text, "lang": tag}` or a description of its own, with `@id` where it has an
address. See `harvesters/rdf.py`.
"""

import re
from typing import Any

from catalogue.licences import licence_id
from catalogue.names import slug
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import fingerprint, formats, themes, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

# What we know and do not use; `dcat:contactPoint` and `dct:creator` may be persons.
IGNORED = frozenset({
    "@id", "dct:identifier", "dcat:contactPoint", "dct:creator", "dct:contributor", "dct:temporal",
    "dct:conformsTo", "dct:accessRights", "dct:provenance", "dct:type", "dct:relation",
    "dct:references", "dct:source", "dct:isPartOf", "dct:hasPart", "dct:isReferencedBy",
    "dct:isVersionOf", "dct:hasVersion", "dct:replaces", "dct:isReplacedBy", "dct:spatial",
    "dct:rightsHolder", "dct:subject", "dct:abstract", "dct:alternative", "dct:created",
    "dct:updated", "dct:dateSubmitted", "dct:available", "dct:tableOfContents", "dct:requires",
    "dct:bibliographicCitation", "dct:extent", "dct:medium", "dct:format", "dct:coverage",
    "owl:versionInfo", "owl:versionNotes", "owl:sameAs", "adms:identifier", "adms:versionNotes",
    "adms:sample", "adms:status", "dcat:version", "dcat:hasVersion", "dcat:previousVersion",
    "dcat:inSeries", "dcat:spatialResolutionInMeters", "dcat:temporalResolution",
    "dcat:dataQuality", "dcat:granularity", "dcat:qualifiedRelation", "dcat:accessRights",
    "dcat:hasCurrentVersion", "dcat:catalog", "dcat:service", "dcat:endpointURL",
    "dcat:endpointDescription",
    "dcat:servesDataset", "dcat:record", "foaf:page", "foaf:thumbnail", "foaf:isPrimaryTopicOf",
    "foaf:homepage", "prov:wasGeneratedBy", "prov:qualifiedAttribution", "prov:wasDerivedFrom",
    "rdfs:seeAlso", "rdfs:label", "rdfs:comment", "schema:isPartOf", "skos:notation", "dcat:field",
    "dqv:hasQualityAnnotation", "dqv:hasQualityMeasurement", "cnt:characterEncoding", "vcard:fn",
    "odrl:hasPolicy", "dct:accessURL", "spdx:checksum", "dcat:bbox", "dcat:centroid", "dct:valid",
})  # fmt: skip
IGNORED_PREFIXES = (
    "geodcat:",
    "dcatap:",
    "mobilitydcatap:",
    "eli:",
    "https://project-open-data.cio.gov/",
    "https://data.vlaanderen.be/ns/",
)
IGNORED_OF_DISTRIBUTION = IGNORED | {
    "dct:description", "dct:language", "dct:rights", "dct:issued", "dcat:accessService",
    "dcat:packageFormat", "dcat:compressFormat", "dcat:keyword", "dcat:landingPage",
}  # fmt: skip
_LANGUAGES = ("fr", "nl", "en", "de")
# Where the same rows are offered in several formats, the one that says most of them comes first.
_RANK = ("csv", "geojson", "gpkg", "parquet", "xlsx", "json", "shp", "zip")
_LINK = re.compile(r"https?://[^\s<>\"']+")


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a dataset into ours; one without files is left out."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    stated = [tag for item in fields.items("dct:language") if (tag := _language(item))]
    languages = [tag for tag in _LANGUAGES if tag in stated] or stated or source.languages
    first = (source.languages or languages or ["und"])[0]
    title = _texts(fields, "dct:title", first) or {"und": raw.remote_id}
    distributions = _distributions(fields, raw.origin, first)
    licences = [*fields.items("dct:license"), *fields.items("dct:rights")]
    files = [item for item in raw.body.get("dcat:distribution", ()) if isinstance(item, dict)] if (
        isinstance(raw.body.get("dcat:distribution"), list)
    ) else []  # fmt: skip
    for file in files:
        for name in ("dct:license", "dct:rights"):
            listed = file.get(name)
            licences += listed if isinstance(listed, list) else []
    licence, licence_url = _licence(licences, fields, source)
    modified = _moment(fields, "dct:modified")
    issued = _moment(fields, "dct:issued")
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        description=_texts(fields, "dct:description", first),
        publisher=_publisher(fields, source, first),
        licence=licence,
        licence_url=licence_url,
        keywords=_keywords(fields, first),
        themes=_themes(fields),
        languages=list(dict.fromkeys(languages)) or [tag for tag in title if tag != "und"],
        landing_page=_link(fields, "dcat:landingPage", raw.origin) or wording.link(raw.remote_id),
        created=issued,
        modified=modified or issued,
        data_modified=max((d.modified for d in distributions if d.modified), default=modified),
        frequency=_frequency(fields),
        distributions=distributions,
    )
    fields.unread(IGNORED, IGNORED_PREFIXES)
    if not distributions:
        fields.signal("no-distribution", "info")
    return Parsed(dataset=dataset if distributions else None, issues=fields.issues)


def _said(item: Any) -> str | None:
    """Return the text or the address of a value."""
    if not isinstance(item, dict):
        return None
    found = item.get("value", item.get("@id"))
    return found.strip() or None if isinstance(found, str) else None


def _labels(item: Any, first: str) -> dict[str, str]:
    """Return the names of a thing that is described: an agent, a concept, a format."""
    if not isinstance(item, dict):
        return {}
    if isinstance(item.get("value"), str):
        return _of_languages([item], first)
    for name in ("foaf:name", "skos:prefLabel", "rdfs:label", "vcard:fn", "dct:title",
                 "vcard:organization-name", "schema:name", "rdf:value"):  # fmt: skip
        listed = item.get(name)
        if isinstance(listed, list) and (found := _of_languages(listed, first)):
            return found
    return {}


def _of_languages(items: list[Any], first: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items:
        text = item.get("value") if isinstance(item, dict) else None
        if isinstance(text, str) and (cleaned := wording.plain(text)):
            lang = item.get("lang")
            tag = wording.language(lang) if isinstance(lang, str) else first
            found.setdefault(tag or first, cleaned)
    order = [first, *_LANGUAGES]
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0])
                       if pair[0] in order else len(order)))  # fmt: skip


def _texts(fields: Fields, name: str, first: str) -> dict[str, str]:
    return _of_languages(fields.items(name), first)


def _language(item: Any) -> str | None:
    said = _said(item) or next(iter(_labels(item, "und").values()), "")
    return wording.language(said)


def _moment(fields: Fields, name: str) -> str | None:
    found = []
    for item in fields.items(name):
        text = _said(item)
        moment = wording.moment(text) if text else None
        if moment:
            found.append(moment)
        elif text and not re.fullmatch(r"\d{4}(-\d{2})?", text):  # a year or a month is no moment
            fields.signal("bad-date", field=name, value=text[:80])
    return max(found, default=None)


def _link(fields: Fields, name: str, base: str) -> str | None:
    said = [text for item in fields.items(name) if (text := _said(item))]
    links = [found for text in said if (found := wording.link(text, base))]
    if said and not links:
        fields.signal("bad-url", field=name, value=said[0][:200])
    return links[0] if links else None


def _publisher(fields: Fields, source: Source, first: str) -> Publisher:
    given = next((item for item in fields.items("dct:publisher") if _labels(item, first)), None)
    known = source.publisher if isinstance(source.publisher, Publisher) else None
    title = _labels(given, first)
    if known and (not title or set(title.values()) & set(known.title.values())):
        return known
    if title and isinstance(given, dict):
        home = given.get("foaf:homepage")
        links = [text for item in home if (text := _said(item))] if isinstance(home, list) else []
        return Publisher(id=slug(next(iter(title.values()))), title=title,
                         url=wording.link(links[0]) if links else None)  # fmt: skip
    fallback = source.publisher if isinstance(source.publisher, str) else source.id
    return Publisher(id=slug(fallback), title={"und": fallback})


def _licence(items: list[Any], fields: Fields, source: Source) -> tuple[str | None, str | None]:
    said: list[str] = []
    for item in items:
        own = _said(item)
        words = (
            [own, *_labels(item, "und").values()] if own else list(_labels(item, "und").values())
        )
        for text in words:
            said += [text, *_LINK.findall(text)]
    said = [wording.plain(text) for text in dict.fromkeys(said)]
    said = [text for text in said if text and "not specified" not in text.casefold()]
    if not said:
        return source.licence, None
    known = licence_id(*said)
    if known is None and source.licence is None:
        fields.signal("unknown-licence", value=said[0][:120])
    links = (found for text in said if "://" in text and (found := wording.link(text)))
    return known or source.licence or said[0][:200], next(links, None)


def _keywords(fields: Fields, first: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in fields.items("dcat:keyword"):
        for tag, word in _labels(item, first).items():
            if word not in found.setdefault(tag, []):
                found[tag].append(word)
    return found


def _themes(fields: Fields) -> list[str]:
    found: list[str] = []
    for item in fields.items("dcat:theme"):
        names = [*_labels(item, "und").values(), *([text] if (text := _said(item)) else [])]
        known = next((codes for name in names if (codes := themes.codes(name))), [])
        if names and not known:
            fields.signal("unknown-theme", "info", value=names[0][:80])
        found += [code for code in known if code not in found]
    return found


def _frequency(fields: Fields) -> str | None:
    for item in fields.items("dct:accrualPeriodicity"):
        if said := _said(item) or next(iter(_labels(item, "und").values()), None):
            return re.split(r"[/#]", said.rstrip("/"))[-1].casefold()
    return None


def _distributions(fields: Fields, origin: str, first: str) -> list[Distribution]:
    found: list[Distribution] = []
    # "dcat:distributions" was seen in answers of a GeoNetwork
    listed = [*fields.items("dcat:distribution"), *fields.items("dcat:distributions")]
    for position, body in enumerate(listed):
        if not isinstance(body, dict) or "value" in body:
            fields.signal("unexpected-value", field="dcat:distribution", value=str(body)[:80])
            continue
        part = Fields(body, where=f"dcat:distribution.{position}", issues=fields.issues)
        address = part.text("@id")
        download = _link(part, "dcat:downloadURL", origin)
        access = _link(part, "dcat:accessURL", origin)
        url = download or access
        if url is None:
            if len(body) > 1:  # else it is but a name, and the description is missing
                part.signal("resource-without-url")
            continue
        found.append(_distribution(part, url, address, first))
        part.take("dct:license")
        part.unread(IGNORED_OF_DISTRIBUTION, IGNORED_PREFIXES)
    unique = {distribution.remote_id: distribution for distribution in found}
    return sorted(unique.values(), key=_rank)


def _rank(distribution: Distribution) -> int:
    known = distribution.format
    return _RANK.index(known) if known in _RANK else len(_RANK)


def _distribution(part: Fields, url: str, address: str | None, first: str) -> Distribution:
    media_type = _first_said(part, "dcat:mediaType")
    spelling = _first_said(part, "dct:format")
    size = _first_said(part, "dcat:byteSize")
    if media_type and "://" in media_type:  # IANA's address of a type ends in the type
        media_type = "/".join(media_type.rstrip("/").split("/")[-2:])
    return Distribution(
        remote_id=address or fingerprint.of_url(url),
        url=url,
        title=_texts(part, "dct:title", first),
        format=formats.clean(spelling, url, media_type),
        media_type=media_type if media_type and "/" in media_type else None,
        size_bytes=int(float(size)) if size and re.fullmatch(r"\d{1,15}(\.0*)?", size) else None,
        modified=_moment(part, "dct:modified"),
    )


def _first_said(part: Fields, name: str) -> str | None:
    for item in part.items(name):
        if said := next(iter(_labels(item, "und").values()), None) or _said(item):
            return said
    return None
