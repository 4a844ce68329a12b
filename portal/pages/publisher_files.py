"""The list of publishers and the report of one as JSON and CSV: the facts of the page, whole."""

from collections.abc import Sequence
from typing import Any

import msgspec
from flask import Response, url_for

from catalogue.records import RunIssue
from catalogue.store.publishers import Holder
from portal.context import public_root
from portal.i18n import reader_language, words
from portal.messages import sentence
from portal.pages.twins import csv_twin, json_twin
from portal.publisher_report import DatasetState, PublisherReport
from sandbox.formats.csv import Excel


def list_as_json(holders: Sequence[Holder]) -> Response:
    """Give every publisher with the numbers of the list."""
    return json_twin({"count": len(holders), "results": [_brief(each) for each in holders]})


def list_as_csv(holders: Sequence[Holder], excel: Excel | None) -> Response:
    """Give every publisher as one row."""
    rows = [{**_brief(holder), "title": words(holder.publisher.title).text} for holder in holders]
    return csv_twin(rows, "publishers", excel)


def report_as_json(report: PublisherReport) -> Response:
    """Give a report whole; what went wrong stands in words beside its code."""
    body: dict[str, Any] = msgspec.to_builtins(report)
    for problem, shown in zip(report.problems, body["problems"], strict=True):
        shown["message"] = _words(problem.issue)
    for harvest, shown in zip(report.harvests, body["harvests"], strict=True):
        shown["message"] = _words(harvest.run.reason) if harvest.run.reason else None
        del shown["run"]["records"]
    for shown in body["datasets"]:
        shown["address"] = _address(shown["id"])
    return json_twin(body)


def report_as_csv(report: PublisherReport, excel: Excel | None) -> Response:
    """Give a report as one row a dataset."""
    rows = [_row(each) for each in report.datasets]
    return csv_twin(rows, f"publisher-{report.publisher.id}-{report.made_at[:10]}", excel)


def _brief(holder: Holder) -> dict[str, Any]:
    publisher = holder.publisher
    return {
        "id": publisher.id,
        "title": publisher.title,
        "side": publisher.side,
        "url": publisher.url,
        "dataset_count": len(holder.dataset_ids),
        "archived_count": holder.archived_count,
        "newest_data": holder.newest_data,
    }


def _row(state: DatasetState) -> dict[str, Any]:
    uses = {
        f"{kind.value}s_{name}".replace("querys", "queries"): count
        for kind, found in state.uses.items()
        for name, count in (("30_days", found.recent), ("total", found.total))
    }
    return {
        "id": state.id,
        "title": words(state.title).text,
        "address": _address(state.id),
        "frequency": state.frequency,
        "data_changed": state.data_changed,
        "freshness": state.freshness.value,
        "table_count": state.table_count,
        "row_count": state.row_count,
        "error_count": state.error_count,
        "remark_count": state.remark_count,
        "draft_count": state.draft_count,
        "missing": ", ".join(state.missing),
        "problem_count": state.problem_count,
        **uses,
    }


def _address(dataset_id: str) -> str:
    return public_root() + url_for("root.dataset", dataset_id=dataset_id)


def _words(issue: RunIssue) -> str:
    return sentence(issue.code, issue.params, reader_language())
