"""Makes an Atom feed (RFC 4287, paged after RFC 5005) of datasets.

The id of an entry is the permanent URI of the dataset; the id of a feed is its address without
paging: both stay as they are while the base address of the installation does.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from catalogue.languages import nearest
from catalogue.records import Entry
from catalogue.search.documents import updated_at

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TITLES = {"fr": "Jeux de données", "nl": "Datasets", "en": "Datasets"}
# What XML 1.0 cannot hold, however it is written.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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

    made = ET.Element("feed", {"xmlns": ATOM, XML_LANG: lang})
    _text(made, "id", address(".atom"))
    _text(made, "title", f"{_TITLES[lang]}: {words}" if words else _TITLES[lang])
    moments = [_moment(entry) for entry in entries]
    _text(made, "updated", max(moments, default="1970-01-01T00:00:00Z"))
    _link(made, "self", address(".atom", number), "application/atom+xml")
    _link(made, "alternate", address("", number), "text/html")
    near = {"first": 1, "last": last}
    near |= {"previous": number - 1} if 1 < number <= last else {}
    near |= {"next": number + 1} if number < last else {}
    for relation, page in near.items():
        _link(made, relation, address(".atom", page), "application/atom+xml")
    _text(ET.SubElement(made, "author"), "name", "Eurometropolis Data")
    _text(made, "generator", "eurometropolis-data")
    for entry, moment in zip(entries, moments, strict=True):
        _entry(made, entry, moment, root, lang)
    text: bytes = ET.tostring(made, encoding="utf-8", xml_declaration=True)
    return text


def _entry(feed: ET.Element, entry: Entry, moment: str, root: str, lang: str) -> None:
    record = entry.dataset
    made = ET.SubElement(feed, "entry")
    _text(made, "id", f"{root}/datasets/{entry.id}")
    _spoken(made, "title", nearest(record.title, lang), entry.id)
    _text(made, "updated", moment)
    _text(made, "published", entry.created_at)
    _link(made, "alternate", f"{root}/{lang}/datasets/{entry.id}", "text/html")
    _spoken(ET.SubElement(made, "author"), "name", nearest(record.publisher.title, lang), "?")
    _spoken(made, "summary", nearest(record.description, lang), "")
    for theme in dict.fromkeys(record.themes):
        scheme = "http://publications.europa.eu/resource/authority/data-theme"
        ET.SubElement(made, "category", {"term": _clean(theme), "scheme": scheme})


def _moment(entry: Entry) -> str:
    """Return when the data changed, else the description, as RFC 3339 wants it, in UTC."""
    for text in (updated_at(entry), entry.updated_at):
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            continue
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "1970-01-01T00:00:00Z"


def _spoken(
    parent: ET.Element, name: str, words: tuple[str | None, str | None], default: str
) -> None:
    text, lang = words
    made = _text(parent, name, text or default)
    if lang is not None and lang != "und" and name != "name":
        made.set(XML_LANG, lang)


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, name)
    made.text = _clean(text)
    return made


def _link(parent: ET.Element, relation: str, address: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "href": address, "type": kind})


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
