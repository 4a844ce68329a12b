"""The check of a draft, and what every report shows: findings, types with their reasons, how the
file was read.
"""

from typing import Any

from flask import Blueprint, render_template, request

from catalogue.errors import NotFound
from catalogue.store import datasets, privacy
from catalogue.store.versions import Slot
from portal.context import services
from portal.drafts import may_see_values, shown_drafts
from portal.holding import flags_of_draft
from portal.pages.findings import groups_of, read_report, shown_findings, summary_of
from portal.pages.privacy_decisions import MAX_REASON
from portal.pages.recipes import inferences_of, recipe_facts

blueprint = Blueprint("report", __name__)


@blueprint.get("/datasets/<dataset_id>/drafts/<distribution_id>/report")
def show_draft(dataset_id: str, distribution_id: str) -> str:
    """Show what keeps a draft from being published; `?part=` names one of several tables."""
    entry = datasets.get(services().store, dataset_id)
    part = request.args.get("part", "")
    for draft in entry.drafts:
        if draft.distribution_id == distribution_id and draft.part == part:
            shown = shown_drafts([draft])[0]
            is_steward = may_see_values()
            slot = Slot(dataset_id=dataset_id, distribution_id=distribution_id, part=part)
            return render_template(
                "report.html",
                entry=entry,
                draft=draft,
                are_values_hidden=not is_steward,
                privacy_flags=flags_of_draft(draft) if is_steward else [],
                privacy_decisions=privacy.decisions(services().store, slot) if is_steward else [],
                max_reason=MAX_REASON,
                **report_context(shown.report, shown.recipe),
            )
    raise NotFound("draft-unknown", dataset=dataset_id)


def report_context(report: dict[str, Any], recipe: dict[str, Any]) -> dict[str, Any]:
    """Return what the template of a report shows."""
    found = read_report(report)
    return {
        "check": summary_of(report),
        "report": found,
        "findings": shown_findings(found),
        "groups": groups_of(found),
        "facts": recipe_facts(recipe),
        "inferences": inferences_of(recipe),
    }
