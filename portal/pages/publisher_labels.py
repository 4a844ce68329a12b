"""Words for the facts of a publisher's report, in the reader's language."""

from flask_babel import gettext

from catalogue.store.usage import Kind
from portal.freshness import Freshness


def freshness_label(freshness: Freshness) -> str:
    """Return whether data is as new as promised."""
    names: dict[Freshness, str] = {
        Freshness.ON_TIME: gettext("on time"),
        Freshness.OVERDUE: gettext("overdue"),
        Freshness.UNKNOWN: gettext("nobody can tell"),
    }
    return names[freshness]


def missing_label(code: str) -> str:
    """Return the name of what a description lacks."""
    names: dict[str, str] = {
        "licence": gettext("licence"),
        "description": gettext("description"),
        "languages": gettext("language of the data"),
        "contact": gettext("page or site for questions"),
    }
    return names[code]


def use_label(kind: Kind) -> str:
    """Return the name of a kind of use, of many."""
    names: dict[Kind, str] = {
        Kind.VIEW: gettext("Page views"),
        Kind.DOWNLOAD: gettext("Downloads"),
        Kind.QUERY: gettext("SQL queries"),
    }
    return names[kind]


def selections() -> dict[str, str]:
    """Return the parts of a publisher's datasets that may be looked at alone."""
    return {
        "on-time": gettext("On time"),
        "overdue": gettext("Overdue"),
        "unknown": gettext("Freshness not known"),
        "errors": gettext("With errors or remarks"),
        "drafts": gettext("With a file that waits"),
        "missing": gettext("Description incomplete"),
        "problems": gettext("With a broken link or file"),
    }
