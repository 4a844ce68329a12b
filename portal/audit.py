"""Writes down who did what, with before and after: the one door to the audit log."""

import logging
from typing import Any

from catalogue.store import Store
from portal.accounts.caller import Caller

_LOG = logging.getLogger("portal.audit")


def record(
    _store: Store,
    action: str,
    *,
    by: Caller,
    subject: str = "",
    before: Any = None,
    after: Any = None,
) -> None:
    """Write down that `by` did something to `subject`. No secret may be in what is given."""
    _LOG.info(
        "%s: subject=%s user=%s address=%s before=%s after=%s",
        action,
        subject,
        by.name,
        by.address,
        before,
        after,
    )
