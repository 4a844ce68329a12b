"""The check of one version of a table: findings, types with their reasons, and how the file was
read.
"""

from typing import Any

from flask import Blueprint, render_template, request

from catalogue.errors import NotFound
from catalogue.store import datasets, versions
from portal.context import services
from portal.drafts import may_see_values, shown_drafts
from portal.pages.addresses import whole_number
from portal.pages.findings import groups_of, read_report, shown_findings, summary_of
from portal.pages.recipes import inferences_of, recipe_facts

blueprint = Blueprint("report", __name__)


@blueprint.get("/datasets/<dataset_id>/tables/<table>/report")
def show(dataset_id: str, table: str) -> str:
    """Show how a version was read and what its check found; `?version=` names an older one."""
    store = services().store
    if versions.dataset_of(store, table) != dataset_id:
        raise NotFound("table-unknown", table=table)
    wanted = whole_number("version", default=0)
    version = versions.get(store, table, wanted or None)
    return _page(dataset_id, version.report, version.recipe, version=version, table=table)


@blueprint.get("/datasets/<dataset_id>/drafts/<distribution_id>/report")
def show_draft(dataset_id: str, distribution_id: str) -> str:
    """Show what keeps a draft from being published; `?part=` names one of several tables."""
    entry = datasets.get(services().store, dataset_id)
    part = request.args.get("part", "")
    for draft in entry.drafts:
        if draft.distribution_id == distribution_id and draft.part == part:
            shown = shown_drafts([draft])[0]
            return _page(
                dataset_id,
                shown.report,
                shown.recipe,
                draft=draft,
                are_values_hidden=not may_see_values(),
            )
    raise NotFound("draft-unknown", dataset=dataset_id)


def _page(
    dataset_id: str, report: dict[str, Any], recipe: dict[str, Any], **context: object
) -> str:
    found = read_report(report)
    return render_template(
        "report.html",
        entry=datasets.get(services().store, dataset_id),
        summary=summary_of(report),
        report=found,
        findings=shown_findings(found),
        groups=groups_of(found),
        facts=recipe_facts(recipe),
        inferences=inferences_of(recipe),
        **context,
    )
