"""What stewards decide of datasets that seem to be the same, and what follows from it."""

from catalogue.store import Store, likeness
from catalogue.store.likeness import Verdict
from portal.audit import record


def decide(store: Store, first_id: str, second_id: str, verdict: Verdict, *, by: str) -> None:
    """Keep a decision, and show one dataset or both. Raises NotFound."""
    likeness.decide(store, first_id, second_id, verdict, by=by)
    likeness.settle(store, (first_id, second_id))
    record(
        store,
        "likeness-decided",
        f"dataset:{first_id}",
        by=by,
        other=second_id,
        after=verdict.value,
    )
