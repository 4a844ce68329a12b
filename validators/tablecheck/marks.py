"""`79.162`: a thousand and more, or a decimal? Told by the other columns, or left as text.

A comma or a point before exactly three figures can mean either. Where the rest of the file shows
how it writes numbers, that decides. Where nothing does, the column stays text: a text can still
become either number, while a wrong number cannot be told from a right one.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from tablecheck.arrow import Cells
from tablecheck.names import words
from tablecheck.patterns import all_match, first_match
from tablecheck.proposal import Proposal
from tablecheck.records import Inference
from tablecheck.report import Finding
from tablecheck.source import warning

_COORDINATES = frozenset(
    str.split(
        "lon lng long longitude lat latitude x y xlong ylat lengtegraad breedtegraad coord "
        "coordonnee coordonnees coordinaat coordinaten"
    )
)


def doubtful_mark(name: str, trimmed: Cells) -> str | None:
    """Give the mark of a column whose numbers can be read in two ways."""
    if _COORDINATES & set(words(name)):
        return None
    for mark in (".", ","):
        is_either = all_match(trimmed, rf"^[+-]?[0-9]{{1,3}}(?:[{mark}][0-9]{{3}})?\z")
        # Nobody writes 125 as 0.125, so one such value proves a decimal.
        if is_either and first_match(trimmed, rf"^[+-]?0[{mark}]") is None:
            return mark
    return None


def choices(mark: str) -> dict[str, dict[str, Any]]:
    """Give the field for each type by which a publisher may end the doubt.

    Table Schema has no mark of thousands for an integer, so both are numbers.
    """
    other = "," if mark == "." else "."
    decimal = {} if mark == "." else {"decimalChar": mark}
    grouped = {"groupChar": mark} if other == "." else {"groupChar": mark, "decimalChar": other}
    return {
        "number": {"type": "number", **decimal},
        "integer": {"type": "number", **grouped},
    }


def shown_marks(name: str, trimmed: Cells, decimal: str, group: str) -> tuple[str, str]:
    """Give the decimal and the group mark that a column proves, each empty where it does not.

    Decimal points of coordinates prove nothing: maps write them whatever the file's language.
    """
    proof = r"[,][0-9]" if decimal == "," else r"[.][0-9]{1,2}\z"
    is_map = decimal == "." and bool(_COORDINATES & set(words(name)))
    if is_map or first_match(trimmed, proof) is None:
        decimal = ""
    return decimal, group


def settle(proposals: Sequence[Proposal]) -> list[Proposal]:
    """End the doubts that the other columns of the file can end."""
    decimals: dict[str, str] = {}
    groups: dict[str, str] = {}
    for proposal in proposals:
        decimal, group = proposal.marks
        for mark, known in ((decimal, decimals), (group, groups)):
            if mark:
                known.setdefault(mark, proposal.inference.column)
    return [_settled(p, decimals, groups) if p.choices else p for p in proposals]


def _settled(proposal: Proposal, decimals: dict[str, str], groups: dict[str, str]) -> Proposal:
    mark = str(proposal.inference.params["mark"])
    other = "," if mark == "." else "."
    grouping = groups.get(mark) or decimals.get(other)
    pointing = decimals.get(mark) or groups.get(other)
    if bool(grouping) == bool(pointing):
        return proposal
    field = proposal.choices["integer" if grouping else "number"]
    inference = Inference(
        column=proposal.inference.column,
        type="number",
        reason="grouped-by-others" if grouping else "decimal-by-others",
        params={
            "count": proposal.inference.params["count"],
            "mark": mark,
            "other": grouping or pointing,
        },
    )
    return msgspec.structs.replace(
        proposal, field={"name": proposal.field["name"], **field}, inference=inference, choices={}
    )


def doubts(proposals: Sequence[Proposal]) -> list[Finding]:
    """Say which columns stayed text because their numbers can be read in two ways."""
    found = []
    for proposal in proposals:
        inference = proposal.inference
        if inference.reason == "ambiguous-separator":
            value = str(inference.params["value"])
            whole, fraction = value.strip().split(str(inference.params["mark"]))
            found.append(
                warning(
                    "ambiguous-separator", column=inference.column, row=inference.params["row"],
                    value=value, mark=inference.params["mark"], whole=whole + fraction,
                )
            )  # fmt: skip
    return found
