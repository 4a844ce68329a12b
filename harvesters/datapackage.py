"""Harvests Frictionless Data Packages: a folder of them, or one at an address.

Specification: https://specs.frictionlessdata.io/data-package/ . The starter data come this way. A
folder holds packages at any depth; a record's id is its path within the folder. Beyond the
specification we read `translations`, `languages`, `themes` (EU codes), `publisher`, `spatial`,
`sides` and `version_date`, and of a resource `translations`, and `schema` as the name of one of
our schemas. Links of a folder are written `file:path/within/the/folder.csv`: they name no place
of the server, and `files` resolves them only inside the folder.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.licences import licence_id
from catalogue.names import slug
from catalogue.records import Dataset, Distribution, Publisher, RunIssue, Side, Source
from catalogue.resources import folder
from harvesters import formats, themes, wording
from harvesters.contract import Harvester, Parsed, Raw
from harvesters.fields import Fields

_MAX_DESCRIPTOR_BYTES = 5 << 20
_SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_-]*(@[0-9][0-9.]*)?")

IGNORED = frozenset({"profile", "$schema", "image", "id"})
# The bytes decide on encoding and dialect, and the checksum's algorithm is in its prefix.
IGNORED_OF_RESOURCE = frozenset(
    {"profile", "$schema", "encoding", "dialect", "licenses", "sources", "type", "scheme"}
)


def root(source: Source) -> Path:
    """Return the folder of a source whose packages lie in one (`starter:` or `file:` URL)."""
    parts = urlsplit(source.url)
    found = folder("starter") if parts.scheme == "starter" else Path(unquote(parts.path))
    if not found.is_dir():
        raise FetchError("folder-missing", source=source.id)
    return found.resolve()


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read every `datapackage.json`, in the order of their paths."""
    if urlsplit(source.url).scheme in ("http", "https"):
        body = fetch.get_json(source.url)
        if not isinstance(body, dict):
            raise FetchError("unexpected-answer", url=source.url, expected="object")
        yield Raw(remote_id=str(body.get("name") or source.url), body=body, origin=source.url)
        return
    top = root(source)
    for file in sorted(top.rglob("datapackage.json")):
        remote_id = file.parent.relative_to(top).as_posix()
        body, problem = _read(file, top)
        yield Raw(remote_id=remote_id, body=body, origin=f"file:{remote_id}/", problem=problem)


def _read(file: Path, top: Path) -> tuple[dict[str, Any], RunIssue | None]:
    """Return a descriptor, or what is wrong with its file."""
    if not file.resolve().is_relative_to(top):
        return {}, RunIssue(code="outside-folder", params={"path": file.name})
    if file.stat().st_size > _MAX_DESCRIPTOR_BYTES:
        return {}, RunIssue(code="too-large", params={"limit_bytes": _MAX_DESCRIPTOR_BYTES})
    try:
        body = json.loads(file.read_bytes())
    except (ValueError, RecursionError):  # of JSON and of its encoding
        return {}, RunIssue(code="not-json", params={"path": file.name})
    if not isinstance(body, dict):
        return {}, RunIssue(code="not-an-object", params={"path": file.name})
    return body, None


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a package into a dataset."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    languages = [tag for word in fields.words("languages") if (tag := wording.language(word))]
    first = (languages or source.languages or ["und"])[0]
    translations = _translations(fields)
    name = fields.text("name") or raw.remote_id.rpartition("/")[2]
    title = fields.texts("title", first) | translations["title"] or {"und": name}
    licence, licence_url = _licence(fields, source)
    modified = fields.moment("modified")
    version = fields.moment("version_date")
    fields.text("version")
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(name),
        title=title,
        description=fields.texts("description", first) | translations["description"],
        publisher=_publisher(fields, source, first),
        licence=licence,
        licence_url=licence_url,
        keywords=_keywords(fields, first) | translations["keywords"],
        themes=_themes(fields),
        languages=languages or source.languages,
        spatial=fields.words("spatial"),
        sides=_sides(fields),
        landing_page=fields.link("homepage"),
        origin=_origin(fields),
        created=fields.moment("created"),
        modified=modified or version,
        data_modified=version or modified,
        frequency=fields.text("accrualPeriodicity"),
        distributions=_distributions(fields, raw.origin, first),
    )
    fields.unread(IGNORED)
    if not dataset.distributions:
        fields.signal("no-distribution", "error")
    return Parsed(dataset=dataset if dataset.distributions else None, issues=fields.issues)


def _keywords(fields: Fields, first: str) -> dict[str, list[str]]:
    words = fields.words("keywords")
    return {first: words} if words else {}


def _translations(fields: Fields) -> dict[str, dict[str, Any]]:
    """Return title, description and keywords by language, from `{lang: {title, …}}`."""
    found: dict[str, dict[str, Any]] = {"title": {}, "description": {}, "keywords": {}}
    for tag, body in fields.mapping("translations").items():
        language = wording.language(tag)
        if language is None or not isinstance(body, dict):
            fields.signal("unexpected-value", field="translations", value=str(tag)[:80])
            continue
        part = Fields(body, where=f"translations.{tag}", issues=fields.issues)
        for name in ("title", "description"):
            found[name] |= part.texts(name, language)
        if words := part.words("keywords"):
            found["keywords"][language] = words
        part.unread(frozenset())
    return found


