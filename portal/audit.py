"""Writes down who did what: in the audit log of the store, and in the log of the server."""

import logging
from typing import Any

from catalogue.store import Store, audit

log = logging.getLogger("portal.audit")


def record(store: Store, action: str, subject: str, *, by: str | None, **details: Any) -> None:
    """Add a deed, such as `dataset-withdrawn` done to `dataset:stations`.

    `details` hold no secret and no address; `before` and `after` where something changed.
    """
    log.info("%s: %s by=%s %s", action, subject, by, details)
    audit.append(store, actor=by or "-", action=action, subject=subject, details=details)
