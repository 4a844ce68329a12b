"""A steward decides on a file that is held because its columns look like personal data."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from catalogue.store import datasets
from catalogue.store.privacy import Verdict
from portal import holding
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.context import services
from portal.errors import Refusal

MAX_REASON = 500

blueprint = Blueprint("privacy_decisions", __name__)


@blueprint.post("/datasets/<dataset_id>/drafts/<distribution_id>/privacy")
@require(role=Role.STEWARD)
def decide(dataset_id: str, distribution_id: str) -> Response:
    """Publish the file all the same, with a reason, or withdraw it."""
    request.max_content_length = 20_000
    store = services().store
    verdict = request.form.get("verdict", "")
    if verdict not in list(Verdict):
        raise Refusal(400, "parameter-missing", name="verdict")
    reason = " ".join(request.form.get("reason", "").split())
    if len(reason) > MAX_REASON or (verdict == Verdict.PUBLISH and not reason):
        raise Refusal(400, "reason-missing", maximum=MAX_REASON)
    entry = datasets.get(store, dataset_id)
    draft = holding.waiting(entry, distribution_id, request.form.get("part", ""))
    holding.decide(store, draft, Verdict(verdict), reason=reason, by=caller().name or "")
    return redirect(url_for("dataset.show", dataset_id=dataset_id), 303)