def _publisher(fields: Fields, source: Source, first: str) -> Publisher:
    """Return the publisher: stated, else the contributor of that role, else the source's."""
    given = fields.take("publisher")
    contributors = [item for item in fields.items("contributors") if isinstance(item, dict)]
    if given is None:
        given = next((item for item in contributors if item.get("role") == "publisher"), None)
    if isinstance(given, str):
        given = {"title": given}
    if not isinstance(given, dict):
        if isinstance(source.publisher, Publisher):
            return source.publisher
        return Publisher(id=slug(source.publisher or source.id),
                         title={"und": source.publisher or source.id})  # fmt: skip
    part = Fields(given, where="publisher", issues=fields.issues)
    title = part.texts("title", first)
    side = part.text("side")
    publisher = Publisher(
        id=slug(part.text("id") or next(iter(title.values()), source.id)),
        title=title or {"und": source.id},
        side=Side(side) if side in list(Side) else None,
        url=part.link("url") or part.link("path"),
    )
    part.unread(frozenset({"role", "email", "organization"}))
    return publisher


def _licence(fields: Fields, source: Source) -> tuple[str | None, str | None]:
    given = next((item for item in fields.items("licenses") if isinstance(item, dict)), {})
    name, path, title = (given.get(key) for key in ("name", "path", "title"))
    said = [text for text in (name, path, title) if isinstance(text, str)]
    if not said:
        return source.licence, None
    known = licence_id(*said)
    if known is None:
        fields.signal("unknown-licence", value=said[0][:120])
    return known or said[0], wording.link(path) if isinstance(path, str) else None


def _themes(fields: Fields) -> list[str]:
    found: list[str] = []
    for word in fields.words("themes"):
        known = themes.codes(word)
        if not known:
            fields.signal("unknown-theme", "info", value=word[:80])
        found += [code for code in known if code not in found]
    return found


def _sides(fields: Fields) -> list[Side]:
    return [Side(word) for word in fields.words("sides") if word in list(Side)]


def _origin(fields: Fields) -> str | None:
    """Return where the data come from: the first source that carries a link, else its title."""
    given = [item for item in fields.items("sources") if isinstance(item, dict)]
    links = [wording.link(str(item["path"])) for item in given if item.get("path")]
    titles = [str(item["title"]) for item in given if item.get("title")]
    return next((found for found in links if found), titles[0] if titles else None)


def _distributions(fields: Fields, origin: str, first: str) -> list[Distribution]:
    found: list[Distribution] = []
    for position, body in enumerate(fields.items("resources")):
        if not isinstance(body, dict):
            fields.signal("unexpected-value", field="resources", value=str(body)[:80])
            continue
        part = Fields(body, where=f"resources.{position}", issues=fields.issues)
        if (distribution := _distribution(part, position, origin, first)) is not None:
            found.append(distribution)
            part.unread(IGNORED_OF_RESOURCE)
    return found


def _distribution(part: Fields, position: int, origin: str, first: str) -> Distribution | None:
    paths = part.words("path")
    url = _resolve(paths[0], origin) if len(paths) == 1 else None
    if url is None:
        code = "path-refused" if len(paths) == 1 else "path-count"
        part.signal(code, "error", paths=paths[:3])
        return None
    name = part.text("name") or f"resource-{position}"
    media_type = part.text("mediatype")
    schema = part.take("schema")
    is_named = isinstance(schema, str) and _SCHEMA_NAME.fullmatch(schema) is not None
    if schema is not None and not is_named and not isinstance(schema, dict):
        part.signal("schema-not-read", value=str(schema)[:120])
    return Distribution(
        remote_id=name,
        url=url,
        title=part.texts("title", first) | _translations(part)["title"],
        format=formats.clean(part.text("format"), url, media_type),
        media_type=media_type,
        size_bytes=part.count("bytes"),
        modified=part.moment("modified"),
        table=name,
        schema=schema if is_named else None,
        table_schema=schema if isinstance(schema, dict) else None,
        checksum=part.text("hash"),
        expected_row_count=part.count("rowCount"),
    )


def _resolve(path: str, origin: str) -> str | None:
    """Return the address of a path as the specification allows them: relative, no way up."""
    if wording.link(path) is not None:
        return wording.link(path)
    pieces = path.split("/")
    is_unsafe = path.startswith("/") or ".." in pieces or "\\" in path or ":" in path
    if is_unsafe or not path or "\0" in path:
        return None
    if not origin.startswith("file:"):
        return wording.link(quote(path, safe="/%"), origin)
    return origin.replace("file:./", "file:") + quote(path)


DATAPACKAGE = Harvester(
    records=records, parse=parse, url_schemes=("starter", "file", "https", "http")
)
