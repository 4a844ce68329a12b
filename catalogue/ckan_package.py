"""Tells datasets, publishers and themes in the words of CKAN's Action API.

Fields as a CKAN 2.12 gives them. A package carries no key of its own making: CKAN's harvester sends
what it reads into CKAN's own schema, which refuses lists and objects that it does not know. What
CKAN has no field for stands in `extras`, as text.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from catalogue.dcat.description import Place
from catalogue.extents import extent_of_places
from catalogue.licences import LICENCES, Licence
from catalogue.records import LANGUAGES, Dataset, Distribution, Entry, Publisher, Table, Text

_OFFERED = ("csv", "geojson", "json", "xlsx", "parquet")
_NO_TAG = re.compile(r"[^\w \-.]+")


def package(entry: Entry, place: Place) -> dict[str, Any]:
    """Return a dataset as `package_show` gives it."""
    record = entry.dataset
    resources = _resources(entry, place)
    tags = list(dict.fromkeys(tag for words in record.keywords.values() for tag in tags_of(words)))
    licence = LICENCES.get(record.licence or "")
    stated_url = record.licence_url if _is_web(record.licence_url) else None
    return {
        "id": entry.id,
        "name": entry.id,
        "title": first(record.title) or entry.id,
        "notes": first(record.description),
        "url": f"{place.root}/datasets/{entry.id}",
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": bool(licence and licence.is_open),
        "author": first(record.publisher.title) or record.publisher.id,
        "author_email": None,
        "maintainer": None,
        "maintainer_email": None,
        "creator_user_id": None,
        "license_id": record.licence or "notspecified",
        "license_title": first(licence.title) if licence else record.licence,
        "license_url": stated_url or (licence.url if licence else None),
        "metadata_created": _moment(entry.created_at),
        "metadata_modified": _moment(modified(entry)),
        "version": _version(entry),
        "owner_org": record.publisher.id,
        "organization": organization(record.publisher),
        "groups": [{"id": code.lower(), "name": code.lower(), "title": code, "display_name": code}
                   for code in record.themes],
        "tags": [{"id": tag, "name": tag, "display_name": tag, "state": "active",
                  "vocabulary_id": None} for tag in tags],
        "num_tags": len(tags),
        "num_resources": len(resources),
        "resources": resources,
        "relationships_as_object": [],
        "relationships_as_subject": [],
        "extras": [{"key": key, "value": value} for key, value in _extras(entry, place).items()],
    }  # fmt: skip


def organization(publisher: Publisher, package_count: int | None = None) -> dict[str, Any]:
    """Return a publisher as an organization."""
    title = first(publisher.title) or publisher.id
    found = {
        "id": publisher.id,
        "name": publisher.id,
        "title": title,
        "display_name": title,
        "description": publisher.url or "",
        "image_url": "",
        "image_display_url": "",
        "type": "organization",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }
    return found if package_count is None else {**found, "package_count": package_count}


def licence(known: Licence) -> dict[str, Any]:
    """Return a licence as `license_list` gives it."""
    return {
        "id": known.id,
        "title": known.title["en"],
        "url": known.url,
        "status": "active",
        "od_conformance": "approved" if known.is_open else "rejected",
        "osd_conformance": "not reviewed",
        "domain_data": True,
        "is_okd_compliant": known.is_open,
    }


def tags_of(words: Iterable[str]) -> list[str]:
    """Return keywords as CKAN takes them: letters, digits, spaces, `-`, `_` and `.`, 2 to 100."""
    cleaned = (" ".join(_NO_TAG.sub(" ", word).split())[:100].strip() for word in words)
    return [tag for tag in cleaned if len(tag) >= 2]


def modified(entry: Entry) -> str:
    """Return when a dataset last changed here: its description or its data."""
    return max(entry.updated_at, entry.data_updated_at or "")


def first(found: Text) -> str:
    """Return a text in the language that it was written in first; "" where there is none."""
    return next((value for value in found.values() if value), "")


def _moment(value: str) -> str:
    return value.removesuffix("Z")


def _version(entry: Entry) -> str | None:
    current = [table.current for table in entry.tables if table.current]
    return str(current[0].n) if len(current) == 1 else None


def _extras(entry: Entry, place: Place) -> dict[str, str]:
    record = entry.dataset
    found = {
        "uri": f"{place.root}/datasets/{entry.id}",
        "language": json.dumps(record.languages) if record.languages else "",
        "theme": json.dumps([
            f"http://publications.europa.eu/resource/authority/data-theme/{code}"
            for code in record.themes
        ]) if record.themes else "",
        "frequency": record.frequency or "",
        "issued": record.created or "",
        "modified": record.data_modified or entry.data_updated_at or "",
        "access_rights": "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
        "publisher_name": first(record.publisher.title),
        "publisher_url": record.publisher.url or "",
        "landing_page": record.landing_page or "",
        "spatial": _area(record),
    }  # fmt: skip
    for lang in LANGUAGES:
        found[f"title_{lang}"] = record.title.get(lang, "")
        found[f"notes_{lang}"] = record.description.get(lang, "")
    return {key: value for key, value in found.items() if value}


def _area(record: Dataset) -> str:
    """Return the area as the GeoJSON that ckanext-spatial reads."""
    box = extent_of_places(record.spatial)
    if box is None:
        return ""
    ring = [
        [box.west, box.south], [box.east, box.south], [box.east, box.north],
        [box.west, box.north], [box.west, box.south],
    ]  # fmt: skip
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _resources(entry: Entry, place: Place) -> list[dict[str, Any]]:
    found = [
        each for table in entry.tables if table.current for each in _of_table(entry, table, place)
    ]
    if not found:
        found = [
            _theirs(entry, number, file)
            for number, file in enumerate(entry.dataset.distributions, start=1)
            if _is_web(file.url)
        ]
    return [{**one, "position": place_} for place_, one in enumerate(found)]


def _of_table(entry: Entry, table: Table, place: Place) -> list[dict[str, Any]]:
    version = table.current
    if version is None:
        return []
    found = []
    for form in _OFFERED:
        if form not in place.formats_of(version):
            continue
        known = place.bytes_of(version, form)
        title = first(table.title) or version.table
        found.append(
            {
                **_resource(entry, f"{version.table}-{form}", f"{title} ({form.upper()})"),
                "url": f"{place.root}/data/{version.table}.{form}",
                "format": form.upper() if form != "geojson" else "GeoJSON",
                "mimetype": place.media_types[form].partition(";")[0],
                "size": known.size_bytes if known else None,
                "hash": f"sha256:{known.sha256}" if known else "",
                "created": _moment(version.created_at),
                "last_modified": _moment(version.created_at),
                "metadata_modified": _moment(version.created_at),
            }
        )
    return found


def _theirs(entry: Entry, number: int, file: Distribution) -> dict[str, Any]:
    return {
        **_resource(entry, f"{entry.id}--{number}", first(file.title) or file.remote_id),
        "url": file.url,
        "format": (file.format or "").upper(),
        "mimetype": file.media_type,
        "size": file.size_bytes,
        "hash": file.checksum or "",
        "created": _moment(entry.created_at),
        "last_modified": _moment(file.modified) if file.modified else None,
        "metadata_modified": _moment(entry.updated_at),
    }


def _resource(entry: Entry, id_: str, name: str) -> dict[str, Any]:
    return {
        "id": id_,
        "package_id": entry.id,
        "name": name,
        "description": "",
        "state": "active",
        "url_type": None,
        "resource_type": None,
        "mimetype_inner": None,
        "cache_url": None,
        "cache_last_updated": None,
        "datastore_active": False,
    }


def _is_web(address: str | None) -> bool:
    return address is not None and address.lower().startswith(("https://", "http://"))
