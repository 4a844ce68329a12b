"""Turns a feature type of a WFS into a dataset. Pure: no input, no output."""

from typing import NamedTuple
from urllib.parse import urlencode

from catalogue.licences import licence_id
from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Publisher, Source
from harvesters import wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields


class Words(NamedTuple):
    """What the parameters of a version are called: the types, and how many features at most."""

    types: str
    most: str


NEWEST = "2.0.0"
WORDS_OF = {
    NEWEST: Words("TYPENAMES", "COUNT"),
    "1.1.0": Words("TYPENAME", "MAXFEATURES"),
    "1.0.0": Words("TYPENAME", "MAXFEATURES"),
}
_BOILERPLATE = ("none", "aucun", "aucune", "geen", "")
_GENERATED = ("features", "vector")  # keywords that GeoServer writes by itself


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a feature type into a dataset."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    first = (source.languages or ["und"])[0]
    title = fields.texts("title", first) or {"und": raw.remote_id}
    pages = [link for word in fields.words("metadata") if (link := wording.link(word))]
    words = [word for word in fields.words("keywords") if word not in (*_GENERATED, raw.remote_id)]
    version = _version(fields.text("version"))
    output = fields.text("output")
    query = {
        "SERVICE": "WFS", "VERSION": version, "REQUEST": "GetFeature",
        WORDS_OF[version].types: raw.remote_id,
        "OUTPUTFORMAT": output or "application/json", "SRSNAME": "EPSG:4326",
    }  # fmt: skip
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        description=fields.texts("abstract", first),
        publisher=_publisher(fields, source),
        licence=_licence(fields, source),
        keywords={first: words} if words else {},
        languages=source.languages,
        landing_page=next((page for page in pages if _is_for_people(page)), None),
        origin=pages[0] if pages else None,
        distributions=[
            Distribution(
                remote_id="features",
                url=f"{raw.origin}?{urlencode(query)}",
                title=title,
                format="wfs",
                media_type="application/geo+json" if output else None,
                # of a server without GeoJSON no table is made: it stays a link to a service
                table=table_name(raw.remote_id) if output else None,
            )
        ],
    )
    fields.unread(frozenset({"sequence"}))
    return Parsed(dataset=dataset, issues=fields.issues)


def _version(said: str | None) -> str:
    """Return the version to ask in: 2.0.2 answers to the words of 2.0.0."""
    return next((known for known in WORDS_OF if (said or NEWEST).startswith(known[:3])), NEWEST)


def _is_for_people(page: str) -> bool:
    """Say whether a link to metadata leads to a page: others are XML, or a request for it."""
    return "xml" not in page.rpartition("/")[2] and "request=get" not in page.casefold()


def _publisher(fields: Fields, source: Source) -> Publisher:
    provider = fields.text("provider")
    if isinstance(source.publisher, Publisher):
        return source.publisher
    name = source.publisher or provider or source.id
    return Publisher(id=slug(name), title={"und": name})


def _licence(fields: Fields, source: Source) -> str | None:
    """Return the licence; "NONE" is what servers say whose owner said nothing."""
    said = [text for name in ("constraints", "fees")
            if (text := fields.text(name)) and text.casefold() not in _BOILERPLATE]  # fmt: skip
    return licence_id(*said) or source.licence or (said[0][:200] if said else None)
