"""The check of one version of a table: findings, types with their reasons, and how the file was
read.
"""

from flask import Blueprint, render_template

from catalogue.store import versions
from portal.context import services
from portal.pages.addresses import whole_number
from portal.pages.dataset.frame import frame_with_version
from portal.pages.report import report_context

blueprint = Blueprint("dataset_quality", __name__)


@blueprint.get("/datasets/<dataset_id>/quality")
def show(dataset_id: str) -> str:
    """Show how a version was read and what its check found; `?version=` names an older one."""
    frame, version = frame_with_version(dataset_id)
    wanted = whole_number("version", default=0)
    if wanted:
        version = versions.get(services().store, version.table, wanted)
    return render_template(
        "dataset_quality.html",
        frame=frame,
        version=version,
        **report_context(version.report, version.recipe),
    )
