"""What Atom feeds are written with (RFC 4287)."""

import re
import xml.etree.ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 cannot hold, however it is written.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def begun(lang: str) -> ET.Element:
    """Return a feed of ours without entries."""
    made = ET.Element("feed", {"xmlns": ATOM, XML_LANG: lang})
    text(ET.SubElement(made, "author"), "name", "Eurometropolis Data")
    text(made, "generator", "eurometropolis-data")
    return made


def written(feed: ET.Element) -> bytes:
    """Return a feed as it is sent."""
    content: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def spoken(
    parent: ET.Element, name: str, words: tuple[str | None, str | None], default: str
) -> None:
    """Add a text with its language, where it is known."""
    said, lang = words
    made = text(parent, name, said or default)
    if lang is not None and lang != "und" and name != "name":
        made.set(XML_LANG, lang)


def text(parent: ET.Element, name: str, content: str) -> ET.Element:
    """Add an element with a text."""
    made = ET.SubElement(parent, name)
    made.text = clean(content)
    return made


def link(parent: ET.Element, relation: str, address: str, kind: str) -> None:
    """Add a link."""
    ET.SubElement(parent, "link", {"rel": relation, "href": address, "type": kind})


def clean(content: str) -> str:
    """Return a text as XML can hold it."""
    return _NO_XML.sub("\ufffd", content)
