"""Where the data comes from: sources, their runs, every record and error of a run in words."""

from collections import Counter

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalogue.errors import CatalogueError, NotFound
from catalogue.records import RecordOutcome, Source
from catalogue.store import runs
from portal.accounts.rights import require
from portal.accounts.roles import Role
from portal.context import services
from portal.errors import Refusal, fault_of
from portal.i18n import reader_language
from portal.pages.addresses import whole_number
from portal.pages.context import may_publish
from portal.pages.known_sources import known_source
from portal.pages.paging import Paging
from portal.pages.strip import strip
from portal.source_runs import ask_for_run
from portal.source_states import RUNS_SHOWN, state_of, states

RECORDS_A_PAGE = 100
_KINDS = ("run", "dry-run")

blueprint = Blueprint("sources", __name__, url_prefix=None)


@blueprint.get("/sources")
def listing() -> str:
    """List the sources with how they are doing."""
    found = states(services().store)
    return render_template(
        "sources.html",
        rows=[(state, strip(state.runs, shown=RUNS_SHOWN)) for state in found],
        healths=Counter(state.health for state in found),
    )


@blueprint.get("/sources/<source_id>")
def show(source_id: str) -> str:
    """Show one source with its newest runs."""
    return _page(source_id)


@blueprint.post("/sources/<source_id>")
@require(role=Role.STEWARD)
def start(source_id: str) -> Response | tuple[str, int]:
    """Ask for a run of a source, or for a dry run; come back to its page."""
    source = _source(source_id)
    kind = request.form.get("run", "")
    try:
        if kind not in _KINDS:
            raise Refusal(400, "parameter-choice", name="run", value=kind, allowed=list(_KINDS))
        ask_for_run(source.id, is_dry_run=kind == "dry-run")
    except (Refusal, CatalogueError) as error:
        fault = fault_of(error, reader_language())
        return _page(source_id, problem=fault.message), fault.status
    return redirect(url_for("sources.show", source_id=source.id, asked=kind), 303)


def _page(source_id: str, problem: str | None = None) -> str:
    source = _source(source_id)
    state = state_of(services().store, source)
    return render_template(
        "source.html",
        source=source,
        state=state,
        runs=state.runs,
        strip=strip(state.runs, shown=RUNS_SHOWN),
        is_steward=may_publish(),
        asked=request.args.get("asked"),
        problem=problem,
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
