"""Takes in the file of a steward, for a new dataset or as the next version of one."""

from pathlib import PurePosixPath
from typing import IO

import msgspec

from catalogue.errors import NotFound
from catalogue.store import Store, datasets, submissions, versions
from catalogue.store.database import now
from catalogue.store.submissions import Mending, Record, Said, Submission
from portal import audit
from portal.errors import Refusal
from portal.known_schemas import NONE
from portal.publishing import DISTRIBUTION_ID, NOBODY, SOURCE_ID

MAX_BYTES = 200_000_000
_MOST_NAME = 200


class _Bounded:
    """A stream that refuses what is beyond the limit, and counts."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.size = 0

    def read(self, size: int, /) -> bytes:
        """Give the next bytes. Raises Refusal beyond the limit."""
        chunk = self._stream.read(size)
        self.size += len(chunk)
        if self.size > MAX_BYTES:
            raise Refusal(413, "check-too-large", megabytes=MAX_BYTES // 1_000_000)
        return chunk


def start(
    store: Store,
    stream: IO[bytes],
    filename: str,
    *,
    user_id: int,
    by: str,
    dataset_id: str | None = None,
    is_automatic: bool = False,
) -> Submission:
    """Keep a file, with what is known of the dataset that it is to be the next version of.

    Raises Refusal for an empty or too large file, NotFound for a dataset that is not published
    here, Conflict where its user has too many open.
    """
    said = _said_before(store, dataset_id) if dataset_id else Said()
    sha256, size = _kept(store, stream)
    record = Record(
        filename=_plain(filename),
        raw_sha256=sha256,
        size_bytes=size,
        said=said,
        dataset_id=dataset_id,
        changed_by=by,
        is_automatic=is_automatic,
    )
    made = submissions.add(store, record, user_id=user_id)
    audit.record(store, "file-taken-in", f"submission:{made.id}", by=by, after=sha256)
    return made


def take_another(
    store: Store,
    submission: Submission,
    stream: IO[bytes],
    filename: str,
    *,
    by: str,
    is_automatic: bool = False,
) -> Submission:
    """Put another file in the place of the first; what was said of it stays. Raises as `start`."""
    sha256, size = _kept(store, stream)
    before = submission.record
    mending = Mending(at=now(), by=by, before_sha256=before.raw_sha256, filename=before.filename)
    record = msgspec.structs.replace(
        before,
        filename=_plain(filename),
        raw_sha256=sha256,
        size_bytes=size,
        mendings=[*before.mendings, mending][-submissions.MOST_MENDINGS :],
        changed_by=by,
        is_automatic=is_automatic,
    )
    audit.record(
        store,
        "file-replaced",
        f"submission:{submission.id}",
        by=by,
        before=before.raw_sha256,
        after=sha256,
    )
    return submissions.save(store, submission, record)


def _kept(store: Store, stream: IO[bytes]) -> tuple[str, int]:
    bounded = _Bounded(stream)
    sha256 = store.objects.copy_raw(bounded)
    if not bounded.size:
        raise Refusal(400, "check-empty")
    return sha256, bounded.size


def _plain(filename: str) -> str:
    """Return the last part of a name, without signs that no name needs."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    shown = "".join(sign for sign in name if sign.isprintable())[-_MOST_NAME:]
    return shown or "file"


def _said_before(store: Store, dataset_id: str) -> Said:
    entry = datasets.get(store, dataset_id)
    dataset = entry.dataset
    if dataset.source_id != SOURCE_ID:
        raise NotFound("dataset-not-published-here", dataset=dataset_id)
    file = dataset.distributions[0]
    titles = dataset.publisher.title
    is_named = dataset.publisher.id != NOBODY.id
    return Said(
        schema=file.schema or NONE,
        parts=file.parts,
        types=versions.kept_types(store, dataset_id, DISTRIBUTION_ID),
        fields=file.fields,
        title=dataset.title,
        description=dataset.description,
        keywords=dataset.keywords,
        publisher=next(iter(titles.values()), "") if is_named else "",
        licence=dataset.licence,
        themes=dataset.themes,
        spatial=dataset.spatial,
        frequency=dataset.frequency,
    )
