"""Publishes a steward's own file: the same way as every source, without a portal in between."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from catalogue.errors import NotFound
from catalogue.names import slug
from catalogue.records import Dataset, Distribution, Publisher, RunIssue
from catalogue.store import Store, datasets, distributions
from catalogue.store.distributions import DistributionState
from catalogue.store.leases import lease
from portal.ingest import Ingested, ingest
from portal.reading import Reader

SOURCE_ID = "published"
DISTRIBUTION_ID = "file"


class Published(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The dataset that a file was published as, and what became of its tables."""

    dataset_id: str
    ingested: Ingested


def describe(
    title: str,
    *,
    language: str,
    description: str | None = None,
    publisher: str | None = None,
    licence: str | None = None,
    schema: str | None = None,
) -> Dataset:
    """Make the record of a file that a steward publishes; the title tells whether it is one already
    there.
    """
    remote_id = slug(title)
    answerable = publisher or "—"
    return Dataset(
        source_id=SOURCE_ID,
        remote_id=remote_id,
        slug=remote_id,
        title={language: title},
        description={language: description} if description else {},
        publisher=Publisher(
            id=slug(publisher) if publisher else "unknown", title={language: answerable}
        ),
        licence=licence,
        distributions=[
            Distribution(remote_id=DISTRIBUTION_ID, url="", title={language: title}, schema=schema)
        ],
    )


def publish_file(
    store: Store, file: Path, dataset: Dataset, *, types: Mapping[str, str] | None = None
) -> Published:
    """Publish a file as the next version of a dataset, or keep it as a draft with its report.

    Raises NotFound for a file or schema that is not there, Conflict where the dataset is being
    published elsewhere.
    """
    with lease(store, f"publish:{dataset.remote_id}"):
        try:
            with file.open("rb") as stream:
                sha256 = store.objects.copy_raw(stream)
        except OSError as error:
            raise NotFound("file-unreadable", file=file.name) from error
        dataset_id, _ = datasets.save(store, dataset)
        distribution = dataset.distributions[0]
        with Reader(store.objects.scratch()) as reader:
            ingested = ingest(
                store,
                reader,
                dataset_id,
                distribution,
                raw_sha256=sha256,
                filename=file.name,
                dataset_title=dataset.title,
                types=types,
            )
        issue = RunIssue(code="check-failed") if ingested.drafts else None
        state = DistributionState(
            url=distribution.url, raw_sha256=sha256, filename=file.name, issue=issue
        )
        distributions.remember(store, dataset_id, distribution.remote_id, state)
        return Published(dataset_id=dataset_id, ingested=ingested)
