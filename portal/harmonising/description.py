"""Describes a harmonised table as a dataset, by its declaration and by what its sources give."""

from collections.abc import Sequence

from catalogue.harmonised.declaration import Declaration
from catalogue.harmonised.making import Made
from catalogue.harmonised.records import BETWEEN, NOT_STATED, Origin
from catalogue.network import EUROMETROPOLIS
from catalogue.records import LANGUAGES, Dataset, Distribution, Side
from catalogue.territory import places

DISTRIBUTION_ID = "table"


def dataset_of(
    declared: Declaration, source_id: str, origins: Sequence[Origin], made: Made, modified: str
) -> Dataset:
    """Return the record of the dataset; `modified` is when the newest of its sources changed."""
    return Dataset(
        source_id=source_id,
        remote_id=declared.table,
        slug=declared.table.replace("_", "-"),
        title=declared.title,
        description=declared.description,
        publisher=EUROMETROPOLIS,
        licence=licence_of(origins),
        licence_url=_licence_url(origins),
        keywords=declared.keywords,
        themes=declared.themes,
        languages=[tag for tag in LANGUAGES if tag in declared.title],
        spatial=_municipalities(declared, made),
        sides=_sides(made),
        data_modified=modified,
        distributions=[
            Distribution(
                remote_id=DISTRIBUTION_ID,
                url="",
                title=declared.title,
                table=declared.table,
                schema=declared.schema,
            )
        ],
    )


def licence_of(origins: Sequence[Origin]) -> str | None:
    """Return the licence that all sources share, or all of theirs with a plus between: each row
    then stays under that of its source. One that is not stated is a question mark.
    """
    found = sorted({origin.licence or NOT_STATED for origin in origins})
    if found == [NOT_STATED]:
        return None
    return BETWEEN.join(found)


def _licence_url(origins: Sequence[Origin]) -> str | None:
    found = {(origin.licence, origin.licence_url) for origin in origins}
    return next(iter(found))[1] if len(found) == 1 else None


def _municipalities(declared: Declaration, made: Made) -> list[str]:
    if declared.place is None:
        return []
    found = made.table[declared.place.code].unique().to_pylist()
    return sorted(code for code in found if code in places())


def _sides(made: Made) -> list[Side]:
    found = {side for one in made.contributions for side in one.sides if side}
    return [side for side in Side if side.value in found]
