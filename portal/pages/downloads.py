"""The formats in which a version can be taken away, with their addresses."""

from urllib.parse import urlencode

import msgspec
from flask_babel import gettext

from catalogue.records import Version
from catalogue.views import View
from portal.conversions import formats_of
from portal.i18n import reader_language

_EXCEL_LANGUAGES = {"fr": "fr", "nl": "nl", "en": "fr"}


class Download(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file to take away; `size_bytes` only where it is known before it is made."""

    label: str
    purpose: str
    address: str
    size_bytes: int | None = None


def downloads_of(version: Version, view: View) -> list[Download]:
    """Return the downloads of a view of the current version of a table, the most useful first."""
    excel = ("excel", _EXCEL_LANGUAGES[reader_language()])
    found = [
        _download(version, view, "csv", "CSV", gettext("text, one line a row")),
        _download(
            version,
            view,
            "csv",
            gettext("CSV for Excel"),
            gettext("opens right in a Belgian or French Excel"),
            excel,
        ),
        _download(version, view, "xlsx", "XLSX", gettext("Excel workbook")),
        _download(version, view, "parquet", "Parquet", gettext("typed and compact, for analysis")),
        _download(version, view, "json", "JSON", gettext("for applications")),
        _download(version, view, "ndjson", "NDJSON", gettext("one JSON object a line")),
    ]
    if "geojson" in formats_of(version):
        found.insert(2, _download(version, view, "geojson", "GeoJSON", gettext("for maps")))
    return found


def _download(
    version: Version,
    view: View,
    extension: str,
    label: str,
    purpose: str,
    *more: tuple[str, str],
) -> Download:
    query = urlencode([*view.pairs(), *more])
    is_stored = extension == "parquet" and view.is_plain
    return Download(
        label=label,
        purpose=purpose,
        address=f"/data/{version.table}.{extension}{'?' if query else ''}{query}",
        size_bytes=version.size_bytes if is_stored else None,
    )
