"""Atom feeds of what harvests changed: one of all sources, and one of each."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping

from flask import Blueprint, Response, url_for
from flask_babel import gettext

from catalogue.errors import NotFound
from catalogue.records import Run, Source
from catalogue.store import runs, sources
from portal.atom import begun, link, text, written
from portal.context import public_root, services
from portal.i18n import reader_language, words
from portal.pages.labels import run_counts
from portal.pages.outcomes import outcome_label
from portal.pages.source_names import source_name

RUNS_TOLD = 30
RECORDS_TOLD = 100  # of a run; its page names every one

blueprint = Blueprint("source_feeds", __name__)


@blueprint.get("/sources.atom")
def every() -> Response:
    """Tell what the newest runs of all sources changed."""
    return _feed(None, url_for("source_feeds.every"), url_for("sources.listing"))


@blueprint.get("/sources/<source_id>.atom")
def of_source(source_id: str) -> Response:
    """Tell what the newest runs of one source changed."""
    own = url_for("source_feeds.of_source", source_id=source_id)
    return _feed(source_id, own, url_for("sources.show", source_id=source_id))


def _feed(source_id: str | None, own: str, page: str) -> Response:
    store, root = services().store, public_root()
    known = {source.id: source for source in sources.listed(store)}
    if source_id is not None and source_id not in known:
        raise NotFound("source-unknown", source=source_id)
    found = runs.that_changed(store, source_id, limit=RUNS_TOLD)
    made = begun(reader_language())
    text(made, "id", root + own)
    text(made, "title", _title(known, source_id))
    moments = [run.finished_at or run.started_at for run in found]
    text(made, "updated", max(moments, default="1970-01-01T00:00:00Z"))
    link(made, "self", root + own, "application/atom+xml")
    link(made, "alternate", root + page, "text/html")
    for run, moment in zip(found, moments, strict=True):
        _entry(made, run, moment, known)
    response = Response(written(made), mimetype="application/atom+xml")
    response.add_etag()
    return response


def _title(known: Mapping[str, Source], source_id: str | None) -> str:
    if source_id is None:
        return str(gettext("What harvests changed"))
    name = source_name(known[source_id]).text
    return str(gettext("What harvests of %(source)s changed", source=name))


def _entry(feed: ET.Element, run: Run, moment: str, known: Mapping[str, Source]) -> None:
    page = public_root() + url_for("sources.show_run", source_id=run.source_id, run_id=run.id)
    source = known.get(run.source_id)
    made = ET.SubElement(feed, "entry")
    text(made, "id", page)
    text(made, "title", run.source_id if source is None else source_name(source).text)
    text(made, "updated", moment)
    link(made, "alternate", page, "text/html")
    text(made, "summary", _counts(run))
    text(made, "content", "\n".join(_lines(run)))


def _counts(run: Run) -> str:
    counted = [
        gettext("%(what)s: %(count)s", what=label, count=run.counts[outcome])
        for outcome, label in run_counts().items()
        if outcome in runs.CHANGING and run.counts.get(outcome)
    ]
    return "; ".join(counted)


def _lines(run: Run) -> list[str]:
    changed = [record for record in run.records if record.outcome in runs.CHANGING]
    lines = [
        gettext(
            "%(dataset)s %(outcome)s",
            dataset=words(record.title).text or record.remote_id,
            outcome=outcome_label(record.outcome.value),
        )
        for record in changed[:RECORDS_TOLD]
    ]
    if len(changed) > RECORDS_TOLD:
        rest = len(changed) - RECORDS_TOLD
        lines.append(gettext("and %(count)s more, all on the page of the run", count=rest))
    return lines
