"""Sources and their runs; a run can be asked for."""

import msgspec
from flask import Blueprint, Response

from catalogue.errors import NotFound
from catalogue.records import Source
from catalogue.store import runs, sources
from portal.accounts.rights import require
from portal.accounts.roles import Role, Scope
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.publishing import TRUE
from portal.api.shapes import RunList, SourceDetail, SourceList, public_source
from portal.context import services
from portal.source_runs import ask_for_run
from portal.source_states import SourceState, state_of, states

MAX_RUNS = 100


blueprint = Blueprint("api_sources", __name__, url_prefix="/api/v1")
install(blueprint)


class Job(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A harvest that was asked for; one that waited already is the same job."""

    job: str
    source: str


@blueprint.get("/sources")
def listed() -> Response:
    """List the sources of this installation, each with its newest run."""
    Parameters()
    found = [_detail(state) for state in states(services().store, shown=1)]
    return json_answer(SourceList(count=len(found), results=found))


@blueprint.get("/sources/<source_id>")
def show(source_id: str) -> Response:
    """Read one source with its newest run."""
    Parameters()
    source = _known(source_id)
    return json_answer(_detail(state_of(services().store, source, shown=1)))


@blueprint.get("/sources/<source_id>/runs")
def runs_of(source_id: str) -> Response:
    """List the newest runs of a source, without their records."""
    limit = Parameters("limit").number("limit", 30, minimum=1, maximum=MAX_RUNS)
    _known(source_id)
    found = runs.of_source(services().store, source_id, limit=limit)
    return json_answer(RunList(count=len(found), results=found))


@blueprint.get("/runs/<int:run_id>")
def run(run_id: int) -> Response:
    """Read one run with what it did to each record."""
    Parameters()
    return json_answer(runs.get(services().store, run_id))


@blueprint.post("/sources/<source_id>/run")
@require(role=Role.STEWARD, scope=Scope.HARVEST)
def start(source_id: str) -> Response:
    """Ask for a harvest of a source, whatever its schedule; or only for what it would do."""
    is_dry_run = Parameters("trial").choice("trial", TRUE) == "1"
    source = _known(source_id)
    job = ask_for_run(source.id, is_dry_run=is_dry_run)
    return json_answer(Job(job=job, source=source.id), status=202)


def _known(source_id: str) -> Source:
    by_id = {source.id: source for source in sources.listed(services().store)}
    if source_id not in by_id:
        raise NotFound("source-unknown", source=source_id, known=sorted(by_id))
    return by_id[source_id]


def _detail(state: SourceState) -> SourceDetail:
    return SourceDetail(
        source=public_source(state.source),
        health=state.health,
        next_run_at=state.schedule.next_run_at,
        failure_count=state.schedule.failure_count,
        last_run=state.last_run,
    )
