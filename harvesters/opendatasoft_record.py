"""Turns an Opendatasoft dataset into one of ours. Pure: no input, no output.

A dataset with records is one table, whatever formats it is exported in: the first distribution is
the CSV export with column names (labels change with the language) and times in UTC; others follow
as alternatives. Its `expected_row_count` lets a cut export be noticed.
"""

import re
from typing import Any
from urllib.parse import quote, urlencode

from catalogue.licences import licence_id
from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import formats, themes, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

IGNORED = frozenset({"dataset_uid", "_links", "links", "interop_metas"})
IGNORED_METAS = frozenset({
    "custom", "inspire", "semantic", "explore", "processing", "visualization", "internal",
    "publishing_properties", "automation", "asset_content_configuration", "content_configuration",
    "dcat_ap", "dcat_ap_ch", "dcat_ap_de", "dcat_ap_sp", "dcat_ap_ie", "dcat_ap_vl",
    "dcat_ap_benap", "dcat_ap_it", "custom_view", "extra_metas", "sensitivity",
})  # fmt: skip
IGNORED_DEFAULTS = frozenset({
    "geographic_reference_auto", "geographic_area", "geographic_area_mode", "geometry_types",
    "bbox", "timezone", "metadata_languages", "modified_updates_on_metadata_change",
    "modified_updates_on_data_change", "parent_domain", "oauth_scope", "shared_catalog",
    "federated", "source_domain", "source_domain_title", "territory", "attributions", "theme_id",
    "update_frequency_label", "draft", "domain", "visibility",
})  # fmt: skip
IGNORED_DCAT = frozenset({
    "creator", "contributor", "contact_name", "contact_email", "granularity", "dataquality",
    "publisher_type", "conforms_to", "temporal", "temporal_coverage", "temporal_coverage_start",
    "temporal_coverage_end", "spatial", "issued", "accrualperiodicity",
    "accessrights", "relation", "publisher_url",
})  # fmt: skip
_PLACE = re.compile(r"(?:fr|be)_\d+_(\d[0-9AB]\d{3})", re.I)
_CSV = {
    "delimiter": ";",
    "list_separator": ",",
    "quote_all": "false",
    "with_bom": "true",
    "use_labels": "false",
    "timezone": "UTC",
}


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a catalogue entry into a dataset; what shows no data to the public is left out."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(_nested(raw.body))
    if fields.flag("data_visible") is False:
        fields.signal("not-visible", "info")
        return Parsed(issues=fields.issues)
    default, dcat = _metas(fields)
    name = fields.text("dataset_id") or raw.remote_id
    first = wording.language(default.text("language")) or (source.languages or ["und"])[0]
    title = default.texts("title", first) or {"und": name}
    data_modified = default.moment("data_processed")
    stated = default.moment("modified")
    licence, licence_url = _licence(default, source)
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        description=default.texts("description", first),
        publisher=_publisher(default, source, first),
        licence=licence,
        licence_url=licence_url,
        keywords={first: words} if (words := default.words("keyword")) else {},
        themes=_themes(default),
        languages=[first] if first != "und" else [],
        spatial=_places(default),
        landing_page=f"{raw.origin}/explore/dataset/{quote(name)}/",
        origin=_origin(default, raw.origin),
        created=dcat.moment("created") or dcat.moment("issued"),
        modified=default.moment("metadata_processed") or stated,
        data_modified=data_modified or stated,
        frequency=default.text("update_frequency") or dcat.text("accrualperiodicity"),
        distributions=_distributions(fields, default, raw.origin, name, first, data_modified),
    )
    default.unread(IGNORED_DEFAULTS)
    dcat.unread(IGNORED_DCAT)
    fields.unread(IGNORED)
    if not dataset.distributions:
        fields.signal("no-distribution", "info")
    return Parsed(dataset=dataset if dataset.distributions else None, issues=fields.issues)


