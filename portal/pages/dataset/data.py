"""The data of a dataset: rows that are filtered and sorted by their columns, downloads of what is
seen, snippets.
"""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalogue.records import Column, Draft, Entry, Version
from catalogue.store.usage import Kind
from catalogue.views import View, statement
from portal import preview
from portal.context import public_root, services
from portal.counting import note
from portal.i18n import day
from portal.pages.addresses import whole_number, with_query
from portal.pages.columns import described_columns
from portal.pages.dataset.asked import asked_view, column_of
from portal.pages.dataset.filters import Panel, condition_address, heads_of, panel_of
from portal.pages.dataset.frame import Frame, engine, frame_of
from portal.pages.downloads import downloads_of
from portal.pages.embed_code import embed_code
from portal.pages.findings import draft_findings
from portal.pages.known_sources import known_source
from portal.pages.paging import Paging
from portal.pages.places import place_names
from portal.pages.snippets import snippets_for
from portal.pages.view_words import conditions_of, sentence_of
from portal.profiles import profiles_of

ROWS = 100

blueprint = Blueprint("dataset", __name__)


@blueprint.get("/datasets/<dataset_id>")
def show(dataset_id: str) -> str | Response | tuple[str, int]:
    """Show the rows of a table, narrowed and sorted as the address says."""
    frame = frame_of(dataset_id)
    if frame.version is not None and (address := condition_address(frame.version)):
        return redirect(address, 302)
    note(Kind.VIEW, frame.entry.id)
    shown = _shown(frame, frame.version) if frame.version is not None else {}
    page = render_template(
        "dataset.html",
        frame=frame,
        **about(frame.entry),
        **shown,
    )
    return (page, 400) if shown.get("fault") else page


def about(entry: Entry) -> dict[str, Any]:
    """Return what the page says of the dataset as a whole."""
    return {
        "source": known_source(entry.dataset.source_id),
        "drafts": [
            (draft, draft_findings(draft), _replaces_a_version(draft, entry))
            for draft in entry.drafts
        ],
        "is_description_date_shown": _is_description_date_shown(entry),
        "places": place_names(entry.dataset.spatial),
    }


def _shown(frame: Frame, version: Version) -> dict[str, Any]:
    view, fault = asked_view(version)
    number = whole_number("page", default=1)
    page = preview.page(
        engine(),
        services().store.objects.parquet_path(version.sha256),
        view,
        version.columns,
        offset=(number - 1) * ROWS,
        limit=ROWS,
    )
    profiles = profiles_of(version)
    if profiles is None:
        g.page_etag = None  # the next answer will say more
    conditions = conditions_of(view, version.columns)
    return {
        "version": version,
        "view": view,
        "fault": fault,
        "page": page,
        "paging": Paging(number=number, size=ROWS, total=page.count),
        "conditions": conditions,
        "sentence": sentence_of(
            view, version.columns, conditions, count=page.count, total=version.row_count
        ),
        "heads": heads_of(version, view, profiles or {}),
        "panel": _panel(version, view),
        "columns": described_columns(version),
        "downloads": downloads_of(version, view),
        "sql": _sql(version, view),
        "embed": embed_code("tables", version, frame.entry),
        "snippets": snippets_for(
            version.table,
            public_root(),
            view,
            statement(view, version.columns, version.table),
        ),
        "is_profile_pending": profiles is None,
        "all_rows": with_query(without=[key for key, _ in view.pairs()]),
    }


def _panel(version: Version, view: View) -> Panel | None:
    """Return the filter of the column that `?on=` names."""
    column: Column | None = column_of(version, request.args.get("on"))
    if column is None:
        return None
    return panel_of(column, view, (profiles_of(version) or {}).get(column.name))


def _sql(version: Version, view: View) -> str:
    """Return the address of the sandbox with the statement of the view."""
    text = statement(view, version.columns, version.table)
    return url_for("sql.show", sql=f"{text}\nLIMIT 100")


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
