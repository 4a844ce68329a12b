"""Publishes a file on its way, once nothing is missing."""

import msgspec

from catalogue.records import LANGUAGES
from catalogue.store import Store, submissions
from catalogue.store.privacy import Verdict
from catalogue.store.submissions import Said, Submission
from portal import audit
from portal.errors import Refusal
from portal.holding import decide, flags_of_draft
from portal.known_schemas import NONE
from portal.publishing import Publication, Published, publish_file


def missing(said: Said) -> list[str]:
    """Return the fields without which nothing is published, in the order of the form."""
    needed = {
        "title": bool(said.title),
        "description": bool(said.description),
        "publisher": bool(said.publisher),
        "licence": bool(said.licence),
        "themes": bool(said.themes),
    }
    return [name for name, is_there in needed.items() if not is_there]


def publication(submission: Submission) -> Publication:
    """Return what is said of a file, as publishing takes it."""
    said = submission.record.said
    language = next((lang for lang in LANGUAGES if lang in said.title), LANGUAGES[0])
    return Publication(
        title=said.title.get(language, ""),
        language=language,
        titles=said.title,
        descriptions=said.description,
        keywords=said.keywords,
        publisher=said.publisher,
        licence=said.licence,
        schema=said.schema or NONE,
        themes=said.themes,
        spatial=said.spatial,
        frequency=said.frequency,
        fields=said.fields,
        parts=said.parts,
        dataset_id=submission.record.dataset_id,
    )


def release(store: Store, submission: Submission, *, by: str, reason: str = "") -> Published:
    """Publish a file on its way; `reason` says why, where columns look like personal data.

    Safe to be called again where it was cut off: the same file makes no second version.
    Raises Refusal 400 while something is missing, Conflict where somebody else has published it or
    changed it meanwhile, and what `publish_file` raises.
    """
    record = submission.record
    if missing(record.said):
        raise Refusal(400, "submission-incomplete", fields=missing(record.said))
    done = publish_file(
        store,
        store.objects.raw_path(record.raw_sha256),
        publication(submission),
        filename=record.filename,
        kept=record.said.types,
    )
    for draft in done.ingested.drafts if reason else []:
        if flags_of_draft(draft):
            ingested = decide(store, draft, Verdict.PUBLISH, reason=reason, by=by)
            done = msgspec.structs.replace(done, ingested=ingested or done.ingested)
    changed = msgspec.structs.replace(record, dataset_id=done.dataset_id, changed_by=by)
    submissions.close(store, submission, changed)
    audit.record(
        store,
        "file-published",
        f"dataset:{done.dataset_id}",
        by=by,
        submission=submission.id,
        after=[f"{each.table}@{each.n}" for each in done.ingested.published],
        drafts=len(done.ingested.drafts),
    )
    return done