def _nested(body: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with its metas as objects; some exports flatten them to dotted keys."""
    if isinstance(body.get("metas"), dict):
        return body
    found: dict[str, Any] = {"metas": {}}
    for key, value in body.items():
        group, dot, name = key.removeprefix("metas.").partition(".")
        if dot:
            found["metas"].setdefault(group, {})[name] = value
        else:
            found[key] = value
    return found


def _metas(fields: Fields) -> tuple[Fields, Fields]:
    metas = Fields(fields.mapping("metas"), where="metas", issues=fields.issues)
    default = Fields(metas.mapping("default"), where="metas.default", issues=fields.issues)
    dcat = Fields(metas.mapping("dcat"), where="metas.dcat", issues=fields.issues)
    metas.unread(IGNORED_METAS)
    return default, dcat


def _licence(default: Fields, source: Source) -> tuple[str | None, str | None]:
    name, url = default.text("license"), default.text("license_url")
    if not name and not url:
        return source.licence, None
    known = licence_id(name, url)
    if known is None:
        default.signal("unknown-licence", value=(name or url or "")[:120])
    return known or name or url, wording.link(url or name or "")


def _publisher(default: Fields, source: Source, first: str) -> Publisher:
    name = " / ".join(default.words("publisher"))
    known = source.publisher if isinstance(source.publisher, Publisher) else None
    if known and (not name or slug(name) == known.id or name in known.title.values()):
        return known
    if name:
        return Publisher(id=slug(name), title={first: name})
    fallback = source.publisher if isinstance(source.publisher, str) else source.id
    return Publisher(id=slug(fallback), title={"und": fallback})


def _themes(default: Fields) -> list[str]:
    found: list[str] = []
    for name in default.words("theme"):
        known = themes.codes(name)
        if not known:
            default.signal("unknown-theme", "info", value=name[:80])
        found += [code for code in known if code not in found]
    return found


def _places(default: Fields) -> list[str]:
    """Return the municipalities among references such as `fr_60_59350` and `be_50_57081`."""
    found = (_PLACE.fullmatch(word) for word in default.words("geographic_reference"))
    return [match.group(1).upper() for match in found if match]


def _origin(default: Fields, address: str) -> str | None:
    """Return where the data come from. A federated dataset lives on another portal."""
    domain = default.text("source_domain_address")
    there = default.text("source_dataset")
    references = next(
        (found for word in default.words("references") if (found := wording.link(word))), None
    )
    if domain and domain not in address:
        default.signal("federated", "info", domain=domain, dataset=there)
        return wording.link(f"https://{domain}/explore/dataset/{there or ''}") or references
    return references


def _distributions(
    fields: Fields, default: Fields, address: str, name: str, first: str, modified: str | None
) -> list[Distribution]:
    """Return the exports of the records, if there are any, and then the attached files."""
    found: list[Distribution] = []
    base = f"{address}/api/explore/v2.1/catalog/datasets/{quote(name, safe='@')}"
    columns = _columns(fields, first)
    row_count = default.count("records_count")
    has_geometry = "geo" in fields.words("features") or any(
        str(column.get("type")).startswith("geo_") for column in columns
    )
    if fields.flag("has_records"):
        exports: list[tuple[str, str, dict[str, str]]] = [("csv", "text/csv", _CSV)]
        if has_geometry:
            exports.append(("geojson", "application/geo+json", {"timezone": "UTC"}))
        exports.append(("parquet", "application/vnd.apache.parquet", {"timezone": "UTC"}))
        for export, media_type, options in exports:
            is_table = not found  # the others are the same records again
            found.append(
                Distribution(
                    remote_id=export,
                    url=f"{base}/exports/{export}?{urlencode(options)}",
                    format=export,
                    media_type=media_type,
                    modified=modified,
                    table=table_name(name) if is_table else None,
                    alternative_of=None if is_table else found[0].remote_id,
                    expected_row_count=row_count if is_table else None,
                    fields=columns if is_table else [],
                )
            )
    # The address of an alternative export is known from version 1 of the API only.
    old = f"{address}/api/datasets/1.0/{quote(name, safe='@')}"
    found += _attached(fields, "attachments", f"{base}/attachments", first)
    found += _attached(fields, "alternative_exports", f"{old}/alternative_exports", first)
    return found


def _columns(fields: Fields, first: str) -> list[dict[str, Any]]:
    """Return the publisher's words on the columns: name, title, description, type."""
    found: list[dict[str, Any]] = []
    for position, body in enumerate(fields.items("fields")):
        if not isinstance(body, dict):
            continue
        part = Fields(body, where=f"fields.{position}", issues=fields.issues)
        column: dict[str, Any] = {"name": part.text("name"), "type": part.text("type")}
        for key, name in (("title", "label"), ("description", "description")):
            if text := part.texts(name, first):
                column[key] = text
        part.unread(frozenset({"annotations"}))
        if column["name"]:
            found.append(column)
    return found


def _attached(fields: Fields, key: str, base: str, first: str) -> list[Distribution]:
    found: list[Distribution] = []
    for position, body in enumerate(fields.items(key)):
        if not isinstance(body, dict):
            continue
        part = Fields(body, where=f"{key}.{position}", issues=fields.issues)
        said = part.text("url") or ""
        own_id = part.text("id")
        # "odsfile://…" is a name inside the portal, no address
        url = wording.link(said) or (f"{base}/{quote(own_id)}" if own_id else None)
        if url is None:
            part.signal("bad-url", field="url", value=said[:200])
            continue
        media_type = part.text("mimetype")
        title = part.texts("title", first)
        found.append(
            Distribution(
                remote_id=f"{key}/{own_id or said}",
                url=url,
                title=title,
                format=formats.clean(None, said.removeprefix("odsfile://"), media_type),
                media_type=media_type,
            )
        )
        part.unread(frozenset({"description"}))
    return found
