"""What a run did with one record, in the reader's language: of one thing, not of many."""

from flask_babel import gettext


def outcome_label(outcome: str) -> str:
    """Return the outcome of one record."""
    names: dict[str, str] = {
        "added": gettext("was added"),
        "changed": gettext("was changed"),
        "unchanged": gettext("stayed unchanged"),
        "moved": gettext("was moved"),
        "archived": gettext("was archived"),
        "failed": gettext("has failed"),
        "skipped": gettext("was left out"),
    }
    return names.get(outcome, outcome)
