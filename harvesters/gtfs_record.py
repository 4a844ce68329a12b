"""Turns what a GTFS archive says of itself into a dataset. Pure: no input, no output."""

from typing import Any

from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import gtfs_tables, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

_TITLE = {
    "fr": "Horaires théoriques (GTFS)",
    "nl": "Dienstregeling (GTFS)",
    "en": "Timetable (GTFS)",
}
_KEYWORDS = {
    "fr": ["transport en commun", "horaires", "arrêts"],
    "nl": ["openbaar vervoer", "dienstregeling", "haltes"],
    "en": ["public transport", "timetable", "stops"],
}
# Telephones and addresses are those of a customer service.
IGNORED_OF_AGENCY = frozenset({
    "agency_id", "agency_timezone", "agency_phone", "agency_fare_url", "agency_email",
    "cemv_support",
})  # fmt: skip
IGNORED_OF_FEED = frozenset({
    "feed_end_date", "feed_contact_email", "feed_contact_url", "default_lang", "feed_id",
    "conv_rev", "plan_rev", "feed_license",
})  # fmt: skip


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn an archive into a dataset, whose one file holds its tables."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    outer = Fields(raw.body)
    agencies = [row for row in outer.items("agency") if isinstance(row, dict)]
    feeds = [row for row in outer.items("feed_info") if isinstance(row, dict)]
    agency = Fields(agencies[0] if agencies else {}, where="agency", issues=outer.issues)
    feed = Fields(feeds[0] if feeds else {}, issues=outer.issues)
    name = agency.text("agency_name") or feed.text("feed_publisher_name")
    publisher = _publisher(source, name, feed)
    shown = name if len(agencies) == 1 and name else next(iter(publisher.title.values()))
    tables = {
        key: [str(column) for column in columns]
        for key, columns in outer.mapping("tables").items()
        if isinstance(columns, list) and columns
    }
    started, version = feed.text("feed_start_date"), feed.text("feed_version")
    languages = [tag for tag in (wording.language(feed.text("feed_lang")),
                                 wording.language(agency.text("agency_lang"))) if tag]  # fmt: skip
    title = source.title or {tag: f"{shown} – {text}" for tag, text in _TITLE.items()}
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        publisher=publisher,
        licence=source.licence,
        keywords=_KEYWORDS,
        themes=["TRAN"],
        languages=source.languages or list(dict.fromkeys(languages)),
        landing_page=agency.link("agency_url") or feed.link("feed_publisher_url"),
        origin=wording.link(raw.origin),
        data_modified=outer.moment("last_modified") or _day(version) or _day(started),
        distributions=_distributions(raw, tables, shown),
    )
    agency.unread(IGNORED_OF_AGENCY)
    feed.unread(IGNORED_OF_FEED)
    outer.unread(frozenset())
    if not dataset.distributions:
        outer.signal("no-distribution", "info")
    return Parsed(dataset=dataset if dataset.distributions else None, issues=outer.issues)


def _publisher(source: Source, name: str | None, feed: Fields) -> Publisher:
    feed.text("feed_publisher_name")
    if isinstance(source.publisher, Publisher):
        return source.publisher
    shown = source.publisher or name or source.id
    return Publisher(id=slug(shown), title={"und": shown})


def _day(text: str | None) -> str | None:
    """Return a date written as `20261126`, as days and often versions are."""
    if text is None or len(text) < 8 or not text[:8].isdecimal():
        return None
    return wording.moment(f"{text[:4]}-{text[4:6]}-{text[6:8]}")


def _distributions(raw: Raw, tables: dict[str, list[str]], shown: str) -> list[Distribution]:
    url = wording.link(raw.origin)
    if url is None or not tables:
        return []
    schemas: dict[str, dict[str, Any]] = {
        name: gtfs_tables.schema(name, columns, tables) for name, columns in tables.items()
    }
    return [
        Distribution(
            remote_id="gtfs",
            url=url,
            title=_TITLE,
            format="gtfs",
            media_type="application/zip",
            table=table_name(shown),
            member_schemas=schemas,
        )
    ]
