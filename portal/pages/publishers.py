"""The publishers: who they are, and for each a report on its data that can be printed and taken
away.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar

from flask import Blueprint, Response, render_template, request

from catalogue.names import fold
from catalogue.records import Side
from catalogue.store import questions
from catalogue.store.publisher_days import DayOf
from catalogue.store.publishers import Holder
from catalogue.store.questions import Question
from portal.context import services
from portal.i18n import reader_language, words
from portal.pages.addresses import whole_number
from portal.pages.context import may_publish
from portal.pages.known_sources import known_source
from portal.pages.paging import Paging
from portal.pages.publisher_files import (
    list_as_csv,
    list_as_json,
    report_as_csv,
    report_as_json,
)
from portal.pages.publisher_labels import selections
from portal.pages.sparkline import Sparkline, sparkline
from portal.publisher_report import DatasetState, PublisherReport, holders, report_of

PUBLISHERS_A_PAGE = 100
DATASETS_A_PAGE = 50
_EXCEL: dict[str, Literal["fr", "nl"]] = {"fr": "fr", "nl": "nl"}
_ORDERS: dict[str, Callable[[Holder], tuple[object, ...]]] = {
    "name": lambda holder: (_name(holder),),
    "datasets": lambda holder: (-len(holder.dataset_ids), _name(holder)),
    "newest": lambda holder: (_reversed(holder.newest_data or ""), _name(holder)),
}
_SELECTED: dict[str, Callable[[DatasetState], object]] = {
    "on-time": lambda state: state.freshness == "on-time",
    "overdue": lambda state: state.freshness == "overdue",
    "unknown": lambda state: state.freshness == "unknown",
    "errors": lambda state: state.error_count or state.remark_count,
    "drafts": lambda state: state.draft_count,
    "missing": lambda state: state.missing,
    "problems": lambda state: state.problem_count,
}

Thing = TypeVar("Thing")

blueprint = Blueprint("publishers", __name__)


@blueprint.get("/publishers")
def listing() -> str:
    """List the publishers, or those of one side."""
    found = _listed()
    side = request.args.get("side")
    kept = [each for each in found if side in (None, each.publisher.side)]
    paging = _paging(len(kept), PUBLISHERS_A_PAGE)
    return render_template(
        "publishers.html",
        holders=_part(kept, paging),
        paging=paging,
        count=len(kept),
        side=side,
        sides={each: sum(h.publisher.side == each for h in found) for each in Side},
        order=_order(),
        excel=_EXCEL.get(reader_language(), "fr"),
    )


@blueprint.get("/publishers.<any(json, csv):form>")
def listing_file(form: str) -> Response:
    """Give the list as a file, whole."""
    return list_as_json(_listed()) if form == "json" else list_as_csv(_listed(), _excel())


@blueprint.get("/publishers/<publisher_id>")
def show(publisher_id: str) -> str:
    """Show the report of one publisher; `?show=` narrows its datasets, `?all=1` puts them on one
    page.
    """
    report = report_of(services(), publisher_id)
    wanted = request.args.get("show", "")
    is_wanted = _SELECTED.get(wanted, lambda _: True)
    states = sorted(filter(is_wanted, report.datasets), key=_title)
    is_whole = request.args.get("all") == "1"
    paging = _paging(len(states), max(1, len(states)) if is_whole else DATASETS_A_PAGE)
    return render_template(
        "publisher.html",
        report=report,
        publisher=report.publisher,
        states=_part(states, paging),
        paging=paging,
        wanted=wanted if wanted in _SELECTED else "",
        selections=[
            (key, label, sum(bool(_SELECTED[key](each)) for each in report.datasets))
            for key, label in selections().items()
        ],
        titles={each.id: each.title for each in report.datasets},
        charts={kind: sparkline(report.days, uses.days) for kind, uses in report.uses.items()},
        source_of=known_source,
        trend=_trend(report),
        waiting=_waiting(report) if may_publish() else [],
        excel=_EXCEL.get(reader_language(), "fr"),
    )


@blueprint.get("/publishers/<publisher_id>.<any(json, csv):form>")
def show_file(publisher_id: str, form: str) -> Response:
    """Give the report of one publisher as a file, whole."""
    report = report_of(services(), publisher_id)
    return report_as_json(report) if form == "json" else report_as_csv(report, _excel())


class Trend(NamedTuple):
    """The first and the last day that are kept, and the share in order as one bar a day."""

    first: DayOf
    last: DayOf
    chart: Sparkline


def _trend(report: PublisherReport) -> Trend | None:
    """Return the trend; one day alone is none."""
    days = report.trend
    if len(days) < 2:
        return None
    shares = [round(100 * each.in_order_count / max(1, each.dataset_count)) for each in days]
    chart = sparkline([each.day for each in days], shares) if any(shares) else None
    return Trend(days[0], days[-1], chart) if chart else None


def _waiting(report: PublisherReport) -> list[Question]:
    """Return the questions that wait for a steward."""
    mine = {state.id for state in report.datasets}
    return [each for each in questions.waiting(services().store) if each.dataset_id in mine]


def _listed() -> list[Holder]:
    """Return the publishers that have something here, in the order that is asked for."""
    found = [holder for holder in holders(services()) if holder.dataset_ids]
    return sorted(found, key=_ORDERS[_order()])


def _order() -> str:
    asked = request.args.get("sort", "name")
    return asked if asked in _ORDERS else "name"


def _name(holder: Holder) -> str:
    return fold(words(holder.publisher.title).text or holder.publisher.id)


def _title(state: DatasetState) -> str:
    return fold(words(state.title).text)


def _reversed(text: str) -> list[int]:
    """Return what sorts a text from last to first."""
    return [-ord(sign) for sign in text] or [1]


def _excel() -> Literal["fr", "nl"] | None:
    return _EXCEL.get(request.args.get("excel", ""))


def _paging(total: int, size: int) -> Paging:
    return Paging(number=whole_number("page", default=1), size=size, total=total)


def _part(found: list[Thing], paging: Paging) -> list[Thing]:
    return found[(paging.number - 1) * paging.size : paging.number * paging.size]
