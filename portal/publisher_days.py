"""Writes down each day how the datasets of each publisher stand: the trend that its report shows.

Some publishers at a time: the first report of a day reads much, and people are served meanwhile.
"""

from catalogue.store import publisher_days
from catalogue.store.publisher_days import DayOf, Needing
from portal.freshness import Freshness
from portal.publisher_report import DatasetState, PublisherReport, holders, report_of
from portal.services import Services
from portal.usage import today

AT_ONCE = 20
MOST_NAMED = 50


class PublisherDays:
    """What is due of today."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def sweep(self) -> None:
        """Keep today of the publishers that lack it, some at a time."""
        store, day = self._services.store, today().isoformat()
        kept = publisher_days.kept_on(store, day)
        lacking = [
            holder.publisher.id
            for holder in holders(self._services)
            if holder.dataset_ids and holder.publisher.id not in kept
        ]
        for publisher_id in lacking[:AT_ONCE]:
            report = report_of(self._services, publisher_id)
            needing = [_needing(each) for each in report.datasets if not is_in_order(each)]
            publisher_days.keep(store, publisher_id, day_of(report, day), needing[:MOST_NAMED])


def day_of(report: PublisherReport, day: str) -> DayOf:
    """Return what a report says of its datasets, counted."""
    states = report.datasets
    return DayOf(
        day=day,
        dataset_count=len(states),
        in_order_count=sum(is_in_order(each) for each in states),
        overdue_count=sum(each.freshness is Freshness.OVERDUE for each in states),
        error_count=sum(each.error_count > 0 for each in states),
        draft_count=sum(each.draft_count > 0 for each in states),
        problem_count=sum(each.problem_count > 0 for each in states),
        incomplete_count=sum(bool(each.missing) for each in states),
    )


def is_in_order(state: DatasetState) -> bool:
    """Tell whether nothing of a dataset needs a human."""
    is_overdue = state.freshness is Freshness.OVERDUE
    return not (is_overdue or state.error_count or state.draft_count or state.problem_count)


def _needing(state: DatasetState) -> Needing:
    reasons = {
        "overdue": state.freshness is Freshness.OVERDUE,
        "error": bool(state.error_count),
        "draft": bool(state.draft_count),
        "problem": bool(state.problem_count),
    }
    found = [code for code, is_so in reasons.items() if is_so]
    return Needing(id=state.id, title=state.title, reasons=found)
