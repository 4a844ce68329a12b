"""The score of a dataset's description by the method of data.europa.eu, in the reader's words: what
is reached, and what would bring the points that are missing.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from flask_babel import gettext

from catalogue.dcat.description import tell
from catalogue.dcat.mqa import MOST, MOST_POINTS, Dimension, score, without
from catalogue.records import Entry
from portal.files import place_here


class Reached(NamedTuple):
    """The points of one dimension."""

    code: str
    name: str
    points: int
    most: int


class Lacking(NamedTuple):
    """A metric that is not met: what to add, and the points that it brings."""

    code: str
    advice: str
    points: int


class DescriptionScore(NamedTuple):
    """The score of a description, and where its points are."""

    points: int
    most: int
    rating: str
    rating_name: str
    dimensions: list[Reached]
    lacking: list[Lacking]

    def told(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            **self._asdict(),
            "dimensions": [one._asdict() for one in self.dimensions],
            "lacking": [one._asdict() for one in self.lacking],
        }


def description_score(entry: Entry, *, unsaid: Collection[str] = ()) -> DescriptionScore | None:
    """Return the score of a dataset; None where nothing of it can be told.

    `unsaid` are metrics for which the record holds what nobody has said.
    """
    place = place_here()
    try:
        told = tell(entry, place)
    except ValueError:
        return None
    # What lies here answers, or this page would not; whether others do, the harvest tells.
    answering = score(told, lambda address: address.startswith(f"{place.root}/"))
    found = without(answering, unsaid)
    advice, names = _advice(), _names()
    return DescriptionScore(
        points=found.points,
        most=MOST_POINTS,
        rating=found.rating,
        rating_name=_ratings()[found.rating],
        dimensions=[
            Reached(each.value, names[each], found.of(each), MOST[each]) for each in Dimension
        ],
        lacking=[Lacking(one.code, advice[one.code], one.points) for one in found.missing],
    )


def _ratings() -> dict[str, str]:
    return {
        "excellent": gettext("excellent"),
        "good": gettext("good"),
        "sufficient": gettext("sufficient"),
        "bad": gettext("bad"),
    }


def _names() -> dict[Dimension, str]:
    return {
        Dimension.FINDABILITY: gettext("Findability"),
        Dimension.ACCESSIBILITY: gettext("Accessibility of the files"),
        Dimension.INTEROPERABILITY: gettext("Interoperability"),
        Dimension.REUSABILITY: gettext("Reusability"),
        Dimension.CONTEXTUALITY: gettext("Context"),
    }


def _advice() -> dict[str, str]:
    return {
        "keyword": gettext("Add keywords, in each language of your readers."),
        "theme": gettext("Choose a theme."),
        "spatial": gettext("Say which municipalities the data cover."),
        "temporal": gettext("Say on which day the data changed last."),
        "access-answers": gettext("See to it that the address of the file answers."),
        "download": gettext("Give an address from which the file is downloaded."),
        "download-answers": gettext("See to it that the download answers."),
        "format": gettext("State the format of the file."),
        "media-type": gettext("State the media type of the file."),
        "format-known": gettext("Use a format that the lists of the EU and of IANA know."),
        "format-open": gettext("Offer an open format, such as CSV or GeoJSON."),
        "format-machine": gettext("Offer a format that programs read."),
        "complies": gettext("Give every file an address."),
        "licence": gettext("Choose a licence."),
        "licence-known": gettext("Choose a licence that the list of the EU knows."),
        "access-rights": gettext("State who may have the data."),
        "access-rights-known": gettext("State who may have the data by a code of the EU."),
        "contact": gettext("Name a contact."),
        "publisher": gettext("Name the publisher."),
        "rights": gettext("State the rights on each file."),
        "size": gettext("State the size of the files."),
        "issued": gettext("State when the dataset was first published."),
        "modified": gettext("State when the dataset changed last."),
    }
