"""The columns of a table: what each holds, in the reader's words."""

from flask import Blueprint, render_template

from portal.pages.columns import described_columns
from portal.pages.dataset.frame import frame_with_version

blueprint = Blueprint("dataset_columns", __name__)


@blueprint.get("/datasets/<dataset_id>/columns")
def listing(dataset_id: str) -> str:
    """List the columns of the version in force."""
    frame, version = frame_with_version(dataset_id)
    return render_template(
        "dataset_columns.html", frame=frame, version=version, columns=described_columns(version)
    )
