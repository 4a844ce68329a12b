"""Turns a CKAN package into a dataset. Pure: no input, no output.

Fields: https://docs.ckan.org/en/latest/api/#ckan.logic.action.get.package_show . Portals add
their own by ckanext-scheming, by extras, and in several languages by ckanext-fluent
(`title_translated`, or an object in the place of a text) or by hand (`title_nl`).
"""

import json
import re
from typing import Any

from catalogue.licences import licence_id
from catalogue.names import slug
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import fingerprint, formats, themes, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

# What we know and do not use. Persons' names and addresses are left out on purpose.
IGNORED = frozenset({
    "author", "author_email", "maintainer", "maintainer_email", "creator_user_id", "isopen",
    "num_resources", "num_tags", "owner_org", "relationships_as_object", "version", "revision_id",
    "relationships_as_subject", "type", "revision_timestamp", "display_name", "tracking_summary",
    "contact_name", "contact_email", "contact_uri", "guid", "identifier", "alternate_identifier",
    "spatial", "spatial_uri", "temporal_start", "temporal_end", "conforms_to", "access_rights",
    "provenance", "documentation", "version_notes", "publisher_email", "publisher_type",
    "publisher_identifier", "dcat_type", "has_version", "is_version_of", "sample", "is_opendata",
    "access_constraints", "responsible-party", "metadata_created", "metadata-date",
    "metadata-language", "uri",
    "num_followers", "followee_count", "plugin_data", "frequency-of-update", "coupled-resource",
})  # fmt: skip
IGNORED_PREFIXES = ("harvest_", "bbox", "contact", "dataset-reference-date", "import_")
IGNORED_OF_RESOURCE = frozenset({
    "description", "description_translated", "metadata_modified",
    "package_id", "position", "resource_type", "url_type", "cache_url", "cache_last_updated",
    "mimetype_inner", "datastore_active", "datastore_contains_all_records_of_source_file",
    "revision_id", "revision_timestamp", "resource_group_id", "ckan_url", "tracking_summary",
    "on_same_domain", "created", "webstore_url", "webstore_last_updated", "access_url", "rights",
    "license", "status", "conforms_to", "issued", "uri", "distribution_ref", "download_url",
    "total_record_count", "original_url", "task_created", "resource_id", "set_url_type",
    "ignore_hash", "hash_algorithm", "documentation", "availability", "compress_format",
    "package_format", "access_services", "plugin_data", "language",
})  # fmt: skip
_SIZE = re.compile(r"(\d+)\s*(?:octets?|bytes?|o|b)?", re.I)
_LANGUAGES = ("fr", "nl", "en", "de")


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a package into a dataset; private, deleted and foreign kinds are left out."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(_with_extras(raw.body))
    if not _is_wanted(fields):
        return Parsed(issues=fields.issues)
    languages = _languages(fields, source)
    first = languages[0] if languages else "und"
    name = fields.text("name") or raw.remote_id
    title = _translated(fields, "title", first) or {"und": name}
    licence, licence_url = _licence(fields, source)
    fields.text("id")
    distributions = _distributions(fields, raw.origin, first)
    stated = fields.moment("modified")
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        description=_translated(fields, "notes", first) or fields.texts("description", first),
        publisher=_publisher(fields, source, first, is_dkan=raw.body.get("type") == "Dataset"),
        licence=licence,
        licence_url=licence_url,
        keywords=_keywords(fields, first),
        themes=_themes(fields),
        languages=languages or [tag for tag in title if tag != "und"],
        landing_page=_landing_page(fields, raw.origin, name),
        origin=fields.link("url") or fields.link("source"),
        created=fields.moment("issued") or fields.moment("metadata_created"),
        modified=fields.moment("metadata_modified"),
        data_modified=max((d.modified for d in distributions if d.modified), default=stated),
        frequency=_frequency(fields),
        distributions=distributions,
    )
    fields.unread(IGNORED, IGNORED_PREFIXES)
    if not distributions:
        fields.signal("no-distribution", "info")
    return Parsed(dataset=dataset if distributions else None, issues=fields.issues)


def _with_extras(body: dict[str, Any]) -> dict[str, Any]:
    """Lay the extras beside the fields; a field wins over an extra of its name."""
    extras = body.get("extras")
    found: dict[str, Any] = {}
    for extra in extras if isinstance(extras, list) else []:
        if isinstance(extra, dict) and isinstance(extra.get("key"), str):
            found[extra["key"]] = extra.get("value")
    found.update({key: value for key, value in body.items() if key != "extras"})
    return found


def _is_wanted(fields: Fields) -> bool:
    kind = fields.text("type") or "dataset"
    state = fields.text("state") or "active"
    is_private = fields.flag("private")
    if kind.casefold() != "dataset":
        fields.signal("not-a-dataset", "info", type=kind)
        return False
    if state.casefold() != "active":
        fields.signal("not-active", "info", state=state)
        return False
    # DKAN writes "Dataset" and "Active", and "private" on records that it shows to everybody.
    if is_private and kind != "Dataset":
        fields.signal("private-record", "info")
        return False
    if is_private:
        fields.signal("private-but-public", "info")
    return True


