"""The actions, each a function of the services and what is asked.

https://docs.ckan.org/en/latest/api/ ; which of them clients call was read from ckanapi 4.11 and
ckanext-harvest, and seen in the log of a CKAN 2.12.
"""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from catalogue.ckan_package import licence, organization, package, tags_of
from catalogue.errors import NotFound
from catalogue.licences import LICENCES
from catalogue.search import Query
from catalogue.store import datasets, versions
from catalogue.store.publishers import Holder
from portal.ckan.asked import ActionError, Asked, not_found
from portal.ckan.search import search
from portal.context import public_root
from portal.files import place_here
from portal.publisher_report import holders
from portal.services import Services

_MOST = 1_000_000
_PACKAGES_AT_ONCE = 1_000
# The version of the API that we speak; clients look at it before they ask for more.
CKAN_VERSION = "2.11.0"
TITLE = "Eurometropolis Data"

Action = Callable[[Services, Asked], Any]


def package_list(services: Services, asked: Asked) -> list[str]:
    """Return the names of the datasets."""
    return _part(datasets.findable_ids(services.store), asked)


def package_show(services: Services, asked: Asked) -> dict[str, Any]:
    """Return one dataset, by name or by the address that an older client kept."""
    name = (asked.text("id") or asked.required("name_or_id")).rpartition("/datasets/")[2]
    try:
        entry = datasets.get(services.store, name)
    except NotFound:
        raise not_found() from None
    if entry.is_archived or not _is_findable(services, name):
        raise not_found()
    return package(entry, place_here(is_made=True))


def current_package_list_with_resources(services: Services, asked: Asked) -> list[dict[str, Any]]:
    """Return datasets whole, the newest first."""
    moments = datasets.modified_at(services.store)
    ids = datasets.findable_ids(services.store)
    newest = sorted(ids, key=lambda id_: (moments.get(id_, ""), id_), reverse=True)
    wanted = _part(newest, asked)[:_PACKAGES_AT_ONCE]
    entries, _ = datasets.readable(services.store, wanted)
    place = place_here()
    return [package(entry, place) for entry in entries]


def organization_list(services: Services, asked: Asked) -> list[Any]:
    """Return the publishers."""
    listed = [holder for holder in holders(services) if holder.dataset_ids]
    listed.sort(key=lambda holder: holder.publisher.id)
    wanted = set(asked.names("organizations"))
    listed = [h for h in listed if not wanted or h.publisher.id in wanted]
    part = _part(listed, asked)
    if asked.flag("all_fields"):
        return [_organization(holder) for holder in part]
    return [holder.publisher.id for holder in part]


def organization_show(services: Services, asked: Asked) -> dict[str, Any]:
    """Return one publisher."""
    name = asked.required("id")
    for holder in holders(services):
        if holder.publisher.id == name:
            found = {**_organization(holder), "users": [], "tags": [], "groups": [], "extras": []}
            if asked.flag("include_datasets"):
                wanted = list(holder.dataset_ids)[:_PACKAGES_AT_ONCE]
                entries, _ = datasets.readable(services.store, wanted)
                found["packages"] = [package(entry, place_here()) for entry in entries]
            return found
    raise not_found()


def group_list(services: Services, asked: Asked) -> list[Any]:
    """Return the themes."""
    counts = _themes(services)
    part = _part(sorted(counts), asked)
    if asked.flag("all_fields"):
        return [_group(code, counts[code]) for code in part]
    return [code.lower() for code in part]


def group_show(services: Services, asked: Asked) -> dict[str, Any]:
    """Return one theme."""
    code = asked.required("id").upper()
    counts = _themes(services)
    if code not in counts:
        raise not_found()
    return {**_group(code, counts[code]), "users": [], "tags": [], "groups": [], "extras": []}


