"""Names of what is said of players and their services, in the reader's language; and how old a fact
is.
"""

import re
from datetime import UTC, datetime

from babel.dates import format_skeleton
from flask_babel import get_locale, gettext, lazy_gettext

from catalogue.players import ROLES
from portal.i18n import day

OLD_AFTER_YEARS = 3

_ROLES = {
    "hub": lazy_gettext("Hub"),
    "incubator": lazy_gettext("Incubator"),
    "company": lazy_gettext("Company"),
    "research": lazy_gettext("Research centre"),
    "education": lazy_gettext("School or university"),
    "cluster": lazy_gettext("Cluster"),
    "coworking": lazy_gettext("Coworking space"),
    "fablab": lazy_gettext("Fab lab"),
    "agency": lazy_gettext("Agency"),
    "public_body": lazy_gettext("Public body"),
    "transport_operator": lazy_gettext("Transport operator"),
}
_KINDS = {
    "incubation": lazy_gettext("Incubation"),
    "acceleration": lazy_gettext("Acceleration"),
    "coaching": lazy_gettext("Coaching"),
    "training": lazy_gettext("Training"),
    "prototyping": lazy_gettext("Prototyping"),
    "fund_raising": lazy_gettext("Funding"),
    "workspace": lazy_gettext("Workspace"),
    "networking": lazy_gettext("Networking"),
    "market_access": lazy_gettext("Access to markets"),
    "fairs": lazy_gettext("Trade fairs"),
    "calls": lazy_gettext("Calls for projects"),
}
_FIELDS = {
    "name": lazy_gettext("Name"),
    "other_names": lazy_gettext("Other names"),
    "role": lazy_gettext("Role"),
    "hub": lazy_gettext("Hub"),
    "municipality_code": lazy_gettext("Municipality"),
    "competencies": lazy_gettext("Competencies"),
    "website": lazy_gettext("Website"),
    "source_url": lazy_gettext("Public page that shows it"),
    "note": lazy_gettext("Short description, in English"),
    "message": lazy_gettext("Message to the steward"),
    "contact": lazy_gettext("E-mail address of the organisation"),
}
KINDS = tuple(_KINDS)
_YEAR = re.compile(r"(?:accessed )?([0-9]{4})(?:-[0-9]{2}){0,2}")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def role(code: str) -> str:
    """Return the name of a role."""
    return str(_ROLES.get(code, code))


def roles() -> dict[str, str]:
    """Return the names of the roles by code, in their order."""
    return {code: role(code) for code in ROLES}


def kind(code: str) -> str:
    """Return the name of a kind of service."""
    return str(_KINDS.get(code, code))


def field(name: str) -> str:
    """Return the name of a field of the form."""
    return str(_FIELDS.get(name, name))


def source_when(source_date: str) -> str:
    """Return the date of a source in words: a day, a month, a year, or that it bears none."""
    if source_date.startswith("accessed "):
        year = source_date.removeprefix("accessed ")
        return str(gettext("page without a date, seen in %(year)s", year=year))
    month = _MONTH.fullmatch(source_date)
    if month and 1 <= int(month[2]) <= 12:
        first = datetime(int(month[1]), int(month[2]), 1, tzinfo=UTC)
        return str(format_skeleton("yMMMM", first, locale=get_locale()))
    return day(source_date)


def is_old(source_date: str) -> bool:
    """Tell whether a source is older than OLD_AFTER_YEARS; of one without a date nobody knows."""
    found = _YEAR.fullmatch(source_date)
    if found is None or source_date.startswith("accessed "):
        return False
    return int(found[1]) < datetime.now(UTC).year - OLD_AFTER_YEARS
