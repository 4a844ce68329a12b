"""What a run would make of the files that it fetched: read and checked aside, and then let go."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.records import Foreseen, RecordOutcome, RunIssue, RunRecord
from catalogue.store import Store, versions
from catalogue.store.objects import sha256_of
from portal.harvesting.differences import differences
from portal.harvesting.files import Fetched, file_of
from portal.harvesting.records import Found
from portal.ingest import foresee, mark_of, read_file
from portal.reading import Reader


class Aside:
    """A folder for the bytes of a dry run, by their sha256; it goes when the run ends."""

    def __init__(self, scratch: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(dir=scratch, prefix="dry-run-")

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        self._folder.cleanup()

    def keep(self, file: Path) -> str:
        """Move a file here; return its sha256."""
        sha256 = sha256_of(file)
        file.replace(Path(self._folder.name) / sha256)
        return sha256

    def path(self, store: Store, sha256: str) -> Path:
        """Return where bytes lie: here, or in the store, which knew them before."""
        own = Path(self._folder.name) / sha256
        return own if own.is_file() else store.objects.raw_path(sha256)


def foreseen_record(
    store: Store, reader: Reader, aside: Aside, found: Found, fetched: Sequence[Fetched]
) -> RunRecord:
    """Return what a run would do to a record and to the tables of its files."""
    tables: list[Foreseen] = []
    issues = list(found.issues)
    for one in fetched:
        told, trouble = _file(store, reader, aside, found, one)
        tables += told
        issues += trouble
    has_error = any(issue.severity == "error" for issue in issues[len(found.issues) :])
    is_draft = any(table.outcome == "draft" for table in tables)
    has_new_data = any(table.outcome in ("table", "version") for table in tables)
    return RunRecord(
        remote_id=found.dataset.remote_id,
        outcome=_outcome(found, has_new_data, has_failed=has_error or is_draft),
        dataset_id=None if found.known is None else found.known.id,
        title=found.dataset.title,
        issues=issues,
        changes=[] if found.known is None else differences(found.known.dataset, found.dataset),
        files=tables,
    )


def _outcome(found: Found, has_new_data: bool, *, has_failed: bool) -> RecordOutcome:
    if has_failed:
        return RecordOutcome.FAILED
    if found.known is None:
        return RecordOutcome.ADDED
    if found.is_moved:
        return RecordOutcome.MOVED
    is_same = found.known.dataset == found.dataset and not found.known.is_archived
    return RecordOutcome.UNCHANGED if is_same and not has_new_data else RecordOutcome.CHANGED


def _file(
    store: Store, reader: Reader, aside: Aside, found: Found, one: Fetched
) -> tuple[list[Foreseen], list[RunIssue]]:
    if one.error is not None:
        return [], [one.error]
    if one.state.raw_sha256 is None:
        return [], [RunIssue(code="nothing-came", params={"url": one.distribution.url})]
    file = file_of(one, one.state.raw_sha256)
    dataset_id = None if found.known is None else found.known.id
    try:
        if one.state.ingested == mark_of(file):
            return [Foreseen(file=file.filename, outcome="unchanged")], []
        kept = (
            versions.kept_types(store, dataset_id, one.distribution.remote_id)
            if dataset_id is not None
            else {}
        )
        raw = aside.path(store, file.raw_sha256)
        return foresee(store, dataset_id, read_file(store, reader, file, kept=kept, raw=raw)), []
    except CatalogueError as error:
        return [], [RunIssue(code=error.code, params=error.params)]
