"""The versions of a table, and what changed between any two."""

from typing import Any

from flask import Blueprint, Response, g, render_template

from catalogue.changes import columns_between
from catalogue.records import Version
from catalogue.store import histories, versions
from catalogue.views import ViewError
from portal.comparisons import changes_of, side_of
from portal.context import services
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages.addresses import whole_number
from portal.pages.dataset.column_changes import column_lines
from portal.pages.dataset.frame import Frame, frame_with_version
from portal.pages.paging import Paging
from portal.pages.twins import json_twin

VERSIONS_SHOWN = 50

blueprint = Blueprint("dataset_versions", __name__)


@blueprint.get("/datasets/<dataset_id>/versions")
def show(dataset_id: str) -> str:
    """List the versions of a table in pages, newest first; `?from=3&to=5` compares two."""
    frame, version = frame_with_version(dataset_id)
    if (pair := _pair(version)) is not None:
        return _compared(frame, *pair)
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


@blueprint.get("/datasets/<dataset_id>/versions.json")
def show_json(dataset_id: str) -> Response:
    """Give what changed between two versions as JSON. Raises NotFound without `from` and `to`."""
    frame, version = frame_with_version(dataset_id)
    pair = _pair(version, is_wanted=True)
    old, new = pair if pair is not None else (version, version)
    return json_twin(
        {
            "dataset": frame.entry.id,
            "table": version.table,
            "from": old.n,
            "to": new.n,
            "columns": columns_between(old, new),
            "rows": changes_of(side_of(old), side_of(new)),
        }
    )


def _pair(version: Version, *, is_wanted: bool = False) -> tuple[Version, Version] | None:
    """Return the versions that `from` and `to` name; the one before and the current one go without
    saying where the other is named, or where a pair is wanted.
    """
    old, new = whole_number("from", default=0), whole_number("to", default=0)
    if not (old or new or is_wanted):
        return None
    new = new or version.n
    old = old or max(1, new - 1)
    store = services().store
    return versions.get(store, version.table, old), versions.get(store, version.table, new)


def _compared(frame: Frame, old: Version, new: Version) -> str:
    changes, fault = None, None
    try:
        changes = changes_of(side_of(old), side_of(new))
    except ViewError as error:
        fault = sentence(error.code, error.params, reader_language())
    if changes is None:
        g.page_etag = None  # the next answer will say more
    shown: dict[str, Any] = {
        "column_lines": column_lines(columns_between(old, new)),
        "changes": changes,
        "fault": fault,
    }
    return render_template("dataset_changes.html", frame=frame, old=old, new=new, **shown)
