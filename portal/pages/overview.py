"""What is there and what is missing, per theme and side: counted once a generation."""

from functools import lru_cache

import msgspec

from catalogue.gaps import missing
from catalogue.records import Text
from catalogue.search import Query
from portal.pages.themes import themes
from portal.services import Services
from portal.state import State, state_of

SIDES = ("FR", "VLG", "WAL", "EU")


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A theme: how many datasets each side has, and what is known to be missing there."""

    theme: str
    count: int
    sides: dict[str, int]
    missing: dict[str, list[Text]]


class Overview(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The catalogue in numbers."""

    dataset_count: int
    publisher_count: int
    table_count: int
    row_count: int
    sides: dict[str, int]
    rows: list[Row]


def overview(services: Services) -> Overview:
    """Return the numbers of the catalogue as it is now."""
    return _counted(services, state_of(services))


@lru_cache(maxsize=4)
def _counted(services: Services, _state: State) -> Overview:
    everything = services.search.search(Query(limit=0))
    current: dict[str, int] = {
        relation.table: relation.row_count for relation in services.snapshot().relations
    }
    gaps = missing()
    counts = everything.facets.get("theme", {})
    known = [theme for theme in themes() if theme in counts or theme in gaps]
    listed = [*known, *sorted(theme for theme in counts if theme not in themes())]
    rows = [
        Row(
            theme=theme,
            count=counts.get(theme, 0),
            sides=_sides_of(services, theme) if theme in counts else {},
            missing=gaps.get(theme, {}),
        )
        for theme in listed
    ]
    return Overview(
        dataset_count=everything.count,
        publisher_count=len(everything.facets.get("publisher", {})),
        table_count=len(current),
        row_count=sum(current.values()),
        sides=everything.facets.get("side", {}),
        rows=rows,
    )


def _sides_of(services: Services, theme: str) -> dict[str, int]:
    return services.search.search(Query(theme=(theme,), limit=0)).facets.get("side", {})
