"""What a wrong cell may have been meant to be, one file a kind of writing.

Each file holds its rules as functions of a field and a text, and EXAMPLES that a test iterates
over: the field, the text, and what frictionless's own reader accepts of what the rule gives.
"""

from collections.abc import Callable, Iterator
from typing import Any

from tablecheck.mends.candidate import Candidate, trimmed
from tablecheck.mends.codes import of_address, of_code
from tablecheck.mends.dates import of_date, of_datetime, of_month, of_time
from tablecheck.mends.numbers import of_number
from tablecheck.mends.points import of_point
from tablecheck.mends.words import of_boolean, of_enum, of_nothing

Rule = Callable[[dict[str, Any], str], Iterator[Candidate]]

_RULES: dict[str, tuple[Rule, ...]] = {
    "integer": (of_number,),
    "number": (of_number,),
    "year": (of_number,),
    "yearmonth": (of_month,),
    "date": (of_date,),
    "datetime": (of_datetime,),
    "time": (of_time,),
    "boolean": (of_boolean,),
    "geopoint": (of_point,),
    "string": (of_address, of_code),
}
# Two readings of one cell that contradict each other.
RIVALS = (frozenset({"day-first", "month-first"}), frozenset({"decimal-mark", "group-marks"}))
DOUBTS = {RIVALS[0]: "ambiguous-date", RIVALS[1]: "ambiguous-number"}
SYSTEMS = ("lambert-93", "lambert-72", "lambert-2008")
"""Named, and not mended: a point is converted by its owner."""
KINDS = tuple(
    str.split(
        "blanks decimal-mark group-marks group-spaces plain-figures unit fraction day-first "
        "month-first year-first month-words excel-serial clock month-form yes-no near-value "
        "no-value leading-zero code-spelling scheme address-form point-form point-swapped "
        "lambert-93 lambert-72 lambert-2008 text-format end-mark ambiguous-date ambiguous-number"
    )
)


def _of_blanks(_field: dict[str, Any], text: str) -> Iterator[Candidate]:
    bare = trimmed(text)
    if bare and bare != text:
        yield Candidate("blanks", bare)


def _of_end_mark(_field: dict[str, Any], text: str) -> Iterator[Candidate]:
    bare = trimmed(text)
    if bare[-1:] in (".", ",", ";", ":"):
        yield Candidate("end-mark", bare.rstrip(".,;: "))


def rules_of(field: dict[str, Any]) -> tuple[Rule, ...]:
    """Give the rules for a field, the surest first."""
    typed = _RULES.get(str(field.get("type", "string")), ())
    listed = (of_enum,) if field.get("constraints", {}).get("enum") else ()
    return (_of_blanks, *listed, *typed, _of_end_mark, of_nothing)
