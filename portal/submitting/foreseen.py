"""What the catalogue would hold of a file on its way, were it published as it stands."""

import msgspec

from catalogue.names import slug
from catalogue.records import Entry, Table, Version
from catalogue.store import Store, datasets
from catalogue.store.database import now
from catalogue.store.submissions import Submission
from portal.known_schemas import NONE
from portal.publishing import DISTRIBUTION_ID, dataset_of
from portal.submitting.release import publication

_UNMADE = "0" * 64


def foreseen(store: Store, submission: Submission, *, title: str) -> Entry:
    """Return the dataset that a file would become; `title` is taken where none is said yet.

    Its file is not read for it: a new dataset has one table, without columns. Raises NotFound for
    a dataset that is gone, Conflict where several publishers have that title.
    """
    record, moment = submission.record, now()
    said = record.said
    if not said.title:
        titled = msgspec.structs.replace(said, title={"und": title})
        record = msgspec.structs.replace(record, said=titled)
        submission = msgspec.structs.replace(submission, record=record)
    told = publication(submission)
    dataset = dataset_of(store, msgspec.structs.replace(told, title=told.title or title))
    if record.dataset_id:
        before = datasets.get(store, record.dataset_id)
        return msgspec.structs.replace(before, dataset=dataset, data_updated_at=moment)
    own_id = dataset.slug or slug(title)
    version = Version(
        table=own_id,
        n=1,
        sha256=_UNMADE,
        logical_sha256=_UNMADE,
        raw_sha256=record.raw_sha256,
        row_count=0,
        size_bytes=record.size_bytes,
        created_at=moment,
        columns=[],
        schema={},
        recipe={},
        report={},
    )
    table = Table(
        name=version.table,
        dataset_id=own_id,
        distribution_id=DISTRIBUTION_ID,
        schema_name=None if said.schema in (None, NONE) else said.schema,
        current=version,
    )
    return Entry(
        id=own_id,
        dataset=dataset,
        tables=[table],
        drafts=[],
        created_at=moment,
        updated_at=moment,
        data_updated_at=moment,
        is_archived=False,
        sequence=0,
    )
