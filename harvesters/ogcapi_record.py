"""Turns a collection of OGC API Features into a dataset. Pure: no input, no output."""

from typing import Any
from urllib.parse import quote

from catalogue.licences import licence_id
from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

IGNORED = frozenset({
    "id", "name", "extent", "crs", "storageCrs", "storageCrsCoordinateEpoch", "itemType", "links",
    "providers", "stac_version", "type", "summaries", "item_count", "itemCount", "geometryType",
    "defaultStyle", "crsCoordinates", "queryables", "license", "schema", "data_queries",
    "output_formats", "parameter_names", "linkTemplates", "resourceTypes",
})  # fmt: skip


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a collection into a dataset; one of records or maps is left out."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    links = [link for link in fields.items("links") if isinstance(link, dict)]
    kind = raw.body.get("itemType")
    # data-api calls a table without geometry "record", and offers it for download
    is_table = any(link.get("rel") == "enclosure" for link in links)
    if isinstance(kind, str) and kind.casefold() not in ("feature", "unknown") and not is_table:
        fields.signal("not-a-dataset", "info", type=kind[:40])
        return Parsed(issues=fields.issues)
    first = (source.languages or ["und"])[0]
    title = fields.texts("title", first) or {"und": raw.remote_id}
    licence, licence_url = _licence(links, raw.body.get("license"), source)
    keywords = fields.words("keywords")
    modified = fields.moment("updated")
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
        languages=source.languages,
        landing_page=_page_of(links, raw),
        created=fields.moment("created"),
        modified=modified,
        data_modified=modified,
        distributions=[
            Distribution(
                remote_id="items",
                url=f"{raw.origin}/collections/{quote(raw.remote_id)}/items",
                title=title,
                format="ogc-api",
                media_type="application/geo+json",
                table=table_name(raw.remote_id),
            )
        ],
    )
    fields.unread(IGNORED)
    return Parsed(dataset=dataset, issues=fields.issues)


def _publisher(fields: Fields, source: Source, first: str) -> Publisher:
    said = fields.text("attribution")
    if isinstance(source.publisher, Publisher):
        return source.publisher
    name = wording.plain(said) if said else source.publisher or source.id
    return Publisher(id=slug(name), title={first if said else "und": name})


def _licence(
    links: list[dict[str, Any]], stated: Any, source: Source
) -> tuple[str | None, str | None]:
    said = [link for link in links if link.get("rel") == "license"]
    texts = [str(link[key]) for link in said for key in ("href", "title") if link.get(key)]
    texts += [stated] if isinstance(stated, str) else []
    if not texts:
        return source.licence, None
    url = next((found for text in texts if "://" in text and (found := wording.link(text))), None)
    return licence_id(*texts) or source.licence or texts[0], url


def _page_of(links: list[dict[str, Any]], raw: Raw) -> str | None:
    for link in links:
        is_page = link.get("type") == "text/html" and link.get("rel") in (
            "alternate", "canonical", "self", "items",
        )  # fmt: skip
        if is_page and (found := wording.link(str(link.get("href")), f"{raw.origin}/")):
            return found
    return wording.link(f"{raw.origin}/collections/{quote(raw.remote_id)}")
