"""The score of a description on its way, and which field of the form brings each missing point."""

from typing import NamedTuple

from catalogue.errors import CatalogueError
from catalogue.store.submissions import Submission
from portal.context import services
from portal.pages.dataset.description_score import description_score
from portal.submitting import foreseen

# What is not here follows from publishing itself.
_FIELDS = {
    "keyword": "keywords",
    "theme": "themes",
    "spatial": "spatial",
    "licence": "licence",
    "licence-known": "licence",
    "contact": "publisher",
    "publisher": "publisher",
}


class Wanted(NamedTuple):
    """A field of the form, what to say in it, and the points that it brings."""

    field: str
    advice: str
    points: int


class ScoreSoFar(NamedTuple):
    """The points of a description as it was saved last, and where more are to be had."""

    points: int
    most: int
    rating: str
    wanted: list[Wanted]


def score_so_far(submission: Submission, *, title: str) -> ScoreSoFar | None:
    """Return the score that a file on its way would have; None where that cannot be told."""
    unsaid = () if submission.record.said.publisher else ("publisher", "contact")
    try:
        entry = foreseen(services().store, submission, title=title)
    except CatalogueError:  # of the dataset that it was for; publishing says what is wrong
        return None
    found = description_score(entry, unsaid=unsaid)
    if found is None:
        return None
    wanted = [
        Wanted(_FIELDS[one.code], one.advice, one.points)
        for one in found.lacking
        if one.code in _FIELDS
    ]
    return ScoreSoFar(found.points, found.most, found.rating_name, wanted)
