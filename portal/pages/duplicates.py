"""Datasets that came through several portals: what was found, and what stewards decide of it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalogue.records import Entry
from catalogue.store import datasets, likeness
from catalogue.store.likeness import Likeness, Verdict
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.context import services
from portal.duplicates import decide
from portal.errors import Refusal
from portal.pages.context import may_publish

MOST = 200

blueprint = Blueprint("duplicates", __name__)


@blueprint.get("/duplicates")
def listing() -> str:
    """List the pairs; a steward finds what waits for a decision, with two buttons each."""
    store = services().store
    waiting = likeness.listed(store, is_waiting=True, limit=MOST)
    others = likeness.listed(store, is_waiting=False, limit=MOST)
    entries = _entries([*waiting, *others])
    return render_template(
        "duplicates.html",
        waiting=[pair for pair in waiting if _is_here(pair, entries)],
        others=[pair for pair in others if _is_here(pair, entries)],
        entries=entries,
        is_steward=may_publish(),
        most=MOST,
    )


@blueprint.post("/duplicates")
@require(role=Role.STEWARD)
def send() -> Response:
    """Keep what a steward says of a pair."""
    request.max_content_length = 10_000
    verdict = request.form.get("verdict", "")
    if verdict not in list(Verdict):
        raise Refusal(400, "parameter-choice", name="verdict", value=verdict, allowed=list(Verdict))
    first, second = request.form.get("first", ""), request.form.get("second", "")
    decide(services().store, first, second, Verdict(verdict), by=caller().name or "")
    return redirect(url_for("duplicates.listing"), 303)


def _is_here(pair: Likeness, entries: dict[str, Entry]) -> bool:
    """Tell whether neither is withdrawn."""
    return pair.first_id in entries and pair.second_id in entries


def _entries(pairs: list[Likeness]) -> dict[str, Entry]:
    ids = {one for pair in pairs for one in (pair.first_id, pair.second_id)}
    return {entry.id: entry for entry in datasets.by_ids(services().store, sorted(ids))}
