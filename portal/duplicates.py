"""What stewards decide of datasets that seem to be the same, and what follows from it."""

import logging

from catalogue.store import Store, likeness
from catalogue.store.likeness import Verdict

_AUDIT = logging.getLogger("portal.audit")


def decide(store: Store, first_id: str, second_id: str, verdict: Verdict, *, by: str) -> None:
    """Keep a decision, and show one dataset or both. Raises NotFound."""
    likeness.decide(store, first_id, second_id, verdict, by=by)
    likeness.settle(store, (first_id, second_id))
    _AUDIT.info("likeness: %s and %s are %s, user=%s", first_id, second_id, verdict.value, by)
