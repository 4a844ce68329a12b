"""One row of a version, whole: its address stays true for ever."""

from flask import Blueprint, render_template

from catalogue.errors import NotFound
from catalogue.store import versions
from catalogue.views import View
from portal import preview
from portal.context import services
from portal.pages.addresses import whole_number
from portal.pages.columns import described_columns
from portal.pages.dataset.frame import engine, frame_with_version

blueprint = Blueprint("dataset_row", __name__)


@blueprint.get("/datasets/<dataset_id>/rows/<int:number>")
def show(dataset_id: str, number: int) -> str:
    """Show one row by its number in the file; `?version=` pins the version that it is of."""
    frame, version = frame_with_version(dataset_id)
    wanted = whole_number("version", default=version.n)
    if wanted != version.n:
        version = versions.get(services().store, version.table, wanted)
    if not 1 <= number <= version.row_count:
        raise NotFound("row-unknown", table=version.table, row=number, rows=version.row_count)
    page = preview.page(
        engine(),
        services().store.objects.parquet_path(version.sha256),
        View(),
        version.columns,
        offset=number - 1,
        limit=1,
    )
    return render_template(
        "dataset_row.html",
        frame=frame,
        version=version,
        number=number,
        pairs=list(zip(described_columns(version), page.rows[0], strict=True)),
    )
