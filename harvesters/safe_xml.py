"""Reads XML of strangers: no document type, so no entities that grow or bring in files."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from catalogue import http_body
from catalogue.errors import FetchError


def root(content: bytes, url: str) -> Element:
    """Return the root element. Raises FetchError `unsafe-xml`, `not-xml`, or `portal-error` with
    the words of the server where the document is a report of an OGC service about an error.
    """
    try:
        found: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise FetchError("unsafe-xml", url=http_body.redact(url)) from error
    except (ParseError, ValueError, RecursionError, LookupError) as error:
        raise FetchError(
            "not-xml", url=http_body.redact(url), message=http_body.excerpt(content, 120)
        ) from error
    if local(found) in ("ExceptionReport", "ServiceExceptionReport"):
        told = next((item for item in found.iter() if local(item) == "Exception"), found)
        words = " ".join(text.strip() for text in found.itertext() if text.strip())
        raise FetchError(
            "portal-error",
            url=http_body.redact(url),
            action=None,
            type=told.get("exceptionCode"),
            message=http_body.excerpt(words),
        )
    return found


def local(element: Element) -> str:
    """Return the name of an element without its namespace: servers of one kind differ in those."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def first(element: Element, *path: str) -> Element | None:
    """Return the first descendant along a path of local names, each a child of the one before."""
    current: Element | None = element
    for name in path:
        if current is None:
            return None
        current = next((child for child in current if local(child) == name), None)
    return current


def every(element: Element, name: str) -> list[Element]:
    """Return all descendants of a local name."""
    return [item for item in element.iter() if local(item) == name]


def text(element: Element | None) -> str | None:
    """Return the stripped text of an element and all within it, or None."""
    if element is None:
        return None
    return " ".join("".join(element.itertext()).split()) or None
