"""The versions of a table."""

from flask import Blueprint, render_template

from catalogue.store import versions
from portal.context import services
from portal.pages.dataset.frame import frame_with_version

blueprint = Blueprint("dataset_versions", __name__)


@blueprint.get("/datasets/<dataset_id>/versions")
def show(dataset_id: str) -> str:
    """List every version of a table, newest first."""
    frame, version = frame_with_version(dataset_id)
    return render_template(
        "dataset_versions.html",
        frame=frame,
        version=version,
        history=versions.history(services().store, version.table),
    )
