"""One run of one source: list, fetch, and only then publish, with a report that names every record.

A run that cannot list the source or loses it on the way ends as `failed` with its reason and has
changed nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from functools import partial
from pathlib import Path

import msgspec

from catalogue.errors import CatalogueError, Conflict
from catalogue.fetch import Fetch, FetchSettings, Traffic
from catalogue.records import Distribution, RecordOutcome, Run, RunIssue, RunRecord, Source
from catalogue.store import Store, datasets, distributions, runs, sources, versions, withdrawals
from catalogue.store.datasets import Known
from catalogue.store.leases import Held, lease
from portal.harmonising import refresh_quietly
from portal.harvesting.choice import to_ingest
from portal.harvesting.differences import differences
from portal.harvesting.files import Fetched, SourceFailed, Wanted, fetch_all, file_of
from portal.harvesting.foresight import Aside, foreseen_record
from portal.harvesting.likenesses import recognise
from portal.harvesting.progress import Progress, silent
from portal.harvesting.records import Found, Gathered, gather
from portal.ingest import mark_of, publish_tables, read_file
from portal.reading import Reader


def harvest_lease(store: Store, source_id: str) -> AbstractContextManager[Held]:
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
    own_url: str | None = None,
) -> Run:
    """Harvest a source now, whatever its schedule says, and leave the schedule as it is.

    `own_url` is the public address of this installation: what a portal has from it is left out.

    A dry run lists, fetches, reads and compares, and changes nothing of the catalogue: its report
    tells field by field and table by table what a run would do. Raises Conflict where another
    process is harvesting the same source.
    """
    with harvest_lease(store, source.id) as held:
        runs.abandon_unfinished(store, source.id)
        run_id = runs.begin(store, source.id)
        fetch = Fetch(fetch_settings, trusted_network=source.trusted_network)
        finish = partial(_finish, store, run_id, fetch.traffic)
        try:
            if is_dry_run:
                records = _foreseen(store, source, held, fetch, progress, own_url)
            else:
                with fetch:
                    gathered, fetched = _collect(store, source, fetch, progress, own_url)
                records = _publish(store, held, gathered, fetched, partial(progress, "publish"))
        except SourceFailed as failure:
            return finish("failed", failure.records, failure.reason)
        except BaseException:
            finish("failed", [], RunIssue(code="run-interrupted"))
            raise
        return finish("dry-run" if is_dry_run else "done", records)


def _finish(
    store: Store,
    run_id: int,
    traffic: Traffic,
    status: str,
    records: Sequence[RunRecord],
    reason: RunIssue | None = None,
) -> Run:
    return runs.finish(
        store,
        run_id,
        status=status,
        records=records,
        reason=reason,
        request_count=traffic.request_count,
        received_bytes=traffic.received_bytes,
    )


def run_and_schedule(
    store: Store,
    source: Source,
    *,
    progress: Progress = silent,
    fetch_settings: FetchSettings | None = None,
    own_url: str | None = None,
) -> Run:
    """Harvest a source now and set when it is due again; a failure puts that off."""
    has_failed = True
    try:
        run = run_source(
            store, source, progress=progress, fetch_settings=fetch_settings, own_url=own_url
        )
        has_failed = run.status == "failed"
        return run
    finally:
        sources.schedule_next(store, source, has_failed=has_failed)


def _collect(
    store: Store,
    source: Source,
    fetch: Fetch,
    progress: Progress,
    own_url: str | None,
    keep: Callable[[Path], str] | None = None,
) -> tuple[Gathered, list[Fetched]]:
    """List and fetch: nothing that anybody sees is changed."""
    known = datasets.of_source(store, source.id)
    gathered = gather(source, fetch, known, lambda count: progress("list", count, None), own_url)
    wanted = [
        Wanted(
            found.dataset,
            distribution,
            _last_state(store, found.known, distribution),
        )
        for found in gathered.found
        for distribution in to_ingest(found.dataset)
    ]
    try:
        return gathered, fetch_all(
            store, fetch, source, wanted, lambda count: progress("fetch", count, len(wanted)), keep
        )
    except SourceFailed as failure:
        failure.records = _untouched(gathered, failure.faults)
        raise


def _foreseen(
    store: Store,
    source: Source,
    held: Held,
    fetch: Fetch,
    progress: Progress,
    own_url: str | None,
) -> list[RunRecord]:
    """Return what a run would do to each record; what it needs for that goes when it is told."""
    with (
        closing(Aside(store.objects.scratch())) as aside,
        Reader(store.objects.scratch()) as reader,
    ):
        with fetch:
            gathered, fetched = _collect(store, source, fetch, progress, own_url, aside.keep)
        files = _by_record(fetched)
        records: list[RunRecord] = []
        for count, found in enumerate(gathered.found, start=1):
            held.check()
            own = files.get(found.dataset.remote_id, [])
            records.append(foreseen_record(store, reader, aside, found, own))
            progress("compare", count, len(gathered.found))
    return [*records, *gathered.refused, *_gone(gathered)]


def _by_record(fetched: Sequence[Fetched]) -> dict[str, list[Fetched]]:
    files: dict[str, list[Fetched]] = {}
    for one in fetched:
        files.setdefault(one.dataset.remote_id, []).append(one)
    return files


def _untouched(gathered: Gathered, faults: Mapping[str, RunIssue]) -> list[RunRecord]:
    """Name every record of a run that published nothing, and the errors that it met."""
    records = []
    for found in gathered.found:
        fault = faults.get(found.dataset.remote_id)
        outcome = RecordOutcome.FAILED if fault else RecordOutcome.SKIPPED
        known = found.known.id if found.known else None
        records.append(_record(found, known, outcome, [fault] if fault else []))
    return [*records, *gathered.refused]


def _last_state(
    store: Store, known: Known | None, distribution: Distribution
) -> distributions.DistributionState | None:
    if known is None:
        return None
    return distributions.state_of(store, known.id, distribution.remote_id)


def _publish(
    store: Store,
    held: Held,
    gathered: Gathered,
    fetched: Sequence[Fetched],
    progress: "partial[None]",
) -> list[RunRecord]:
    files = _by_record(fetched)
    records: list[RunRecord] = []
    with Reader(store.objects.scratch()) as reader:
        for count, found in enumerate(gathered.found, start=1):
            held.check()
            records.append(
                _publish_one(store, reader, found, files.get(found.dataset.remote_id, []))
            )
            progress(count, len(gathered.found))
        for entry in gathered.missing:
            datasets.miss(store, entry.id)
        for entry in gathered.archived:
            datasets.archive(store, entry.id)
        refresh_quietly(store, reader)
    for source_id in {found.dataset.source_id for found in gathered.found}:
        recognise(store, source_id)
    return [*records, *gathered.refused, *_gone(gathered)]


def _publish_one(
    store: Store, reader: Reader, found: Found, fetched: Sequence[Fetched]
) -> RunRecord:
    if found.is_moved and found.known is not None:
        datasets.move(store, found.known.id, found.dataset.remote_id)
    dataset_id, saved = datasets.save(store, found.dataset)
    issues: list[RunIssue] = []
    has_new_data = False
    for one in fetched:
        state = one.state
        if one.error is not None:
            issues.append(one.error)
        else:
            is_new, trouble, state = _ingest_one(store, reader, dataset_id, one)
            has_new_data |= is_new
            issues += trouble
        distributions.remember(store, dataset_id, one.distribution.remote_id, state)
    if any(issue.severity == "error" for issue in issues):
        outcome = RecordOutcome.FAILED
    elif found.is_moved:
        outcome = RecordOutcome.MOVED
    elif saved == "unchanged" and has_new_data:
        outcome = RecordOutcome.CHANGED
    else:
        outcome = RecordOutcome(saved)
    return _record(found, dataset_id, outcome, issues)


def _ingest_one(
    store: Store, reader: Reader, dataset_id: str, one: Fetched
) -> tuple[bool, list[RunIssue], distributions.DistributionState]:
    """Read a file that says something new; say whether there is new data, and what went wrong.

    The state is marked when the last of its tables is done: after a kill on the way, the file is
    read again.
    """
    if one.state.raw_sha256 is None:
        return (
            False,
            [RunIssue(code="nothing-came", params={"url": one.distribution.url})],
            one.state,
        )
    if withdrawals.are_erased(store, one.state.raw_sha256):
        withdrawals.remove_unreferenced(store, [one.state.raw_sha256])
        issue = RunIssue(code="bytes-erased", params={"url": one.distribution.url})
        return False, [issue], msgspec.structs.replace(one.state, raw_sha256=None)
    file = file_of(one, one.state.raw_sha256)
    try:
        mark = mark_of(file)
        if one.state.ingested == mark:
            waits = versions.has_draft(store, dataset_id, one.distribution.remote_id)
            issue = RunIssue(code="draft-waits", params={"file": file.filename}, severity="warning")
            return False, [issue] if waits else [], one.state
        kept = versions.kept_types(store, dataset_id, one.distribution.remote_id)
        done = publish_tables(
            store,
            dataset_id,
            read_file(store, reader, file, kept=kept),
            dataset_title=one.dataset.title,
            data_modified=one.distribution.modified or one.dataset.data_modified,
        )
    except CatalogueError as error:
        return False, [RunIssue(code=error.code, params=error.params)], one.state
    trouble = [
        RunIssue(
            code="check-failed",
            params={
                "file": file.filename,
                "part": draft.part,
                "count": draft.report.get("error_count", 0),
            },
        )
        for draft in done.drafts
    ]
    state = msgspec.structs.replace(one.state, ingested=mark)
    return bool(done.published), trouble, state


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
        changes=[] if found.known is None else differences(found.known.dataset, found.dataset),
    )


def _gone(gathered: Gathered) -> list[RunRecord]:
    """Name what the source lists no more."""
    pairs = [(entry, RecordOutcome.MISSING) for entry in gathered.missing]
    pairs += [(entry, RecordOutcome.ARCHIVED) for entry in gathered.archived]
    return [
        RunRecord(
            remote_id=entry.dataset.remote_id,
            outcome=outcome,
            dataset_id=entry.id,
            title=entry.dataset.title,
        )
        for entry, outcome in pairs
    ]


def as_json(run: Run) -> bytes:
    """Return a run as the one line of JSON that `eurometropolis harvest --json` prints."""
    return msgspec.json.encode(
        {
            "source": run.source_id,
            "status": run.status,
            "reason": run.reason,
            "counts": run.counts,
            "request_count": run.request_count,
            "received_bytes": run.received_bytes,
            "records": run.records,
        }
    )
