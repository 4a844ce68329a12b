"""One run of one source: list, fetch, and only then publish, with a report that names every record.

A run that cannot list the source or loses it on the way ends as `failed` with its reason and has
changed nothing.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial

import msgspec

from catalogue.errors import CatalogueError, Conflict
from catalogue.fetch import Fetch, FetchSettings
from catalogue.records import Distribution, Entry, RecordOutcome, Run, RunIssue, RunRecord, Source
from catalogue.store import Store, datasets, distributions, runs, sources
from catalogue.store.leases import lease
from portal.harvesting.choice import to_ingest
from portal.harvesting.files import Fetched, SourceFailed, fetch_all
from portal.harvesting.progress import Progress, silent
from portal.harvesting.records import Found, Gathered, gather
from portal.ingest import ingest
from portal.reading import Reader


def harvest_lease(store: Store, source_id: str) -> AbstractContextManager[None]:
    """Hold a source, so that one process at a time harvests it."""
    return lease(store, f"harvest:{source_id}")


def abandon_dead_runs(store: Store) -> None:
    """Close the runs whose process was killed."""
    for source_id in runs.unfinished_sources(store):
        with suppress(Conflict), harvest_lease(store, source_id):
            runs.abandon_unfinished(store, source_id)


def run_source(
    store: Store,
    source: Source,
    *,
    is_dry_run: bool = False,
    progress: Progress = silent,
    fetch_settings: FetchSettings | None = None,
) -> Run:
    """Harvest a source now, whatever its schedule says.

    A dry run lists and compares, and neither fetches files nor changes the catalogue. Raises
    Conflict where another process is harvesting the same source.
    """
    with harvest_lease(store, source.id):
        runs.abandon_unfinished(store, source.id)
        run_id = runs.begin(store, source.id)
        try:
            with Fetch(fetch_settings, trusted_network=source.trusted_network) as fetch:
                records = _records(store, source, fetch, is_dry_run, progress)
        except SourceFailed as failure:
            run = runs.finish(store, run_id, status="failed", records=[], reason=failure.reason)
        except BaseException:
            reason = RunIssue(code="run-interrupted")
            runs.finish(store, run_id, status="failed", records=[], reason=reason)
            raise
        else:
            status = "dry-run" if is_dry_run else "done"
            run = runs.finish(store, run_id, status=status, records=records)
        if not is_dry_run:
            sources.schedule_next(store, source, has_failed=run.status == "failed")
        return run


def _records(
    store: Store, source: Source, fetch: Fetch, is_dry_run: bool, progress: Progress
) -> list[RunRecord]:
    known = datasets.of_source(store, source.id)
    gathered = gather(source, fetch, known, lambda count: progress("list", count, None))
    if is_dry_run:
        return _foreseen(gathered)
    wanted = [
        (found.dataset, distribution, _last_state(store, found.known, distribution))
        for found in gathered.found
        for distribution in to_ingest(found.dataset)
    ]
    fetched = fetch_all(
        store, fetch, source, wanted, lambda count: progress("fetch", count, len(wanted))
    )
    return _publish(store, gathered, fetched, partial(progress, "publish"))


def _foreseen(gathered: Gathered) -> list[RunRecord]:
    """What a run would do to each record, as far as the records themselves tell."""
    records = [
        _record(found, None if found.known is None else found.known.id, _foreseen_outcome(found))
        for found in gathered.found
    ]
    return [*records, *gathered.refused, *map(_archived, gathered.vanished)]


def _foreseen_outcome(found: Found) -> RecordOutcome:
    if found.known is None:
        return RecordOutcome.ADDED
    if found.is_moved:
        return RecordOutcome.MOVED
    is_same = found.known.dataset == found.dataset and not found.known.is_archived
    return RecordOutcome.UNCHANGED if is_same else RecordOutcome.CHANGED


def _last_state(
    store: Store, known: Entry | None, distribution: Distribution
) -> distributions.DistributionState | None:
    if known is None:
        return None
    return distributions.state_of(store, known.id, distribution.remote_id)


def _publish(
    store: Store, gathered: Gathered, fetched: Sequence[Fetched], progress: "partial[None]"
) -> list[RunRecord]:
    files: dict[str, list[Fetched]] = {}
    for one in fetched:
        files.setdefault(one.dataset.remote_id, []).append(one)
    records: list[RunRecord] = []
    with Reader(store.objects.scratch()) as reader:
        for count, found in enumerate(gathered.found, start=1):
            records.append(
                _publish_one(store, reader, found, files.get(found.dataset.remote_id, []))
            )
            progress(count, len(gathered.found))
    for entry in gathered.vanished:
        datasets.archive(store, entry.id)
    return [*records, *gathered.refused, *map(_archived, gathered.vanished)]


def _publish_one(
    store: Store, reader: Reader, found: Found, fetched: Sequence[Fetched]
) -> RunRecord:
    if found.is_moved and found.known is not None:
        datasets.move(store, found.known.id, found.dataset.remote_id)
    dataset_id, saved = datasets.save(store, found.dataset)
    entry = datasets.get(store, dataset_id)
    issues: list[RunIssue] = []
    has_new_data = False
    for one in fetched:
        if one.error is not None:
            issues.append(one.error)
        elif _is_news(entry, one):
            is_new, trouble = _ingest_one(store, reader, entry, one)
            has_new_data |= is_new
            issues += trouble
        distributions.remember(store, dataset_id, one.distribution.remote_id, one.state)
    if any(issue.severity == "error" for issue in issues):
        outcome = RecordOutcome.FAILED
    elif found.is_moved:
        outcome = RecordOutcome.MOVED
    elif saved == "unchanged" and has_new_data:
        outcome = RecordOutcome.CHANGED
    else:
        outcome = RecordOutcome(saved)
    return _record(found, dataset_id, outcome, issues)


def _is_news(entry: Entry, one: Fetched) -> bool:
    """Bytes that were read before, by the same schema, say nothing new."""
    sha256, distribution = one.state.raw_sha256, one.distribution
    is_draft = any(
        draft.raw_sha256 == sha256
        for draft in entry.drafts
        if draft.distribution_id == distribution.remote_id
    )
    is_published = any(
        table.current is not None
        and table.current.raw_sha256 == sha256
        and table.schema_name == distribution.schema
        for table in entry.tables
        if table.distribution_id == distribution.remote_id
    )
    return not (is_draft or is_published)


def _ingest_one(
    store: Store, reader: Reader, entry: Entry, one: Fetched
) -> tuple[bool, list[RunIssue]]:
    sha256 = one.state.raw_sha256
    if sha256 is None:
        return False, [RunIssue(code="nothing-came", params={"url": one.distribution.url})]
    try:
        done = ingest(
            store,
            reader,
            entry.id,
            one.distribution,
            raw_sha256=sha256,
            filename=_file_name(one),
            dataset_title=entry.dataset.title,
            data_modified=one.distribution.modified or entry.dataset.data_modified,
        )
    except CatalogueError as error:
        return False, [RunIssue(code=error.code, params=error.params)]
    trouble = [
        RunIssue(
            code="check-failed",
            params={
                "file": _file_name(one),
                "part": draft.part,
                "count": draft.report.get("error_count", 0),
            },
        )
        for draft in done.drafts
    ]
    return bool(done.published), trouble


def _file_name(one: Fetched) -> str:
    name = one.state.filename or one.distribution.remote_id
    stated = one.distribution.format
    return name if stated is None or "." in name else f"{name}.{stated}"


def _record(
    found: Found,
    dataset_id: str | None,
    outcome: RecordOutcome,
    issues: Sequence[RunIssue] = (),
) -> RunRecord:
    return RunRecord(
        remote_id=found.dataset.remote_id,
        outcome=outcome,
        dataset_id=dataset_id,
        title=found.dataset.title,
        issues=[*found.issues, *issues],
    )


def _archived(entry: Entry) -> RunRecord:
    return RunRecord(
        remote_id=entry.dataset.remote_id,
        outcome=RecordOutcome.ARCHIVED,
        dataset_id=entry.id,
        title=entry.dataset.title,
    )


def as_json(run: Run) -> bytes:
    """Return a run as the one line of JSON that `eurometropolis harvest --json` prints."""
    return msgspec.json.encode(
        {
            "source": run.source_id,
            "status": run.status,
            "reason": run.reason,
            "counts": run.counts,
            "records": run.records,
        }
    )
