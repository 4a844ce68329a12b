"""What a publisher has here and how it fares: as new as promised, checked, described, reachable,
used.

Facts and codes only; sentences are made by the page in the reader's language.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from catalogue.errors import NotFound
from catalogue.records import Publisher, Run, RunIssue, Text
from catalogue.store import datasets, publisher_days, publishers, questions, runs, usage
from catalogue.store.database import now
from catalogue.store.publisher_days import DayOf
from catalogue.store.publishers import Holder, Holding, Trouble
from catalogue.store.questions import Question
from catalogue.store.usage import Kind
from portal.freshness import Freshness, freshness_of
from portal.services import Services
from portal.usage import today

DAYS_SHOWN = 30
TREND_DAYS = 90
_Held = Sequence[Holding]
_KNOWN_OTHERWISE = frozenset({"check-failed", "draft-waits"})  # counted among the drafts


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the last harvest met: `file` and `url` where one file is at fault, `at` its last
    attempt.
    """

    dataset_id: str
    issue: RunIssue
    file: Text | None = None
    url: str | None = None
    at: str | None = None


class Uses(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often something was used: ever, and in the days shown."""

    total: int
    recent: int


class UsesByDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often everything of a publisher was used: ever, in the days shown, and on each of
    them.
    """

    total: int
    recent: int
    days: list[int]


class DatasetState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One dataset: `missing` names what its description lacks, `data_changed` is as its publisher
    says or else as seen here.
    """

    id: str
    title: Text
    frequency: str | None
    data_changed: str | None
    freshness: Freshness
    table_count: int
    row_count: int
    error_count: int
    remark_count: int
    draft_count: int
    missing: list[str]
    problem_count: int
    uses: dict[Kind, Uses]


class Harvest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last run of a source that brings datasets of this publisher."""

    source_id: str
    run: Run


class PublisherReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole report; `days` are those shown, the last is today. `trend` is how the datasets
    stood day by day, `questions` those that everyone sees without an answer.
    """

    publisher: Publisher
    made_at: str
    archived_count: int
    days: list[str]
    uses: dict[Kind, UsesByDay]
    datasets: list[DatasetState]
    problems: list[Problem]
    harvests: list[Harvest]
    trend: list[DayOf] = []
    questions: list[Question] = []


def holders(services: Services) -> list[Holder]:
    """Return every publisher with its datasets, as the catalogue is now."""
    return _holders(services, datasets.generation(services.store))


def report_of(services: Services, publisher_id: str) -> PublisherReport:
    """Return the report of a publisher. Raises NotFound."""
    holder = next((h for h in holders(services) if h.publisher.id == publisher_id), None)
    if holder is None:
        raise NotFound("publisher-unknown", publisher=publisher_id)
    generation = datasets.generation(services.store)
    held = _holdings(services, tuple(holder.dataset_ids), generation)
    harvests = _harvests(services, held)
    problems = _problems(services, held, harvests)
    day = today()
    days = [(day - timedelta(days=ago)).isoformat() for ago in reversed(range(DAYS_SHOWN))]
    uses = _uses(services, held, days)
    faults = Counter(problem.dataset_id for problem in problems)
    return PublisherReport(
        publisher=holder.publisher,
        made_at=now(),
        archived_count=holder.archived_count,
        days=days,
        uses={kind: _together(services, held, kind, uses, days) for kind in Kind},
        datasets=[_state(holding, day, faults[holding.id], uses[holding.id]) for holding in held],
        problems=problems,
        harvests=harvests,
        trend=publisher_days.of(
            services.store, publisher_id, since=(day - timedelta(days=TREND_DAYS)).isoformat()
        ),
        questions=[
            question
            for question in questions.unanswered(services.store)
            if question.dataset_id in set(holder.dataset_ids)
        ],
    )


@lru_cache(maxsize=2)
def _holders(services: Services, _generation: int) -> list[Holder]:
    return publishers.listed(services.store)


@lru_cache(maxsize=16)
def _holdings(services: Services, ids: tuple[str, ...], _generation: int) -> list[Holding]:
    return publishers.holdings(services.store, ids)


def _state(holding: Holding, day: date, problem_count: int, uses: dict[Kind, Uses]) -> DatasetState:
    dataset = holding.dataset
    changed = dataset.data_modified or holding.data_updated_at
    return DatasetState(
        id=holding.id,
        title=dataset.title,
        frequency=dataset.frequency,
        data_changed=changed,
        freshness=freshness_of(dataset.frequency, changed, day),
        table_count=len(holding.tables),
        row_count=sum(table.row_count for table in holding.tables),
        error_count=sum(table.error_count for table in holding.tables),
        remark_count=sum(table.remark_count for table in holding.tables),
        draft_count=holding.draft_count,
        missing=_missing(holding),
        problem_count=problem_count,
        uses=uses,
    )


def _missing(holding: Holding) -> list[str]:
    dataset = holding.dataset
    is_there = {
        "licence": dataset.licence or dataset.licence_url,
        "description": any(text.strip() for text in dataset.description.values()),
        "languages": dataset.languages,
        "contact": dataset.landing_page or dataset.publisher.url,
    }
    return [name for name, value in is_there.items() if not value]


def _harvests(services: Services, held: _Held) -> list[Harvest]:
    ids = sorted({holding.dataset.source_id for holding in held})
    last = {source_id: _last_run(services, source_id) for source_id in ids}
    return [Harvest(source_id=source_id, run=run) for source_id, run in last.items() if run]


def _last_run(services: Services, source_id: str) -> Run | None:
    newest = runs.of_source(services.store, source_id, limit=5)
    return next((run for run in newest if run.status in ("done", "failed")), None)


def _problems(services: Services, held: _Held, harvests: Sequence[Harvest]) -> list[Problem]:
    """Files that could not be had at the last attempt, and what else the last runs met."""
    by_id = {holding.id: holding for holding in held}
    found = [
        _of_file(by_id[trouble.dataset_id], trouble)
        for trouble in publishers.troubles(services.store, list(by_id))
        if trouble.distribution_id in _files(by_id[trouble.dataset_id])
    ]
    told = {(each.dataset_id, each.issue.code, str(each.issue.params)) for each in found}
    for harvest in harvests:
        for dataset_id, issues in _errors(services, harvest.run.id).items():
            for issue in issues:
                key = (dataset_id, issue.code, str(issue.params))
                is_new = key not in told and issue.code not in _KNOWN_OTHERWISE
                if dataset_id in by_id and is_new:
                    at = harvest.run.started_at
                    found.append(Problem(dataset_id=dataset_id, issue=issue, at=at))
    return found


@lru_cache(maxsize=32)
def _errors(services: Services, run_id: int) -> dict[str, list[RunIssue]]:
    """Read a finished run once: it never changes."""
    return runs.errors_of(services.store, run_id)


def _files(holding: Holding) -> dict[str, Text]:
    return {file.remote_id: file.title for file in holding.dataset.distributions}


def _of_file(holding: Holding, trouble: Trouble) -> Problem:
    return Problem(
        dataset_id=holding.id,
        issue=trouble.issue,
        file=_files(holding)[trouble.distribution_id],
        url=trouble.url,
        at=trouble.at,
    )


def _names(holding: Holding, kind: Kind) -> list[str]:
    """Return under which names uses of a dataset are counted."""
    return [holding.id] if kind is Kind.VIEW else [table.table for table in holding.tables]


def _all_names(held: _Held, kind: Kind) -> list[str]:
    return [name for holding in held for name in _names(holding, kind)]


def _uses(services: Services, held: _Held, days: list[str]) -> dict[str, dict[Kind, Uses]]:
    counted = {
        kind: usage.of(services.store, kind, _all_names(held, kind), since=days[0]) for kind in Kind
    }
    return {
        holding.id: {
            kind: _sum(
                counted[kind][name] for name in _names(holding, kind) if name in counted[kind]
            )
            for kind in Kind
        }
        for holding in held
    }


def _sum(counted: Iterable[usage.Counted]) -> Uses:
    found = list(counted)
    return Uses(total=sum(each.total for each in found), recent=sum(each.recent for each in found))


def _together(
    services: Services,
    held: _Held,
    kind: Kind,
    uses: dict[str, dict[Kind, Uses]],
    days: list[str],
) -> UsesByDay:
    found = usage.by_day(services.store, kind, _all_names(held, kind), since=days[0])
    return UsesByDay(
        total=sum(each[kind].total for each in uses.values()),
        recent=sum(found.get(day, 0) for day in days),
        days=[found.get(day, 0) for day in days],
    )
