"""The privacy gate: a table with columns that look like personal data waits for a steward.

What was decided holds for the next versions too, until other columns are flagged.
"""

from typing import Any

import msgspec

from catalogue.errors import Conflict, NotFound
from catalogue.records import Draft, Entry
from catalogue.store import Store, datasets, distributions, privacy, versions
from catalogue.store.privacy import Verdict
from catalogue.store.versions import Slot
from portal.audit import record
from portal.harmonising import refresh_quietly
from portal.ingest import File, Ingested, mark_of, publish_tables, read_file
from portal.reading import Reader
from tablecheck.privacy import flags_of


def flags_of_draft(draft: Draft) -> list[str]:
    """Return what of a draft looks like personal data; nothing where other errors keep it."""
    flags = flags_of(draft.report)
    return flags if len(flags) == draft.report.get("error_count") else []


def waiting(entry: Entry, distribution_id: str, part: str) -> Draft:
    """Return a draft that waits for a decision. Raises NotFound, Conflict where it has errors."""
    for draft in entry.drafts:
        if (draft.distribution_id, draft.part) == (distribution_id, part):
            if not flags_of_draft(draft):
                raise Conflict("draft-not-held", dataset=entry.id)
            return draft
    raise NotFound("draft-unknown", dataset=entry.id)


def decide(
    store: Store, draft: Draft, verdict: Verdict, *, reason: str, by: str
) -> Ingested | None:
    """Keep a steward's decision and publish the table, or let it go. Raises CatalogueError."""
    slot = Slot(dataset_id=draft.dataset_id, distribution_id=draft.distribution_id, part=draft.part)
    flags = flags_of_draft(draft)
    privacy.decide(store, slot, flags, verdict, reason=reason, by=by)
    # The columns are names; of their values nothing is known here.
    record(
        store, "privacy-decided", f"dataset:{draft.dataset_id}", by=by,
        part=draft.part, after=verdict.value, columns=flags, reason=reason,
    )  # fmt: skip
    return _publish(store, draft) if verdict is Verdict.PUBLISH else None


def _publish(store: Store, draft: Draft) -> Ingested:
    entry = datasets.get(store, draft.dataset_id)
    distribution = next(
        (d for d in entry.dataset.distributions if d.remote_id == draft.distribution_id), None
    )
    if distribution is None:
        raise NotFound("draft-unknown", dataset=draft.dataset_id)
    state = distributions.state_of(store, draft.dataset_id, draft.distribution_id)
    name = (state.filename if state else None) or distribution.remote_id
    if distribution.format and "." not in name:
        name = f"{name}.{distribution.format}"
    file = File(distribution=distribution, raw_sha256=draft.raw_sha256, filename=name)
    kept = versions.kept_types(store, draft.dataset_id, draft.distribution_id)
    with Reader(store.objects.scratch()) as reader:
        read = read_file(store, reader, file, kept=kept)
    done = publish_tables(store, draft.dataset_id, read, dataset_title=entry.dataset.title)
    if state is not None and not done.drafts:
        settled: Any = msgspec.structs.replace(state, issue=None, ingested=mark_of(file))
        distributions.remember(store, draft.dataset_id, draft.distribution_id, settled)
    if done.published:
        refresh_quietly(store)
    return done
