"""The page of a dataset: who, what, how new; its tables with preview, columns, downloads and
versions.
"""

from pathlib import Path

from flask import Blueprint, render_template, request

from catalogue.errors import NotFound
from catalogue.records import Draft, Entry, Table, Version
from catalogue.store import datasets, versions
from catalogue.store.usage import Kind
from portal import preview
from portal.context import services
from portal.counting import note
from portal.i18n import day
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
    tables = _in_order(entry)
    table = _chosen_table(tables)
    note(Kind.VIEW, entry.id)
    return render_template(
        "dataset.html",
        entry=entry,
        dataset=entry.dataset,
        source=known_source(entry.dataset.source_id),
        tables=tables,
        table=table,
        view=_view(table) if table else {},
        drafts=[
            (draft, draft_findings(draft), _replaces_a_version(draft, entry))
            for draft in entry.drafts
        ],
        is_description_date_shown=_is_description_date_shown(entry),
        places=place_names(entry.dataset.spatial),
    )


def _in_order(entry: Entry) -> list[Table]:
    """Return the tables in the order in which the publisher lists their files."""
    listed = [file.remote_id for file in entry.dataset.distributions]
    places = {remote_id: place for place, remote_id in enumerate(listed)}
    return sorted(entry.tables, key=lambda table: places.get(table.distribution_id, len(listed)))


def _replaces_a_version(draft: Draft, entry: Entry) -> bool:
    """Tell whether an older file of the same place in the dataset was published."""
    place = (draft.distribution_id, draft.part)
    return any(
        (table.distribution_id, table.part) == place and table.current for table in entry.tables
    )


def _is_description_date_shown(entry: Entry) -> bool:
    """Tell whether the description changed on another day than the data: else it says nothing."""
    data = entry.dataset.data_modified or entry.data_updated_at
    return day(entry.dataset.modified or entry.updated_at) != day(data)


def _chosen_table(tables: list[Table]) -> Table | None:
    wanted = request.args.get("table")
    for table in tables:
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
