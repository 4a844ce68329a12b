"""What a harmonised table is made of, and what is known of how it was made.

How a version was made stays in its recipe for ever: another release may have told more, and is read
all the same.
"""

from typing import Any

import msgspec
import pyarrow as pa

from catalogue.records import Text

BETWEEN, NOT_STATED = " + ", "?"
"""Between the licences of several sources, and in the place of one that is not known."""

Json = dict[str, Any]


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """A table that a rule takes: the place of that rule, the version, its rows, and the facts of
    its dataset.
    """

    rule: int
    table: str
    version: int
    rows: pa.Table
    facts: dict[str, str]
    side: str | None = None


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that are not in the table, or cells that were emptied, by the rule that they break:
    `required`, `type`, `minimum`, `maximum`, `pattern`, `enum`, `unique` or `only`.
    """

    column: str
    why: str
    rows: int


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """What one source table gives: rows read and taken, rows by side, empty cells by column.

    What is read is taken, a repeat or left out: `repeats` counts the rows about something that a
    source before it gives. `emptied` are cells, `absent` columns that the declaration names and the
    table lacks, `elsewhere` rows whose stated municipality is not the one in which they lie.
    `empty` counts over what is taken and what repeats.
    """

    table: str
    version: int
    read: int
    taken: int
    sides: dict[str, int] = {}
    found_by: dict[str, int] = {}
    empty: dict[str, int] = {}
    left_out: list[LeftOut] = []
    emptied: list[LeftOut] = []
    absent: list[str] = []
    repeats: int = 0
    elsewhere: int = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of one source: its table, version and number, and what it says."""

    table: str
    version: int
    row: int
    value: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A value that two sources give differently for the same thing; `metres` lie between them."""

    column: str
    label: str
    metres: float
    left: Row
    right: Row


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The dataset that a source table belongs to, as it was when the table was made; `where` is
    where its source says that it comes from.
    """

    table: str
    version: int
    sha256: str
    dataset: str
    title: Text
    publisher: str
    publisher_title: Text
    side: str | None = None
    licence: str | None = None
    licence_url: str | None = None
    where: str | None = None

    @property
    def attribution(self) -> str:
        """Return how the source is to be named: publisher, title, what was taken, its licence."""
        publisher = next(iter(self.publisher_title.values()), self.publisher)
        title = next(iter(self.title.values()), self.dataset)
        return f"{publisher}, {title} ({self.table}@{self.version}, {self.licence or NOT_STATED})"


class Making(msgspec.Struct, frozen=True, kw_only=True):
    """How a version of a harmonised table was made.

    `merged` rows repeat another source's and are not in the table again, `near` ones are close to
    one of another source and stand for themselves. `differing` counts the differences of both by
    column; `differences` are the first of them. `is_bounded`
    tells whether there were boundaries of municipalities to look points up in, `within_m` how near
    two rows had to be to be the same.
    """

    declaration: str
    inputs: list[Origin]
    contributions: list[Contribution]
    is_bounded: bool = False
    within_m: float | None = None
    merged: int = 0
    near: int = 0
    differing: dict[str, int] = {}
    differences: list[Difference] = []


def making_of(recipe: Json) -> Making | None:
    """Return how a version was made, from its recipe; None for a table of a source."""
    told = recipe.get("harmonised")
    return None if told is None else msgspec.convert(told, Making)
