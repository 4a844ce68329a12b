"""A feed of the versions of a dataset: who follows it hears of each, and of what it means for
programs, before their own break.
"""

import xml.etree.ElementTree as ET

from flask import Blueprint, Response
from flask_babel import gettext, ngettext

from catalogue.changes import Verdict, columns_between, verdict_of
from catalogue.records import Table, Version
from catalogue.store import histories
from portal import atom
from portal.context import public_root, services
from portal.i18n import number, reader_language, words
from portal.pages.dataset.column_changes import column_lines
from portal.pages.dataset.frame import frame_of

MOST = 50

blueprint = Blueprint("dataset_feed", __name__)


@blueprint.get("/datasets/<dataset_id>/versions.atom")
def show(dataset_id: str) -> Response:
    """Give the newest versions of every table of a dataset, newest first."""
    entry = frame_of(dataset_id).entry
    root, lang = public_root(), reader_language()
    found = [(t, *pair) for t in entry.tables if t.current for pair in _pairs(t)]
    found.sort(key=lambda one: one[1].created_at, reverse=True)
    page = f"{root}/{lang}/datasets/{entry.id}"
    feed = atom.begun(lang)
    atom.text(feed, "id", f"{page}/versions.atom")
    atom.text(feed, "title", words(entry.dataset.title).text)
    moments = [version.created_at for _, version, _ in found]
    atom.text(feed, "updated", max(moments, default=entry.updated_at))
    atom.link(feed, "self", f"{page}/versions.atom", "application/atom+xml")
    atom.link(feed, "alternate", f"{page}/versions", "text/html")
    for table, version, before in found[:MOST]:
        _entry(feed, table, version, before, root, page)
    response = Response(atom.written(feed), mimetype="application/atom+xml")
    response.add_etag()
    return response


def _pairs(table: Table) -> list[tuple[Version, Version | None]]:
    history = histories.page(services().store, table.name, limit=MOST + 1).versions
    return list(zip(history, [*history[1:], None], strict=True))[:MOST]


def _entry(
    feed: ET.Element, table: Table, version: Version, before: Version | None, root: str, page: str
) -> None:
    made = ET.SubElement(feed, "entry")
    atom.text(made, "id", f"{root}/data/{table.name}@{version.n}.parquet")
    atom.text(
        made,
        "title",
        gettext("Version %(n)s of %(title)s", n=version.n, title=words(table.title).text),
    )
    atom.text(made, "updated", version.created_at)
    address = f"{page}/versions?table={table.name}"
    if before is not None:
        address += f"&from={before.n}&to={version.n}"
    atom.link(made, "alternate", address, "text/html")
    rows = ngettext(
        "%(count)s row", "%(count)s rows", version.row_count, count=number(version.row_count)
    )
    if before is None:
        atom.text(made, "summary", gettext("The first version. %(rows)s.", rows=rows))
        return
    changes = columns_between(before, version)
    verdict = verdict_of(changes)
    ET.SubElement(made, "category", {"term": verdict.value})
    lines = [
        f"{line.column}: {line.what}" if line.column else line.what
        for line in column_lines(changes)
    ]
    atom.text(made, "summary", "\n".join([_meaning(verdict), *lines, rows]))


def _meaning(verdict: Verdict) -> str:
    told: dict[Verdict, str] = {
        Verdict.MAJOR: gettext("Major change: programs that read this table may break."),
        Verdict.MINOR: gettext("Minor change: there is more to read, or other rules."),
        Verdict.PATCH: gettext("Patch: the same columns, with the same types."),
    }
    return told[verdict]