def _languages(fields: Fields, source: Source) -> list[str]:
    said = fields.words("languages") + [
        word for text in fields.words("language") for word in _listed(text)
    ]
    found = [tag for word in said if (tag := wording.language(word))]
    return list(dict.fromkeys(found)) or source.languages


def _listed(text: str) -> list[str]:
    """Return the items of a list that an extra holds as text: JSON, or with commas."""
    if text.startswith("["):
        try:
            items = json.loads(text)
        except ValueError:
            return []
        return [str(item) for item in items]
    return [item.strip() for item in text.split(",") if item.strip()]


def _translated(fields: Fields, name: str, first: str) -> dict[str, str]:
    """Return a text in its languages, from each of the ways in which portals write them."""
    found = fields.texts(f"{name}_translated", first)
    for language in _LANGUAGES:
        if text := fields.texts(f"{name}_{language}", language):
            found.setdefault(language, text[language])
    plain = fields.texts(name, first)
    return found | {tag: text for tag, text in plain.items() if tag not in found}


def _publisher(fields: Fields, source: Source, first: str, *, is_dkan: bool) -> Publisher:
    organization = fields.mapping("organization")
    if is_dkan and not organization:  # DKAN has no organisations: its groups are who publishes
        groups = [group for group in fields.items("groups") if isinstance(group, dict)]
        organization = {"title": groups[0].get("title")} if groups else {}
    part = Fields(organization)  # an organisation's other fields are no business of a dataset
    title = _translated(part, "title", first) or part.texts("display_name", first)
    name = fields.text("publisher_name")
    url = fields.link("publisher_url") or fields.link("publisher_uri")
    if not title and name:
        return Publisher(id=slug(name), title={first: name}, url=url)
    if title:
        return Publisher(id=slug(part.text("name") or next(iter(title.values()))), title=title)
    if isinstance(source.publisher, Publisher):
        return source.publisher
    fallback = source.publisher or source.id
    return Publisher(id=slug(fallback), title={"und": fallback})


def _licence(fields: Fields, source: Source) -> tuple[str | None, str | None]:
    names = [fields.text(f"license_{key}") for key in ("url", "id", "title")]
    said = [name for name in names if name and name.casefold() not in ("notspecified", "none")]
    if not said:
        return source.licence, None
    known = licence_id(*said)
    if known is None:
        fields.signal("unknown-licence", value=said[-1][:120])
    links = (wording.link(text) for text in said if "://" in text)
    return known or said[-1], next(links, None)


def _keywords(fields: Fields, first: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for tag in fields.items("tags"):
        word = tag.get("display_name") or tag.get("name") if isinstance(tag, dict) else tag
        if isinstance(word, str) and word.strip() and word not in words:
            words.append(wording.plain(word))
    given = fields.take("keywords")
    for tag, values in given.items() if isinstance(given, dict) else ():
        texts = [wording.plain(v) for v in values if isinstance(v, str)] if values else []
        found[wording.language(str(tag)) or "und"] = texts
    if isinstance(given, list):
        words += [wording.plain(word) for word in given if isinstance(word, str)]
    if words and first not in found:
        found[first] = words
    return found


def _themes(fields: Fields) -> list[str]:
    names = [
        str(group.get("title") or group.get("display_name") or group.get("name"))
        for group in fields.items("groups")
        if isinstance(group, dict)
    ]
    names += [name for text in fields.words("theme") for name in _listed(text)]
    names += fields.words("themes")
    found: list[str] = []
    for name in names:
        known = themes.codes(name)
        if not known:
            fields.signal("unknown-theme", "info", value=name[:80])
        found += [code for code in known if code not in found]
    return found


def _landing_page(fields: Fields, origin: str, name: str) -> str | None:
    return fields.link("landing_page") or wording.link(f"dataset/{name}", origin)


def _frequency(fields: Fields) -> str | None:
    said = fields.text("frequency") or fields.text("accrual_periodicity")
    return said.rstrip("/").rpartition("/")[2].casefold() if said else None


def _distributions(fields: Fields, origin: str, first: str) -> list[Distribution]:
    found: list[Distribution] = []
    for position, body in enumerate(fields.items("resources")):
        if not isinstance(body, dict):
            fields.signal("unexpected-value", field="resources", value=str(body)[:80])
            continue
        part = Fields(body, where=f"resources.{position}", issues=fields.issues)
        if (part.text("state") or "active").casefold() != "active":
            part.signal("not-active", "info")
            continue
        url = part.link("url", origin)
        if url is None:
            part.signal("resource-without-url")
            continue
        found.append(_distribution(part, url, first))
        part.unread(IGNORED_OF_RESOURCE)
    return found


def _distribution(part: Fields, url: str, first: str) -> Distribution:
    media_type = part.text("mimetype")
    modified = part.moment("last_modified") or part.moment("metadata_modified")
    size = _SIZE.fullmatch(part.text("size") or "")
    return Distribution(
        remote_id=part.text("id") or fingerprint.of_url(url),
        url=url,
        title=_translated(part, "name", first),
        format=formats.clean(part.text("format"), url, media_type),
        media_type=media_type if media_type and "/" in media_type else None,
        size_bytes=int(size.group(1)) if size and int(size.group(1)) else None,
        modified=modified,
        checksum=part.text("hash"),
    )
