"""Names of codes in the reader's language: sides, themes, licences, languages, formats."""

from babel import Locale, UnknownLocaleError
from flask_babel import get_locale, gettext, lazy_gettext

from catalogue import licences
from catalogue.harmonised.records import BETWEEN, NOT_STATED
from catalogue.records import RUN_COUNTS
from portal.i18n import reader_language
from portal.pages.themes import themes

SIDES = {
    "FR": lazy_gettext("France"),
    "VLG": lazy_gettext("Flanders"),
    "WAL": lazy_gettext("Wallonia"),
    "EU": lazy_gettext("Cross-border"),
}

_FORMATS = {
    "csv": "CSV",
    "xlsx": "Excel (XLSX)",
    "parquet": "Parquet",
    "json": "JSON",
    "ndjson": "NDJSON",
    "geojson": "GeoJSON",
    "arrow": "Arrow",
    "gpkg": "GeoPackage",
    "shp": "Shapefile",
    "gtfs": "GTFS",
}


def side(code: str) -> str:
    """Return the name of a side of the border."""
    return str(SIDES.get(code, code))


def theme(code: str) -> str:
    """Return the name of a theme."""
    found = themes().get(code)
    return code if found is None else found.title[reader_language()]


def theme_icon(code: str) -> str:
    """Return the icon of a theme."""
    found = themes().get(code)
    return "tag" if found is None else found.icon


def licence(code: str) -> str:
    """Return the name of a licence; one that is not known keeps its publisher's words.

    Those of the sources of a harmonised table stand with a plus between them.
    """
    if code == NOT_STATED:
        return str(gettext("licence not stated"))
    found = licences.LICENCES.get(code)
    if found is not None:
        return found.title[reader_language()]
    parts = code.split(BETWEEN)
    return BETWEEN.join(map(licence, parts)) if len(parts) > 1 else code


def licence_url(code: str) -> str | None:
    """Return the address of a licence's text, where it is known."""
    found = licences.LICENCES.get(code)
    return None if found is None else found.url


def language(code: str) -> str:
    """Return the name of a language in the reader's, as `French` or `frans`."""
    try:
        name = Locale.parse(code).get_display_name(get_locale())
    except (ValueError, UnknownLocaleError):
        return code
    return name or code


def format_name(code: str) -> str:
    """Return a file format as people write it."""
    return _FORMATS.get(code, code.upper())


def frequency(code: str) -> str:
    """Return how often data is renewed, from the EU vocabulary or a publisher's own word."""
    names: dict[str, str] = {
        "ANNUAL": gettext("yearly"),
        "MONTHLY": gettext("monthly"),
        "WEEKLY": gettext("weekly"),
        "DAILY": gettext("daily"),
        "HOURLY": gettext("hourly"),
        "QUARTERLY": gettext("quarterly"),
        "CONT": gettext("continuously"),
        "UPDATE_CONT": gettext("continuously"),
        "IRREG": gettext("irregularly"),
        "NEVER": gettext("never"),
        "UNKNOWN": gettext("not known"),
    }
    return names.get(code.rsplit("/", 1)[-1].upper(), code)


def of_field(field: dict[str, object], key: str) -> str:
    """Return `labels` or `descriptions` of a Table Schema field in the reader's language, else its
    own.
    """
    plain = {"labels": "title", "descriptions": "description"}[key]
    texts = field.get(key)
    if isinstance(texts, dict) and texts.get(reader_language()):
        return str(texts[reader_language()])
    return str(field.get(plain) or "")


def likeness(code: str) -> str:
    """Return in what two datasets are alike."""
    names: dict[str, str] = {
        "files": gettext("the addresses of their files"),
        "page": gettext("their origin"),
        "data": gettext("the rows of their tables"),
        "words": gettext("title and description"),
    }
    return names.get(code, code)


def health(code: str) -> str:
    """Return how a source is doing."""
    names: dict[str, str] = {
        "fine": gettext("up to date"),
        "running": gettext("running"),
        "failing": gettext("failing"),
        "late": gettext("late"),
        "never": gettext("not harvested yet"),
        "off": gettext("switched off"),
    }
    return names.get(code, code)


def run_counts() -> dict[str, str]:
    """Return what a run counts, in its order: the records seen, then by what was done with them."""
    names = {
        "seen": gettext("seen"),
        "added": gettext("added"),
        "changed": gettext("changed"),
        "unchanged": gettext("unchanged"),
        "moved": gettext("moved"),
        "missing": gettext("no longer listed"),
        "archived": gettext("archived"),
        "failed": gettext("failed"),
        "skipped": gettext("left out"),
    }
    return {count: names.get(count, count) for count in RUN_COUNTS}
