"""Turns the description of a GBFS system into a dataset. Pure: no input, no output."""

from typing import Any

from catalogue.licences import licence_id
from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import gbfs_tables, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

# What we know and do not use; telephones and addresses are those of a customer service.
IGNORED = frozenset({
    "system_id", "language", "languages", "timezone", "phone_number", "email",
    "feed_contact_email", "manifest_url", "rental_apps", "brand_assets", "terms_url",
    "terms_last_updated", "privacy_url", "privacy_last_updated", "opening_hours", "start_date",
    "termination_date", "purchase_url", "attribution_url", "license_id", "license_url",
    "attribution_organization_name", "operator", "short_name",
})  # fmt: skip
# What people search for is the kind of vehicle, which no name of a system says.
_VEHICLES = {
    "bicycle": {"fr": "vélos en libre-service", "nl": "deelfietsen", "en": "bike sharing"},
    "cargo_bicycle": {"fr": "vélos cargos", "nl": "bakfietsen", "en": "cargo bikes"},
    "scooter_standing": {"fr": "trottinettes", "nl": "deelsteps", "en": "shared scooters"},
    "scooter": {"fr": "trottinettes", "nl": "deelsteps", "en": "shared scooters"},
    "moped": {"fr": "scooters en libre-service", "nl": "deelscooters", "en": "shared mopeds"},
    "car": {"fr": "voitures partagées", "nl": "deelauto’s", "en": "car sharing"},
}
_TITLES = {
    "stations": {"fr": "Stations", "nl": "Stations", "en": "Stations"},
    "station_status": {
        "fr": "État des stations à la dernière collecte",
        "nl": "Toestand van de stations bij de laatste ophaling",
        "en": "State of the stations when last collected",
    },
    "vehicle_types": {"fr": "Types de véhicules", "nl": "Voertuigtypes", "en": "Vehicle types"},
    "vehicles": {
        "fr": "Véhicules libres à la dernière collecte",
        "nl": "Vrije voertuigen bij de laatste ophaling",
        "en": "Free vehicles when last collected",
    },
}


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a system into a dataset with a table for each of its feeds."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    outer = Fields(raw.body)
    systems = {tag: part for tag, part in outer.mapping("systems").items()
               if isinstance(part, dict)}  # fmt: skip
    first = next(iter(systems), "und")
    fields = Fields(systems.get(first, {}), issues=outer.issues)
    first = _language(first, fields, source)
    names = _texts(fields.take("name"), first)
    for tag, part in systems.items():
        if isinstance(part.get("name"), str) and (language := wording.language(tag)):
            names.setdefault(language, wording.plain(part["name"]))
    licence, licence_url = _licence(systems, fields, source)
    tables = outer.mapping("tables")
    distributions = _distributions(tables, outer, raw.remote_id)
    moments = [d.modified for d in distributions if d.modified]
    title = {tag: name for tag, name in names.items() if name} or {"und": raw.remote_id}
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        publisher=_publisher(systems, source, first),
        licence=licence,
        licence_url=licence_url,
        keywords=_keywords(tables),
        themes=["TRAN"],
        languages=source.languages or [tag for tag in title if tag != "und"],
        landing_page=fields.link("url"),
        origin=wording.link(raw.origin),
        data_modified=max(moments, default=gbfs_tables.moment(outer.take("last_updated"))),
        distributions=distributions,
    )
    fields.unread(IGNORED)
    outer.unread(frozenset({"version", "last_updated"}))
    if not distributions:
        outer.signal("no-distribution", "info")
    return Parsed(dataset=dataset if distributions else None, issues=outer.issues)


def _language(tag: str, fields: Fields, source: Source) -> str:
    """Return the language of plain texts: that of the list, of the system, of the source."""
    said = [tag, *(str(word) for word in fields.items("languages")), fields.text("language") or ""]
    known = [found for word in said if word != "und" and (found := wording.language(word))]
    return (known or source.languages or ["und"])[0]


def _texts(value: Any, first: str) -> dict[str, str]:
    """Return a text by language: version 3 writes `[{"text": …, "language": …}]`."""
    if not isinstance(value, list):
        return wording.texts(value, first)
    return wording.texts({
        str(item.get("language")): item.get("text") for item in value if isinstance(item, dict)
    })  # fmt: skip


def _first_text(systems: dict[str, Any], *names: str) -> str | None:
    for part in systems.values():
        for name in names:
            if text := next(iter(_texts(part.get(name), "und").values()), None):
                return text
    return None


def _licence(
    systems: dict[str, Any], fields: Fields, source: Source
) -> tuple[str | None, str | None]:
    said = [text for name in ("license_id", "license_url")
            if (text := _first_text(systems, name))]  # fmt: skip
    if not said:
        return source.licence, None
    known = licence_id(*said)
    if known is None and source.licence is None:
        fields.signal("unknown-licence", value=said[0][:120])
    links = (wording.link(text) for text in said if "://" in text)
    return known or source.licence or said[0], next(links, None)


def _publisher(systems: dict[str, Any], source: Source, first: str) -> Publisher:
    if isinstance(source.publisher, Publisher):
        return source.publisher
    name = source.publisher or _first_text(systems, "attribution_organization_name", "operator")
    name = name or _first_text(systems, "name") or source.id
    return Publisher(id=slug(name), title={first: name})


def _keywords(tables: dict[str, Any]) -> dict[str, list[str]]:
    types = tables.get("vehicle_types")
    factors = types.get("form_factors") if isinstance(types, dict) else None
    # before version 2.1 there were bicycles only, and no types
    known = factors if isinstance(factors, list) and factors else ["bicycle"]
    found: dict[str, list[str]] = {}
    for factor in known:
        for tag, word in _VEHICLES.get(factor if isinstance(factor, str) else "", {}).items():
            if word not in found.setdefault(tag, []):
                found[tag].append(word)
    return found


def _distributions(tables: dict[str, Any], outer: Fields, remote_id: str) -> list[Distribution]:
    found: list[Distribution] = []
    for name, titles in _TITLES.items():
        part = tables.get(name)
        if not isinstance(part, dict):
            continue
        listed = part.get("columns")
        columns = [field for field in (listed if isinstance(listed, list) else [])
                   if isinstance(field, dict) and isinstance(field.get("name"), str)]  # fmt: skip
        url = wording.link(str(part.get("url")))
        if url is None:
            outer.signal("bad-url", field=name, value=str(part.get("url"))[:200])
            continue
        if columns:
            found.append(
                Distribution(
                    remote_id=name,
                    url=url,
                    title=titles,
                    format="gbfs",
                    media_type="application/json",
                    modified=gbfs_tables.moment(part.get("last_updated")),
                    table=table_name(f"{remote_id}_{name}"),
                    table_schema={"fields": columns},
                )
            )
    return found
