"""Fetches the files of a run before anything is published, and says when a source has failed as a
whole.

The bytes are kept by their sha256 and refer to nothing yet: a run that fails here has changed
nothing.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from catalogue.errors import FetchError
from catalogue.fetch import Fetch, Validators
from catalogue.records import Dataset, Distribution, RunIssue, RunRecord, Source
from catalogue.store import Store
from catalogue.store.distributions import DistributionState
from harvesters.files import download
from portal.harvesting.choice import TABULAR_FORMATS, format_of
from portal.ingest import File

# What a portal that is ill answers, as against one link that has gone stale.
_FAULTS_OF_THE_SOURCE = frozenset(
    {
        "connect-failed",
        "host-unknown",
        "timeout",
        "truncated",
        "html-instead-of-data",
        "error-in-stream",
        "tls-failed",
        "bad-certificate",
    }
)
_TOLERATED_SHARE = 0.1
# A portal's word is trusted for so long; and a file that changed at the moment of our last look, or
# on a clock that goes wrong by a day, is asked for.
_TRUSTED = timedelta(days=7)
_SETTLED = timedelta(days=1)


class Fetched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One distribution after its fetch: the state to remember, and the error that kept it from
    coming.
    """

    dataset: Dataset
    distribution: Distribution
    state: DistributionState
    error: RunIssue | None = None


class Wanted(NamedTuple):
    """One distribution to fetch, and what came of it last."""

    dataset: Dataset
    distribution: Distribution
    last: DistributionState | None


class SourceFailed(Exception):
    """A source could not be listed, or too many of its files not be had: the run publishes nothing.

    `faults` are the errors by the remote id of the record that met them; `records` is what the
    report of the run shall name.
    """

    def __init__(self, reason: RunIssue, faults: Mapping[str, RunIssue] | None = None) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.faults = dict(faults or {})
        self.records: list[RunRecord] = []


def fetch_all(
    store: Store,
    fetch: Fetch,
    source: Source,
    wanted: Sequence[Wanted],
    progress: Callable[[int], None],
    keep: Callable[[Path], str] | None = None,
) -> list[Fetched]:
    """Fetch every wanted distribution, asking only for news where its last state is known, and not
    at all where the portal itself says that its file is still the same.

    `keep` puts a file that came somewhere and returns its sha256; by itself, among the raw objects.

    Raises SourceFailed where more than a tenth of the files fail through the fault of the source
    itself.
    """
    fetched: list[Fetched] = []
    faults: dict[str, RunIssue] = {}
    allowed = int(len(wanted) * _TOLERATED_SHARE)
    for each in wanted:
        if each.last is not None and is_as_stated(store, source, each):
            one = Fetched(dataset=each.dataset, distribution=each.distribution, state=each.last)
        else:
            one = _fetch_one(store, fetch, source, each, keep or store.objects.keep_raw)
        fetched.append(one)
        progress(len(fetched))
        if one.error is not None and _is_fault_of(source, each.distribution, one.error):
            faults[each.dataset.remote_id] = one.error
            if len(faults) > allowed:
                raise SourceFailed(next(iter(faults.values())), faults)
    return fetched


def is_as_stated(store: Store, source: Source, wanted: Wanted) -> bool:
    """Tell whether a portal's own word that a file has not changed is enough.

    It is for a file of its own that it lists exactly as when we last looked at it, with the same
    moment of modification, well before that look; and once a week we look all the same.
    """
    last, stated = wanted.last, wanted.distribution
    if last is None or last.raw_sha256 is None or last.issue is not None:
        return False
    if stated.modified is None or _mark(stated) != last.stated:
        return False
    if format_of(stated) not in TABULAR_FORMATS:  # a service, of which we make the table
        return False
    if not _is_own(source, stated) or not store.objects.raw_path(last.raw_sha256).is_file():
        return False
    looked_at, modified = _moment(last.fetched_at), _moment(stated.modified)
    if looked_at is None or modified is None:
        return False
    return modified + _SETTLED < looked_at and datetime.now(UTC) < looked_at + _TRUSTED


def _fetch_one(
    store: Store, fetch: Fetch, source: Source, wanted: Wanted, keep: Callable[[Path], str]
) -> Fetched:
    dataset, distribution, last = wanted.dataset, wanted.distribution, wanted.last
    try:
        state = _fetch_state(store, fetch, source, distribution, last, keep)
    except FetchError as error:
        issue = RunIssue(code=error.code, params=error.params)
        kept = last or DistributionState(url=distribution.url)
        return Fetched(
            dataset=dataset,
            distribution=distribution,
            state=msgspec.structs.replace(kept, url=distribution.url, issue=issue, fetched_at=""),
            error=issue,
        )
    return Fetched(dataset=dataset, distribution=distribution, state=state)


def _fetch_state(
    store: Store,
    fetch: Fetch,
    source: Source,
    distribution: Distribution,
    last: DistributionState | None,
    keep: Callable[[Path], str],
) -> DistributionState:
    known, held = None, None
    if last is not None and last.raw_sha256 is not None:
        kept = store.objects.raw_path(last.raw_sha256)
        held = kept if kept.is_file() else None
        if held is not None and last.url == distribution.url:
            known = Validators(
                etag=last.etag, last_modified=last.last_modified, sha256=last.raw_sha256
            )
    found = download(
        source, distribution, fetch, store.objects.scratch(), validators=known, held=held
    )
    if last is not None and found.path is None:
        return msgspec.structs.replace(last, issue=None, fetched_at="", stated=_mark(distribution))
    if found.path is None:
        raise FetchError("nothing-came", url=found.url)
    return DistributionState(
        url=distribution.url,
        raw_sha256=keep(found.path),
        filename=found.file_name,
        etag=found.validators.etag,
        last_modified=found.validators.last_modified,
        stated=_mark(distribution),
    )


def _is_fault_of(source: Source, distribution: Distribution, error: RunIssue) -> bool:
    return _is_own(source, distribution) and error.code in _FAULTS_OF_THE_SOURCE


def _mark(distribution: Distribution) -> str:
    """Return the mark of what a portal says of a file."""
    return hashlib.sha256(msgspec.json.encode(distribution)).hexdigest()


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _is_own(source: Source, distribution: Distribution) -> bool:
    return urlsplit(distribution.url).hostname == urlsplit(source.url).hostname


def file_of(one: Fetched, raw_sha256: str) -> File:
    """Return a file that came as one to read, with the ending that its source states."""
    name = one.state.filename or one.distribution.remote_id
    stated = one.distribution.format
    return File(
        distribution=one.distribution,
        raw_sha256=raw_sha256,
        filename=name if stated is None or "." in name else f"{name}.{stated}",
    )
