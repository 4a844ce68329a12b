"""Makes an Atom feed (RFC 4287, paged after RFC 5005) of datasets.

The id of an entry is the permanent URI of the dataset; the id of a feed is its address without
paging: both stay as they are while the base address of the installation does.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from catalogue.languages import nearest
from catalogue.records import Entry
from catalogue.search.documents import updated_at
from portal.atom import begun, clean, link, spoken, text, written

_TITLES = {"fr": "Jeux de données", "nl": "Datasets", "en": "Datasets"}


def feed(
    entries: Sequence[Entry],
    *,
    root: str,
    path: str,
    pairs: Sequence[tuple[str, str]],
    number: int,
    last: int,
    words: str,
    lang: str,
) -> bytes:
    """Return page `number` of `last` of a feed; `pairs` is the search that it follows."""

    def address(kind: str, page: int = 1) -> str:
        query = urlencode([*pairs, *([("page", str(page))] if page > 1 else [])])
        return f"{root}{path}{kind}?{query}" if query else f"{root}{path}{kind}"

    made = begun(lang)
    text(made, "id", address(".atom"))
    text(made, "title", f"{_TITLES[lang]}: {words}" if words else _TITLES[lang])
    moments = [_moment(entry) for entry in entries]
    text(made, "updated", max(moments, default="1970-01-01T00:00:00Z"))
    link(made, "self", address(".atom", number), "application/atom+xml")
    link(made, "alternate", address("", number), "text/html")
    near = {"first": 1, "last": last}
    near |= {"previous": number - 1} if 1 < number <= last else {}
    near |= {"next": number + 1} if number < last else {}
    for relation, page in near.items():
        link(made, relation, address(".atom", page), "application/atom+xml")
    for entry, moment in zip(entries, moments, strict=True):
        _entry(made, entry, moment, root, lang)
    return written(made)


def _entry(feed: ET.Element, entry: Entry, moment: str, root: str, lang: str) -> None:
    record = entry.dataset
    made = ET.SubElement(feed, "entry")
    text(made, "id", f"{root}/datasets/{entry.id}")
    spoken(made, "title", nearest(record.title, lang), entry.id)
    text(made, "updated", moment)
    text(made, "published", entry.created_at)
    link(made, "alternate", f"{root}/{lang}/datasets/{entry.id}", "text/html")
    spoken(ET.SubElement(made, "author"), "name", nearest(record.publisher.title, lang), "?")
    spoken(made, "summary", nearest(record.description, lang), "")
    for theme in dict.fromkeys(record.themes):
        scheme = "http://publications.europa.eu/resource/authority/data-theme"
        ET.SubElement(made, "category", {"term": clean(theme), "scheme": scheme})


def _moment(entry: Entry) -> str:
    """Return when the data changed, else the description, as RFC 3339 wants it, in UTC."""
    for told in (updated_at(entry), entry.updated_at):
        try:
            found = datetime.fromisoformat(told)
        except ValueError:
            continue
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "1970-01-01T00:00:00Z"
