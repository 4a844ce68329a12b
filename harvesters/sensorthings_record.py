"""Turns a SensorThings server into a dataset. Pure: no input, no output."""

from urllib.parse import urlsplit

from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Source
from harvesters import publishers, sensor_words, sensorthings_tables, series, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

THINGS = "things"
DATASTREAMS = "datastreams"
OBSERVATIONS = "observations"
# What the software tells of itself: which parts of the standard it knows.
IGNORED = frozenset({"serverSettings", "@iot.count", "@context", "tasking", "version"})
_TITLES = {
    THINGS: {"fr": "Stations de mesure", "nl": "Meetstations", "en": "Measuring stations"},
    DATASTREAMS: {"fr": "Séries de mesures", "nl": "Meetreeksen", "en": "Series of measurements"},
    OBSERVATIONS: {"fr": "Mesures", "nl": "Metingen", "en": "Measurements"},
}
_SETS = {THINGS: "Things", DATASTREAMS: "Datastreams", OBSERVATIONS: "Observations"}


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a server into a dataset with its things, its datastreams and what they observed."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    outer = Fields(raw.body)
    fields = Fields(outer.mapping("server"), issues=outer.issues)
    first = (source.languages or ["und"])[0]
    title = source.title or {"und": urlsplit(raw.origin).hostname or raw.remote_id}
    phenomena = outer.words("phenomena")
    newest = outer.moment("newest")
    kind = "number" if outer.flag("is_numeric") else "string"
    listed = [field for field in outer.items("columns") if isinstance(field, dict)]
    tables = {THINGS: [field for field in listed if isinstance(field.get("name"), str)]}
    if outer.count("series_count"):
        names = sensorthings_tables.DATASTREAM_FIELDS
        tables[DATASTREAMS] = [{"name": name, "type": "string"} for name in names]
        tables[OBSERVATIONS] = series.fields(kind)
    distributions = [
        Distribution(
            remote_id=table,
            url=f"{raw.origin}/{_SETS[table]}",
            title=_TITLES[table],
            format="sensorthings",
            media_type="application/json",
            modified=newest if table == OBSERVATIONS else None,
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
        slug=slug(next(iter(title.values()))),
        title=title,
        publisher=publishers.stated(source),
        licence=source.licence,
        keywords={first: phenomena} if phenomena else {},
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
