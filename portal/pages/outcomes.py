"""What a run did with one record, or would do, in the reader's language: of one thing, not of
many.
"""

from flask_babel import gettext


def outcome_label(outcome: str, is_foreseen: bool = False) -> str:
    """Return the outcome of one record, as it was or as a dry run foresees it."""
    if is_foreseen:
        return _foreseen(outcome)
    names: dict[str, str] = {
        "added": gettext("was added"),
        "changed": gettext("was changed"),
        "unchanged": gettext("stayed unchanged"),
        "moved": gettext("was moved"),
        "missing": gettext("is no longer listed, and is waited for"),
        "archived": gettext("was archived"),
        "failed": gettext("has failed"),
        "skipped": gettext("was left out"),
    }
    return names.get(outcome, outcome)


def _foreseen(outcome: str) -> str:
    names: dict[str, str] = {
        "added": gettext("would be added"),
        "changed": gettext("would be changed"),
        "unchanged": gettext("would stay unchanged"),
        "moved": gettext("would be moved"),
        "missing": gettext("is no longer listed, and would be waited for"),
        "archived": gettext("would be archived"),
        "failed": gettext("would fail"),
        "skipped": gettext("would be left out"),
    }
    return names.get(outcome, outcome)


def table_label(outcome: str) -> str:
    """Return what would become of a table of a file."""
    names: dict[str, str] = {
        "table": gettext("a new table"),
        "version": gettext("a new version"),
        "draft": gettext("would wait as a draft"),
        "unchanged": gettext("stays as it is"),
    }
    return names.get(outcome, outcome)
