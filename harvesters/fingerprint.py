"""Recognises a dataset that moved to another id, so that it is not harvested twice.

Portals rename: Opendatasoft changed the parameters of its export links twice and data.gouv.fr got
every resource doubled; ArcGIS Hub gave its items new ids. Identity is (source, remote_id); where
an id goes and another comes in the same run, equal fingerprints say that it is the same dataset.
"""

import hashlib
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from catalogue.names import fold
from catalogue.records import Dataset

# They change how the data look, not which data they are.
PRESENTATION = frozenset({
    "use_labels", "use_labels_for_header", "delimiter", "csv_separator", "with_bom", "quote_all",
    "list_separator", "lang", "timezone", "compressed", "epsg", "parquet_compression", "limit",
    "offset", "rows", "start", "access_token", "apikey", "api_key", "utm_source", "utm_medium",
    "utm_campaign", "session", "_",
})  # fmt: skip


def of_url(url: str) -> str:
    """Return the fingerprint of a file's address, whatever its presentation.

    >>> of_url("http://a.be/x?use_labels=true&q=1") == of_url("https://A.be/x/?q=1&lang=nl")
    True
    """
    parts = urlsplit(url)
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.casefold() not in PRESENTATION
    )
    host = parts.netloc.casefold().rpartition("@")[2].removeprefix("www.")
    return of_words(host, unquote(parts.path).rstrip("/"), urlencode(query))


def of_dataset(dataset: Dataset) -> frozenset[str]:
    """Return the marks by which a dataset is known again: one of its files, one of its words.

    Two datasets of one source that share a mark, one gone and one new, are the same that moved;
    where a mark fits several, it proves nothing.
    """
    marks = set()
    if dataset.distributions:
        files = sorted(of_url(distribution.url) for distribution in dataset.distributions)
        marks.add("files:" + of_words(*files))
    title = next(iter(dataset.title.values()), "")
    columns = [
        str(field.get("name"))
        for distribution in dataset.distributions
        for field in distribution.fields
    ]
    description = next(iter(dataset.description.values()), "")
    # A title alone ("Statistiques") is too little to go by.
    if title and (columns or len(description) > 40):
        marks.add("words:" + of_words(fold(title), dataset.publisher.id, *columns, description))
    return frozenset(marks)


def of_words(*pieces: str) -> str:
    """Return the fingerprint of texts in their order."""
    return hashlib.sha256("\0".join(pieces).encode()).hexdigest()[:32]
