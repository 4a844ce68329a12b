"""A dataset in the words of schema.org, by which search engines know datasets."""

from typing import Any

from flask import url_for

from catalogue.records import Entry, Version
from portal.context import public_root
from portal.conversions import formats_of
from portal.i18n import keywords, reader_language, words
from portal.pages import labels
from portal.pages.citations import CATALOGUE, citation_of
from portal.pages.places import place_names
from sandbox.formats import FORMATS as MEDIA

_LONGEST_DESCRIPTION = 5_000  # what Google reads of it
_MOST_PLACES = 20
_OFFERED = ("csv", "parquet", "geojson")


def structured_data(entry: Entry) -> dict[str, Any]:
    """Return a dataset as schema.org's `Dataset`, to be written as JSON-LD."""
    dataset = entry.dataset
    citation = citation_of(entry)
    publisher = {
        "@type": "Organization",
        "name": citation.producer,
        "url": public_root() + url_for("publishers.show", publisher_id=dataset.publisher.id),
        "sameAs": _web(dataset.publisher.url),
    }
    found = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": citation.address,
        "url": citation.address,
        "identifier": citation.address,
        "name": citation.title,
        "description": (words(dataset.description).text or citation.title)[:_LONGEST_DESCRIPTION],
        "inLanguage": dataset.languages,
        "keywords": [*keywords(dataset.keywords).words, *map(labels.theme, dataset.themes)],
        "license": citation.licence_url or citation.licence,
        "isAccessibleForFree": True,
        "creator": _without_gaps(publisher),
        "version": citation.version,
        "datePublished": entry.created_at[:10],
        "dateModified": citation.data_day,
        "sameAs": _web(dataset.landing_page),
        "spatialCoverage": [
            {"@type": "Place", "name": place.text}
            for place in place_names(dataset.spatial[:_MOST_PLACES])
        ],
        "distribution": [
            each for table in entry.tables if table.current for each in _files(table.current)
        ],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": CATALOGUE,
            "url": public_root() + url_for("home.show", lang=reader_language()),
        },
    }
    return _without_gaps(found)


def _files(version: Version) -> list[dict[str, Any]]:
    return [
        {
            "@type": "DataDownload",
            "name": f"{version.table}.{form}",
            "encodingFormat": MEDIA[form].media_type.partition(";")[0],
            "contentUrl": f"{public_root()}/data/{version.table}.{form}",
        }
        for form in _OFFERED
        if form in formats_of(version)
    ]


def _web(address: str | None) -> str | None:
    is_web = address is not None and address.lower().startswith(("https://", "http://"))
    return address if is_web else None


def _without_gaps(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}
