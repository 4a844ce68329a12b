"""Harvests one file at an address, as statistical offices publish: a CSV, a workbook, a zip.

What it is called, who answers for it and under which licence is what `sources.toml` says: the file
says nothing. The largest class of data in practice (Statbel, INSEE, bpost).
"""

from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime

from catalogue.fetch import Fetch
from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Source
from harvesters import formats, publishers, wording
from harvesters.contract import Harvester, Parsed, Raw
from harvesters.fields import Fields


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Bring the file: one record, of what its server says of it."""
    found = fetch.look_into(source.url)
    body = {
        "name": found.file_name,
        "content_type": found.content_type,
        "size_bytes": found.size_bytes,
        "last_modified": _moment(found.validators.last_modified),
    }
    yield Raw(remote_id=source.id, body=body, origin=source.url)


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a file into a dataset."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    name = fields.text("name") or raw.remote_id
    stem = name.rpartition(".")[0] or name
    title = source.title or {"und": stem}
    media_type = (fields.text("content_type") or "").partition(";")[0].strip()
    # The ending is what whoever publishes means; web servers label files as they like.
    ending = name.rpartition(".")[2] if "." in name else None
    known = formats.clean(ending, raw.origin, media_type)
    modified = fields.moment("last_modified")
    url = wording.link(raw.origin)
    if url is None:
        fields.signal("bad-url", field="url", value=raw.origin[:200])
        return Parsed(issues=fields.issues)
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        publisher=publishers.stated(source),
        licence=source.licence,
        languages=source.languages,
        origin=url,
        data_modified=modified,
        distributions=[
            Distribution(
                remote_id="file",
                url=url,
                title=title,
                # a text that somebody lists as a source of data is a table, whatever divides it
                format="csv" if known in ("txt", None) else known,
                media_type=media_type if "/" in media_type else None,
                size_bytes=fields.count("size_bytes"),
                modified=modified,
                table=table_name(source.id),
            )
        ],
    )
    fields.unread(frozenset())
    return Parsed(dataset=dataset, issues=fields.issues)


def _moment(http_date: str | None) -> str | None:
    try:
        return parsedate_to_datetime(http_date).astimezone(UTC).isoformat() if http_date else None
    except ValueError:
        return None


PLAIN = Harvester(records=records, parse=parse)
