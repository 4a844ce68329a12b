"""What the answers of the portal depend on: while it stays, they stay the same."""

from catalogue.store import datasets
from portal.services import Services
from portal.usage import today

State = tuple[int, int, str, str]


def state_of(services: Services) -> State:
    """Return the last change, how far the index has followed, the words that it is read by, and the
    day, by which data comes to be overdue.
    """
    search = services.search
    return (
        datasets.generation(services.store),
        search.sequence(),
        search.words,
        today().isoformat(),
    )
