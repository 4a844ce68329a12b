"""The versions of a table."""

from flask import Blueprint, render_template

from catalogue.store import histories
from portal.context import services
from portal.pages.addresses import whole_number
from portal.pages.dataset.frame import frame_with_version
from portal.pages.paging import Paging

VERSIONS_SHOWN = 50

blueprint = Blueprint("dataset_versions", __name__)


@blueprint.get("/datasets/<dataset_id>/versions")
def show(dataset_id: str) -> str:
    """List the versions of a table in pages, newest first."""
    frame, version = frame_with_version(dataset_id)
    number = whole_number("page", default=1)
    offset = (number - 1) * VERSIONS_SHOWN
    found = histories.page(services().store, version.table, limit=VERSIONS_SHOWN, offset=offset)
    return render_template(
        "dataset_versions.html",
        frame=frame,
        version=version,
        history=found.versions,
        paging=Paging(number=number, size=VERSIONS_SHOWN, total=found.total),
    )