def tag_list(services: Services, asked: Asked) -> list[Any]:
    """Return the keywords."""
    words = asked.text("query").casefold()
    tags = [
        tag
        for tag in _tags(services, datasets.generation(services.store))
        if words in tag.casefold()
    ]
    if asked.flag("all_fields"):
        return [
            {"id": tag, "name": tag, "display_name": tag, "vocabulary_id": None} for tag in tags
        ]
    return tags


def license_list(services: Services, asked: Asked) -> list[dict[str, Any]]:
    """Return the licences that are known."""
    return [licence(known) for known in LICENCES.values()]


def resource_show(services: Services, asked: Asked) -> dict[str, Any]:
    """Return one file of a dataset."""
    wanted = asked.required("id")
    for dataset_id in _datasets_of(services, wanted):
        try:
            entry = datasets.get(services.store, dataset_id)
        except NotFound:
            continue
        for resource in package(entry, place_here(is_made=True))["resources"]:
            if resource["id"] == wanted:
                return dict(resource)
    raise not_found()


def status_show(services: Services, asked: Asked) -> dict[str, Any]:
    """Return what this is."""
    return {
        "ckan_version": CKAN_VERSION,
        "site_title": TITLE,
        "site_description": "",
        "site_url": public_root(),
        "error_emails_to": None,
        "locale_default": "fr",
        "extensions": [],
    }


def site_read(services: Services, asked: Asked) -> bool:
    """Return that everyone may read."""
    return True


def nothing(services: Services, asked: Asked) -> list[Any]:
    """Return that there are none."""
    return []


def _denied(services: Services, asked: Asked) -> Any:
    raise ActionError("Authorization Error", 403, "Access denied: this API only reads")


ACTIONS: dict[str, Action] = {
    "package_list": package_list,
    "package_show": package_show,
    "package_search": search,
    "current_package_list_with_resources": current_package_list_with_resources,
    "organization_list": organization_list,
    "organization_show": organization_show,
    "group_list": group_list,
    "group_show": group_show,
    "tag_list": tag_list,
    "license_list": license_list,
    "resource_show": resource_show,
    "resource_view_list": nothing,
    "user_list": nothing,
    "vocabulary_list": nothing,
    "status_show": status_show,
    "site_read": site_read,
    **{
        f"{thing}_{verb}": _denied
        for thing in ("package", "resource", "organization", "group", "user")
        for verb in ("create", "update", "patch", "delete", "purge")
    },
}


def _part(found: list[Any], asked: Asked) -> list[Any]:
    offset = asked.number("offset", 0, _MOST)
    return found[offset : offset + asked.number("limit", _MOST, _MOST)]


def _is_findable(services: Services, name: str) -> bool:
    return name in datasets.findable_ids(services.store)


def _organization(holder: Holder) -> dict[str, Any]:
    return organization(holder.publisher, len(holder.dataset_ids))


def _themes(services: Services) -> dict[str, int]:
    return services.search.search(Query(limit=0)).facets.get("theme", {})


def _group(code: str, count: int) -> dict[str, Any]:
    return {
        "id": code.lower(), "name": code.lower(), "title": code, "display_name": code,
        "description": "", "image_url": "", "image_display_url": "", "type": "group",
        "is_organization": False, "state": "active", "approval_status": "approved",
        "package_count": count,
    }  # fmt: skip


@lru_cache(maxsize=2)
def _tags(services: Services, generation: int) -> tuple[str, ...]:
    ids = datasets.findable_ids(services.store)
    entries, _ = datasets.readable(services.store, ids)
    counted = Counter(
        tag
        for entry in entries
        for words in entry.dataset.keywords.values()
        for tag in tags_of(words)
    )
    return tuple(sorted(counted))


def _datasets_of(services: Services, resource: str) -> list[str]:
    """Return the dataset that a resource can belong to, by the form of its id."""
    if "--" in resource:
        return [resource.rpartition("--")[0]]
    try:
        return [versions.dataset_of(services.store, resource.rpartition("-")[0])]
    except NotFound:
        return []
