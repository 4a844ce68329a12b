"""What a check is: one rule about the cells of a row, with its source, examples and sentences."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from tablecheck.arrow import Cells

Row = tuple[str | None, ...]
"""The cells that a check looks at, in the order of its columns; None where a cell is empty."""


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Be the parameters of a check, as a schema writes them; most checks look at one column."""


class OneColumn(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name the one column that a check looks at."""

    column: str


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Say why a row breaks a rule, and what would be right where it can be worked out."""

    cause: str = ""
    """Chooses the sentence."""
    suggestion: str | None = None
    """A value that the same check then accepts."""
    facts: dict[str, Any] = {}
    """What the sentence tells beside the value."""


class Period(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold when a code was in force (ISO days, the last one excluded), and what came after it."""

    since: str = ""
    until: str = ""
    successor: str = ""


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what only the caller can know: boundaries, and lists newer than the package's own.

    Geometries are WKB in longitude and latitude.
    """

    codes: Mapping[str, Mapping[str, Period]] = {}
    """Name of a check -> its codes. Such a list is taken to be complete."""
    municipalities: Mapping[str, bytes] = {}
    """INSEE or NIS code -> boundary."""
    is_territory_whole: bool = False
    """Whether `municipalities` are all of the territory, so that a point outside them is wrong."""


class NotAtHandError(Exception):
    """Say that a check cannot be made with the knowledge that the caller gave."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(cause)


class Judging(NamedTuple):
    """Hold a check made ready for its parameters."""

    judge: Callable[[Row], Fault | None]
    """Has the last word; asked once for each different row of cells."""
    accept: Callable[[Sequence[Cells]], Any] | None = None
    """Marks, column-wise, rows that are certainly right; may mark none, must mark no wrong one."""


class Wrong(NamedTuple):
    """An example that a check refuses, with the cause it tells and the value it suggests."""

    cells: Row
    cause: str = ""
    suggestion: str | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """Hold one check: everything about it stands in its own file."""

    name: str
    """As schemas name it under `custom_checks`; the code of its findings."""
    aliases: tuple[str, ...] = ()
    rule: str
    source: str
    """The official text that the rule is taken from."""
    params: type[Params] = OneColumn
    columns: Callable[[Any], Sequence[str]] = lambda params: (params.column,)
    make: Callable[[Any, Knowledge], Judging]
    """Raises NotAtHandError where the caller's knowledge does not do."""
    judges_blanks: bool = False
    """Whether rows with empty cells are judged too, and absent columns taken for empty ones."""
    sample: dict[str, Any] = msgspec.field(default_factory=lambda: {"column": "a"})
    """Parameters that the examples are judged with."""
    valid: tuple[Row, ...]
    invalid: tuple[Wrong, ...]
    titles: Mapping[str, str] = {}
    """Language -> the rule in two to four words, for a table of what was found."""
    says: Mapping[str, Mapping[str, str]]
    """Language -> cause -> what is wrong; `message` puts the place before it."""
    advises: Mapping[str, Mapping[str, str]] = {}
    """Language -> cause -> what to do, where no suggestion says so."""
