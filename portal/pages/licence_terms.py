"""What each licence asks of whoever uses the data again, in one sentence for the reader."""

import msgspec
from flask_babel import gettext

from catalogue.licences import LICENCES
from portal.i18n import reader_language

_ATTRIBUTION = ("cc-by-4.0", "cc-by-3.0", "odc-by-1.0")
_FREE = ("cc0-1.0", "pddl-1.0", "public-domain")


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A licence with its name, the address of its text and what it asks."""

    title: str
    url: str
    demand: str


def licence_terms() -> list[Terms]:
    """Return every licence that the catalogue knows, by name."""
    found = [
        Terms(title=each.title[reader_language()], url=each.url, demand=demand_of(each.id))
        for each in LICENCES.values()
    ]
    return sorted(found, key=lambda terms: terms.title)


def demand_of(licence: str | None) -> str:
    """Return what a licence asks; of one that is not known, where to read it."""
    if not licence:
        return str(
            gettext("No licence is stated: ask the publisher before you use the data again.")
        )
    if licence in _FREE:
        return str(gettext("Nothing is asked; naming the producer remains good manners."))
    if licence in _ATTRIBUTION:
        return str(gettext("Name the producer, link to the licence, and say what you changed."))
    demands: dict[str, str] = {
        "etalab-2.0": gettext("Name the producer and the date on which the data last changed."),
        "etalab-1.0": gettext("Name the producer and the date on which the data last changed."),
        "odbl-1.0": gettext(
            "Name the producer and the licence; a database that you make of it and publish "
            "carries the same licence."
        ),
        "cc-by-sa-4.0": gettext(
            "Name the producer, link to the licence, say what you changed, and share it under the "
            "same licence."
        ),
        "cc-by-nc-4.0": gettext(
            "Name the producer, link to the licence, say what you changed; no commercial use."
        ),
        "cc-by-nd-4.0": gettext(
            "Name the producer and link to the licence; what you changed may not be passed on."
        ),
        "modellicentie-gratis-hergebruik-1.0": gettext("Name the producer as the source."),
        "statbel": gettext("Name the producer as the source."),
        "licence-mobilites": gettext(
            "Name the producer; read under which conditions improved data must be shared back."
        ),
        "mit": gettext("Keep the notice of copyright and licence."),
    }
    return demands.get(licence) or str(
        gettext("The publisher states terms of its own: read them before you use the data again.")
    )
