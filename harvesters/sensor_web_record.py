"""Turns a service of a Sensor Web API into a dataset. Pure: no input, no output."""

from typing import Any
from urllib.parse import urlencode

from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Source
from harvesters import publishers, sensor_words, series, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

STATIONS = "stations"
MEASUREMENTS = "measurements"
# What the software tells of itself.
IGNORED = frozenset({
    "id", "href", "version", "type", "serviceUrl", "supportsFirstLatest", "quantities", "features",
    "rawFormats", "extras", "domainId", "hrefMobile", "apiVersion", "supportedMimeTypes",
})  # fmt: skip
_TITLES = {
    STATIONS: {"fr": "Stations de mesure", "nl": "Meetstations", "en": "Measuring stations"},
    MEASUREMENTS: {"fr": "Mesures", "nl": "Metingen", "en": "Measurements"},
}


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a service into a dataset with its stations and what they measured."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    outer = Fields(raw.body)
    fields = Fields(outer.mapping("service"), issues=outer.issues)
    first = (source.languages or ["und"])[0]
    title = fields.texts("label", first) or {"und": raw.remote_id}
    title = {tag: text for tag, text in source.title.items() if text} or title
    phenomena = outer.words("phenomena")
    newest = outer.moment("newest")
    tables = {STATIONS: _columns(outer)}
    series_count = outer.count("series_count")
    if newest is not None or series_count:
        tables[MEASUREMENTS] = series.fields()
    query = urlencode([("expanded", "true"), ("service", raw.remote_id), *_filters(outer)])
    name = next(iter(title.values()))
    distributions = [
        Distribution(
            remote_id=table,
            url=f"{raw.origin}/{'stations' if table == STATIONS else 'timeseries'}?{query}",
            title=_TITLES[table],
            format="sensor-web",
            media_type="application/json",
            modified=newest if table == MEASUREMENTS else None,
            table=table_name(f"{source.id}_{table}"),
            table_schema={"fields": columns},
            fields=sensor_words.words(column["name"] for column in columns),
        )
        for table, columns in tables.items()
        if columns
    ]
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(name),
        title=title,
        publisher=publishers.stated(source),
        licence=source.licence,
        keywords={first: phenomena} if phenomena else {},
        themes=["ENVI"],
        languages=source.languages,
        origin=wording.link(raw.origin),
        data_modified=newest,
        distributions=distributions,
    )
    fields.unread(IGNORED)
    outer.unread(frozenset())
    if not distributions:
        outer.signal("no-distribution", "info")
    return Parsed(dataset=dataset if distributions else None, issues=outer.issues)


def _columns(outer: Fields) -> list[dict[str, Any]]:
    return [field for field in outer.items("columns")
            if isinstance(field, dict) and isinstance(field.get("name"), str)]  # fmt: skip


def _filters(outer: Fields) -> list[tuple[str, str]]:
    return [(str(pair[0]), str(pair[1])) for pair in outer.items("filters")
            if isinstance(pair, list) and len(pair) == 2]  # fmt: skip
