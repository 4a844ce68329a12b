"""Turns a dataset of Data Fair into one of ours. Pure: no input, no output."""

from typing import Any
from urllib.parse import quote

from catalogue.licences import licence_id
from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import formats, themes, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

API = "/data-fair/api/v1"
LINES = "lines"
# How a dataset is kept, shown, indexed and shared; persons and what they may do.
IGNORED = frozenset({
    "id", "slug", "href", "image", "thumbnails", "previews", "storage", "status", "errorStatus",
    "errorRetry", "createdBy", "updatedBy", "dataUpdatedBy", "finalizedAt", "primaryKey", "bbox",
    "timePeriod", "timeZone", "projection", "extensions", "masterData", "publications",
    "publicationSites", "requestedPublicationSites", "hasFiles", "attachmentsAsImage", "virtual",
    "isVirtual", "isRest", "rest", "exports", "extras", "analysis", "permissions", "readApiKey",
    "esWarning", "draft", "remoteFile", "attachments", "spatial", "temporal", "userPermissions",
    "public", "visibility", "summary", "customMetadata", "relatedDatasets", "conformsTo",
    "modified", "loaded", "descendants", "integrity", "history", "_uniqueRefs",
})  # fmt: skip
IGNORED_PREFIXES = ("_",)


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a dataset into one of ours; one without data is left out."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    first = (source.languages or ["und"])[0]
    title = fields.texts("title", first) or {"und": raw.remote_id}
    changed = fields.moment("dataUpdatedAt")
    licence, licence_url = _licence(fields, source)
    keywords = fields.words("keywords")
    distributions = _distributions(fields, raw, first, changed)
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        description=fields.texts("description", first),
        publisher=_publisher(fields, source, first),
        licence=licence,
        licence_url=licence_url,
        keywords={first: keywords} if keywords else {},
        themes=_themes(fields),
        languages=source.languages,
        landing_page=fields.link("page"),
        origin=wording.link(fields.text("origin") or ""),
        created=fields.moment("createdAt"),
        modified=fields.moment("updatedAt"),
        data_modified=changed,
        frequency=fields.text("frequency"),
        distributions=distributions,
    )
    fields.unread(IGNORED, IGNORED_PREFIXES)
    if not distributions:
        fields.signal("no-distribution", "info")
    return Parsed(dataset=dataset if distributions else None, issues=fields.issues)


def _distributions(fields: Fields, raw: Raw, first: str, changed: str | None) -> list[Distribution]:
    columns = _columns(fields, first)
    row_count = fields.count("count")
    original = fields.mapping("originalFile") or fields.mapping("file")
    fields.take("file")
    if fields.flag("isMetaOnly"):
        return []
    base = f"{raw.origin}{API}/datasets/{quote(raw.remote_id, safe='')}"
    name = original.get("name")
    if isinstance(name, str) and name:
        media_type = original.get("mimetype")
        told = media_type if isinstance(media_type, str) and "/" in media_type else None
        size = original.get("size")
        return [
            Distribution(
                remote_id="raw",
                url=f"{base}/raw",
                title={"und": name},
                format=formats.clean(name.rpartition(".")[2] if "." in name else None, "", told),
                media_type=told,
                size_bytes=size if isinstance(size, int) and size > 0 else None,
                modified=changed,
                table=table_name(raw.remote_id),
                fields=columns,
            )
        ]
    if not columns:
        return []
    return [
        Distribution(
            remote_id=LINES,
            url=f"{base}/lines",
            format="data-fair",
            media_type="application/json",
            modified=changed,
            table=table_name(raw.remote_id),
            expected_row_count=row_count,
            fields=columns,
        )
    ]


def _columns(fields: Fields, first: str) -> list[dict[str, Any]]:
    """Return the publisher's words on the columns; those that are calculated start with `_`."""
    found: list[dict[str, Any]] = []
    for body in fields.items("schema"):
        key = body.get("key") if isinstance(body, dict) else None
        if not isinstance(key, str) or not key or key.startswith("_"):
            continue
        column: dict[str, Any] = {"name": key, "type": str(body.get("format") or body.get("type"))}
        for ours, theirs in (("title", "title"), ("description", "description")):
            text = body.get(theirs)
            if isinstance(text, str) and text.strip() and text != key:
                column[ours] = {first: wording.plain(text)}
        found.append(column)
    return found


def _licence(fields: Fields, source: Source) -> tuple[str | None, str | None]:
    body = fields.take("license")
    said = [body] if isinstance(body, str) else []
    if isinstance(body, dict):
        said = [text for key in ("title", "href") if isinstance(text := body.get(key), str)]
    said = [text for text in said if text.strip()]
    if not said:
        return source.licence, None
    known = licence_id(*said)
    if known is None:
        fields.signal("unknown-licence", value=said[0][:120])
    links = (wording.link(text) for text in said if "://" in text)
    return known or source.licence or said[0][:200], next(links, None)


def _publisher(fields: Fields, source: Source, first: str) -> Publisher:
    owner = fields.mapping("owner")
    creator = fields.text("creator")
    if isinstance(source.publisher, Publisher):
        return source.publisher
    # an owner may be a person
    name = owner.get("name") if owner.get("type") == "organization" else None
    shown = creator or (name if isinstance(name, str) else None)
    if shown:
        return Publisher(id=slug(shown), title={first: shown})
    fallback = source.publisher or source.id
    return Publisher(id=slug(fallback), title={"und": fallback})


def _themes(fields: Fields) -> list[str]:
    found: list[str] = []
    for topic in fields.items("topics"):
        name = topic.get("title") if isinstance(topic, dict) else topic
        if not isinstance(name, str):
            continue
        known = themes.codes(name)
        if not known:
            fields.signal("unknown-theme", "info", value=name[:80])
        found += [code for code in known if code not in found]
    return found
