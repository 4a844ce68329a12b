"""The quality of one version of a table: rules, findings, what is empty and what is told; how the
file was read.
"""

from typing import Any

from flask import Blueprint, Response, g, render_template

from catalogue.records import Version
from catalogue.store import histories, versions
from portal.context import services
from portal.pages.addresses import whole_number
from portal.pages.dataset.description_score import description_score
from portal.pages.dataset.filters import percent_of
from portal.pages.dataset.frame import Frame, frame_with_version
from portal.pages.dataset.quality_facts import (
    empty_of,
    rows_of_findings,
    rules_of,
    timeliness_of,
    told_of,
    trend_of,
)
from portal.pages.findings import read_report
from portal.pages.report import report_context
from portal.pages.twins import json_twin
from portal.profiles import profiles_of

TREND = 24
# Older versions, and large ones, are not summed up for the sake of the trend.
SUMMED_UP, MOST_CELLS = 8, 200_000

blueprint = Blueprint("dataset_quality", __name__)


@blueprint.get("/datasets/<dataset_id>/quality")
def show(dataset_id: str) -> str:
    """Show how a version was read and what its check found; `?version=` names an older one."""
    frame, version = _asked(dataset_id)
    return render_template(
        "dataset_quality.html",
        frame=frame,
        version=version,
        **report_context(version.report, version.recipe),
        **_facts(frame, version),
    )


@blueprint.get("/datasets/<dataset_id>/quality.json")
def show_json(dataset_id: str) -> Response:
    """Give the same as JSON."""
    frame, version = _asked(dataset_id)
    facts = _facts(frame, version)
    return json_twin(
        {
            "dataset": frame.entry.id,
            "table": version.table,
            "version": version.n,
            "rules": [rule._asdict() for rule in facts["rules"]],
            "is_profile_pending": facts["is_profile_pending"],
            "empty_cells": facts["missing"],
            "cells": facts["cells"],
            "empty_columns": [one._asdict() for one in facts["empty"]],
            "documentation": facts["told"]._asdict(),
            "description_score": facts["mqa"].told() if facts["mqa"] else None,
            "frequency": frame.entry.dataset.frequency,
            "data_modified": frame.entry.dataset.data_modified,
            "freshness": facts["timeliness"].freshness.value,
            "late_after": facts["timeliness"].late_after,
            "trend": [
                {
                    "version": point.version.n,
                    "created_at": point.version.created_at,
                    "rows": point.version.row_count,
                    "errors": point.errors,
                    "remarks": point.remarks,
                    "missing_share": point.missing_share,
                }
                for point in facts["trend"]
            ],
            "report": version.report,
        }
    )


def _asked(dataset_id: str) -> tuple[Frame, Version]:
    frame, version = frame_with_version(dataset_id)
    wanted = whole_number("version", default=0)
    if wanted:
        version = versions.get(services().store, version.table, wanted)
    return frame, version


def _facts(frame: Frame, version: Version) -> dict[str, Any]:
    profiles = profiles_of(version)
    if profiles is None:
        g.page_etag = None  # the next answer will say more
    missing = sum(one.missing for one in (profiles or {}).values())
    cells = version.row_count * len(version.columns)
    report = read_report(version.report)
    dataset = frame.entry.dataset
    changed = dataset.data_modified or frame.entry.data_updated_at or version.created_at
    timeliness = timeliness_of(dataset, changed)
    if timeliness.late_after is not None:
        g.page_etag = None  # the next day may bring another verdict
    history = histories.page(services().store, version.table, limit=TREND).versions
    return {
        "rules": rules_of(version, report),
        "row_in_table": rows_of_findings(version, report),
        "changed": changed,
        "timeliness": timeliness,
        "is_profile_pending": profiles is None,
        "missing": missing,
        "cells": cells,
        "missing_percent": percent_of(missing, cells),
        "empty": empty_of(profiles or {}),
        "mqa": description_score(frame.entry),
        "told": told_of(version, dataset),
        "trend": trend_of(history, _missing_shares(history)),
    }


def _missing_shares(history: list[Version]) -> dict[int, float]:
    """Return the share of empty cells of the newest small versions by their numbers."""
    shares = {}
    for version in history[:SUMMED_UP]:
        cells = version.row_count * len(version.columns)
        if 0 < cells <= MOST_CELLS and (profiles := profiles_of(version)) is not None:
            shares[version.n] = sum(one.missing for one in profiles.values()) / cells
    return shares
