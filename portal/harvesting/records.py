"""Gathers the records of a source, and tells new ones from known, moved and vanished ones."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Dataset, RecordOutcome, RunIssue, RunRecord, Source
from catalogue.store.datasets import Known
from harvesters import HARVESTERS, Harvester, Parsed, Raw
from harvesters.fingerprint import of_dataset
from portal.harvesting.files import SourceFailed

log = logging.getLogger(__name__)

_FEW = 3


class Found(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record that the source lists and that could be read."""

    dataset: Dataset
    issues: list[RunIssue]
    known: Known | None = None
    is_moved: bool = False


class Gathered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a source lists: what could be read, what not or not meant for us; what it lists no
    more and is waited for, and what has been waited for long enough or was left out on purpose.
    """

    found: list[Found]
    refused: list[RunRecord]
    missing: list[Known]
    archived: list[Known]


def gather(
    source: Source,
    fetch: Fetch,
    known: Sequence[Known],
    progress: Callable[[int], None],
    own_url: str | None = None,
) -> Gathered:
    """Read every record of a source. Raises SourceFailed where the list is not to be had whole.

    What a portal has harvested from us, at `own_url`, is left out: it would come round for ever.
    """
    harvester = HARVESTERS[source.protocol]
    datasets: list[tuple[Dataset, list[RunIssue]]] = []
    refused: list[RunRecord] = []
    seen: set[str] = set()
    withdrawn = {entry.dataset.remote_id for entry in known if entry.is_withdrawn}
    count = 0
    try:
        for count, raw in enumerate(harvester.records(source, fetch), start=1):
            progress(count)
            parsed = _parse(harvester, raw, source)
            if own_url is not None and parsed.dataset and _is_ours(parsed.dataset, own_url):
                parsed = Parsed(issues=[RunIssue(code="own-dataset", severity="info")])
            if raw.remote_id in seen:
                issues = [*parsed.issues, RunIssue(code="duplicate-record")]
                refused.append(_refused(raw.remote_id, RecordOutcome.FAILED, issues))
            elif raw.remote_id in withdrawn:  # a steward has taken it from the public
                issues = [RunIssue(code="dataset-is-withdrawn", severity="info")]
                refused.append(_refused(raw.remote_id, RecordOutcome.SKIPPED, issues))
            elif parsed.dataset is not None:
                datasets.append((parsed.dataset, list(parsed.issues)))
            elif any(issue.severity == "error" for issue in parsed.issues):
                refused.append(_refused(raw.remote_id, RecordOutcome.FAILED, parsed.issues))
            else:  # left out on purpose: what was published of it before is gone from the source
                refused.append(_refused(raw.remote_id, RecordOutcome.SKIPPED, parsed.issues))
                continue
            seen.add(raw.remote_id)
    except FetchError as error:
        failure = SourceFailed(RunIssue(code=error.code, params=error.params))
        failure.records = [
            _refused(dataset.remote_id, RecordOutcome.SKIPPED, issues)
            for dataset, issues in datasets
        ]
        failure.records += refused
        raise failure from error
    _check_count(source, count)
    found, gone = _match(datasets, known, seen)
    _check_vanished(source, known, gone)
    left_out = {record.remote_id for record in refused if record.remote_id not in seen}
    over = [
        entry for entry in gone if entry.dataset.remote_id in left_out or _is_over(source, entry)
    ]
    missing = [entry for entry in gone if entry not in over]
    return Gathered(found=found, refused=refused, missing=missing, archived=over)


def _is_over(source: Source, entry: Known) -> bool:
    """Tell whether a dataset that is not listed has been waited for long enough."""
    grace = timedelta(days=source.grace_days)
    since = entry.missing_since
    return not grace or (
        since is not None and datetime.fromisoformat(since) + grace <= datetime.now(UTC)
    )


def _parse(harvester: Harvester, raw: Raw, source: Source) -> Parsed:
    try:
        return harvester.parse(raw, source)
    except Exception as error:
        # It promises to raise nothing; where it does, that is about this record alone.
        log.exception("a record of %s could not be parsed", source.id)
        issue = RunIssue(code="record-unreadable", params={"error": type(error).__name__})
        return Parsed(issues=[issue])


def _is_ours(dataset: Dataset, own_url: str) -> bool:
    """Tell whether a record leads to us: by its page, its origin, or all of its files."""
    pages = [page for page in (dataset.landing_page, dataset.origin) if page]
    files = [distribution.url for distribution in dataset.distributions]
    root = own_url.rstrip("/") + "/"
    return any(page.startswith(root) for page in pages) or (
        bool(files) and all(file.startswith(root) for file in files)
    )


def _check_count(source: Source, count: int) -> None:
    low, high = source.expect.min, source.expect.max
    if count < low or (high is not None and count > high):
        raise SourceFailed(
            RunIssue(code="count-unexpected", params={"count": count, "min": low, "max": high})
        )


def _check_vanished(source: Source, known: Sequence[Known], vanished: Sequence[Known]) -> None:
    """A portal that suddenly lists less than half is broken, unless its source says how few to
    expect.
    """
    living = [entry for entry in known if not entry.is_archived]
    is_stated = source.expect.min > 0
    if not is_stated and len(living) >= _FEW and len(vanished) * 2 > len(living):
        params = {"count": len(vanished), "known": len(living)}
        raise SourceFailed(RunIssue(code="records-vanished", params=params))


def _match(
    datasets: Sequence[tuple[Dataset, list[RunIssue]]],
    known: Sequence[Known],
    seen: set[str],
) -> tuple[list[Found], list[Known]]:
    """Tell what a source lists from what it lists no more.

    A new record that bears the mark of one that vanished is that one, moved to another id.
    """
    by_id = {entry.dataset.remote_id: entry for entry in known}
    vanished = {entry.id: entry for entry in known if entry.dataset.remote_id not in seen}
    marks = _by_mark(list(vanished.values()))
    found: list[Found] = []
    for dataset, issues in datasets:
        entry = by_id.get(dataset.remote_id)
        moved = None if entry is not None else _moved(dataset, marks, vanished)
        if moved is not None:
            vanished.pop(moved.id)
        found.append(
            Found(
                dataset=dataset,
                issues=issues,
                known=entry or moved,
                is_moved=moved is not None,
            )
        )
    return found, [entry for entry in vanished.values() if not entry.is_archived]


def _by_mark(entries: Sequence[Known]) -> dict[str, Known | None]:
    """A mark that several bear proves nothing: it leads to None."""
    found: dict[str, Known | None] = {}
    for entry in entries:
        for mark in of_dataset(entry.dataset):
            found[mark] = None if mark in found else entry
    return found


def _moved(
    dataset: Dataset, marks: dict[str, Known | None], vanished: dict[str, Known]
) -> Known | None:
    for mark in sorted(of_dataset(dataset)):
        entry = marks.get(mark)
        if entry is not None and entry.id in vanished:
            return entry
    return None


def _refused(remote_id: str, outcome: RecordOutcome, issues: Sequence[RunIssue]) -> RunRecord:
    return RunRecord(remote_id=remote_id, outcome=outcome, issues=list(issues))
