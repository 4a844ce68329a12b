"""Where the data comes from: sources, their runs, every record and error of a run in words."""

from flask import Blueprint, render_template, request

from catalogue.errors import NotFound
from catalogue.records import RecordOutcome, Run, Source
from catalogue.store import runs, sources
from portal.context import services
from portal.pages.addresses import whole_number
from portal.pages.known_sources import known_source
from portal.pages.paging import Paging

RECORDS_A_PAGE = 100

blueprint = Blueprint("sources", __name__, url_prefix=None)


@blueprint.get("/sources")
def listing() -> str:
    """List the sources with their last run."""
    store = services().store
    rows = [(source, _last(source)) for source in sources.listed(store)]
    return render_template("sources.html", rows=rows)


@blueprint.get("/sources/<source_id>")
def show(source_id: str) -> str:
    """Show one source with its newest runs."""
    source = _source(source_id)
    return render_template(
        "source.html", source=source, runs=runs.of_source(services().store, source_id)
    )


@blueprint.get("/sources/<source_id>/runs/<int:run_id>")
def show_run(source_id: str, run_id: int) -> str:
    """Show every record of a run, or those of one outcome."""
    run = runs.get(services().store, run_id)
    if run.source_id != source_id:
        raise NotFound("run-unknown", run=run_id)
    outcome = request.args.get("outcome")
    number = whole_number("page", default=1)
    kept = [each for each in run.records if outcome in (None, each.outcome)]
    paging = Paging(number=number, size=RECORDS_A_PAGE, total=len(kept))
    return render_template(
        "run.html",
        source=_source(source_id),
        run=run,
        outcomes=list(RecordOutcome),
        outcome=outcome,
        records=kept[(number - 1) * RECORDS_A_PAGE : number * RECORDS_A_PAGE],
        paging=paging,
    )


def _source(source_id: str) -> Source:
    source = known_source(source_id)
    if source is None:
        raise NotFound("source-unknown", source=source_id)
    return source


def _last(source: Source) -> Run | None:
    found = runs.of_source(services().store, source.id, limit=1)
    return found[0] if found else None
