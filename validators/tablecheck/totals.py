"""A last row that adds up the others is no row of data."""

import re
from collections.abc import Sequence
from typing import Any

from tablecheck.names import fold
from tablecheck.report import Finding
from tablecheck.source import warning
from tablecheck.tokens import Tokens

_TOTAL = re.compile(
    r"(?:(?:sous|sub|grand|algemeen|eind)[ -]?)?(?:total|totaal|totaux|totalen|totals)"
    r"(?: (?:general|generaux|generale|algemeen))?\s*:?"
)


def total_findings(cells: Sequence[Any], row: int) -> list[Finding]:
    """Warn where the first filled cell of a last row says that the row is a total."""
    first = next((cell for cell in cells if cell is not None and str(cell).strip()), None)
    if not isinstance(first, str) or not _TOTAL.fullmatch(fold(first.strip())):
        return []
    return [warning("totals-row", row=row, value=first.strip())]


def total_of_text(tokens: Tokens) -> list[Finding]:
    """Warn of a total in the last row of a delimited text, however many cells it has."""
    if tokens.row_count < 2:
        return []
    last = tokens.last_row()
    return total_findings(last[1], last[0]) if last else []
