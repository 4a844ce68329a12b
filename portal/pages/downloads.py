"""The formats in which a version can be taken away, with their addresses."""

import msgspec
from flask_babel import gettext

from catalogue.records import Version
from portal.conversions import formats_of
from portal.i18n import reader_language

_EXCEL_LANGUAGES = {"fr": "fr", "nl": "nl", "en": "fr"}


class Download(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file to take away; `size_bytes` only where it is known before it is made."""

    label: str
    purpose: str
    address: str
    size_bytes: int | None = None


def downloads_of(version: Version) -> list[Download]:
    """Return the downloads of the current version of a table, the most useful first."""
    stem = f"/data/{version.table}"
    excel = _EXCEL_LANGUAGES[reader_language()]
    found = [
        Download(label="CSV", purpose=gettext("text, one line a row"), address=f"{stem}.csv"),
        Download(
            label=gettext("CSV for Excel"),
            purpose=gettext("opens right in a Belgian or French Excel"),
            address=f"{stem}.csv?excel={excel}",
        ),
        Download(label="XLSX", purpose=gettext("Excel workbook"), address=f"{stem}.xlsx"),
        Download(
            label="Parquet",
            purpose=gettext("typed and compact, for analysis"),
            address=f"{stem}.parquet",
            size_bytes=version.size_bytes,
        ),
        Download(label="JSON", purpose=gettext("for applications"), address=f"{stem}.json"),
        Download(
            label="NDJSON", purpose=gettext("one JSON object a line"), address=f"{stem}.ndjson"
        ),
    ]
    if "geojson" in formats_of(version):
        geojson = Download(label="GeoJSON", purpose=gettext("for maps"), address=f"{stem}.geojson")
        found.insert(2, geojson)
    return found
