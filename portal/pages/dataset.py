"""The page of a dataset: who, what, how new; its tables with preview, columns, downloads and
versions.
"""

from pathlib import Path

from flask import Blueprint, render_template, request

from catalogue.errors import NotFound
from catalogue.records import Entry, Table, Version
from catalogue.store import datasets, versions
from portal import preview
from portal.api.context import services
from portal.pages.addresses import public_root, whole_number
from portal.pages.columns import described_columns
from portal.pages.downloads import downloads_of
from portal.pages.findings import draft_findings, summary_of
from portal.pages.known_sources import known_source
from portal.pages.paging import Paging
from portal.pages.places import place_names
from portal.pages.snippets import snippets_for

PREVIEW_ROWS = 100

blueprint = Blueprint("dataset", __name__)


@blueprint.get("/datasets/<dataset_id>")
def show(dataset_id: str) -> str:
    """Show one dataset, with the table that `?table=` names, or its first."""
    entry = datasets.get(services().store, dataset_id)
    table = _chosen_table(entry)
    return render_template(
        "dataset.html",
        entry=entry,
        dataset=entry.dataset,
        source=known_source(entry.dataset.source_id),
        table=table,
        view=_view(table) if table else {},
        drafts=[(draft, draft_findings(draft)) for draft in entry.drafts],
        places=place_names(entry.dataset.spatial),
    )


def _chosen_table(entry: Entry) -> Table | None:
    wanted = request.args.get("table")
    for table in entry.tables:
        if wanted in (None, table.name):
            return table
    if wanted is not None:
        raise NotFound("table-unknown", table=wanted)
    return None


def _view(table: Table) -> dict[str, object]:
    """Gather what the template shows of a table; nothing where it has no version yet."""
    if table.current is None:
        return {}
    number = whole_number("page", default=1)
    page = _page(table.current, number)
    return {
        "version": table.current,
        "page": page,
        "paging": Paging(number=number, size=PREVIEW_ROWS, total=page.row_count),
        "columns": described_columns(table.current),
        "downloads": downloads_of(table.current),
        "history": versions.history(services().store, table.name),
        "report": summary_of(table.current.report),
        "snippets": snippets_for(table.name, public_root()),
    }


def _page(version: Version, number: int) -> preview.Page:
    return preview.page(
        _file(version),
        offset=(number - 1) * PREVIEW_ROWS,
        limit=PREVIEW_ROWS,
        sort=request.args.get("sort"),
        descending=request.args.get("desc") == "1",
    )


def _file(version: Version) -> Path:
    return services().store.objects.parquet_path(version.sha256)
