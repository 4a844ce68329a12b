"""What is withdrawn: a form for stewards, a list for all, and the way back."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalogue.store import datasets, likeness, withdrawals
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.context import services
from portal.errors import Refusal, fault_of
from portal.i18n import reader_language
from portal.pages.context import may_publish
from portal.withdrawing import MAX_REASON, put_back, withdraw

blueprint = Blueprint("withdrawals", __name__)


@blueprint.get("/withdrawn")
def listing() -> str:
    """List what is withdrawn, with the reasons."""
    return render_template(
        "withdrawn.html",
        withdrawn=withdrawals.listed(services().store),
        is_steward=may_publish(),
    )


@blueprint.get("/datasets/<dataset_id>/withdraw")
@require(role=Role.STEWARD)
def form(dataset_id: str) -> str:
    """Say what withdrawing means, and ask why."""
    return _form(dataset_id)


@blueprint.post("/datasets/<dataset_id>/withdraw")
@require(role=Role.STEWARD)
def send(dataset_id: str) -> Response | tuple[str, int]:
    """Withdraw a dataset."""
    request.max_content_length = 20_000
    reason = " ".join(request.form.get("reason", "").split())
    if not 0 < len(reason) <= MAX_REASON:
        fault = fault_of(Refusal(400, "reason-missing", maximum=MAX_REASON), reader_language())
        return _form(dataset_id, reason, fault.message), fault.status
    withdraw(services().store, dataset_id, reason=reason, by=caller().name or "")
    return redirect(url_for("withdrawals.listing"), 303)


@blueprint.post("/withdrawn/<dataset_id>/back")
@require(role=Role.STEWARD)
def back(dataset_id: str) -> Response:
    """Put a withdrawn dataset back."""
    put_back(services().store, dataset_id, by=caller().name or "")
    return redirect(url_for("dataset.show", dataset_id=dataset_id), 303)


def _form(dataset_id: str, reason: str = "", problem: str | None = None) -> str:
    store = services().store
    return render_template(
        "withdraw.html",
        entry=datasets.get(store, dataset_id),
        twins=datasets.by_ids(store, likeness.others(store, dataset_id)),
        reason=reason,
        problem=problem,
        maximum=MAX_REASON,
    )
