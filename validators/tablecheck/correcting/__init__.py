"""A corrected file: the cells that hints mend are written anew, every other byte stays.

A delimited text keeps its encoding, its layout and its line ends; a workbook keeps its sheets and
all that is in them. Other spreadsheets come back as XLSX. What cannot be written stays as it was,
and is counted.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from tablecheck.correcting.choice import Choice, Correction
from tablecheck.errors import NotCorrectableError
from tablecheck.records import Recipe
from tablecheck.report import ColumnHint

CORRECTABLE = frozenset({"csv", "xlsx", "xls", "ods"})


def corrected(
    source: str | Path,
    schema: dict[str, Any],
    recipe: Recipe,
    hints: Iterable[ColumnHint],
    out: BinaryIO,
) -> Correction:
    """Write the corrected file to `out`.

    `recipe` and `schema` are those of the Extract that the hints come from; of an archive, the
    table that `recipe` names is written alone. Raises NotCorrectableError for other kinds of file.
    """
    choice = Choice(schema, recipe, hints)
    path = Path(source)
    if recipe.format == "csv":
        from tablecheck.correcting.text import correct_text

        return correct_text(path, choice, out)
    if recipe.format == "xlsx" and recipe.member is None:
        from tablecheck.correcting.workbook import correct_workbook

        return correct_workbook(path, choice, out)
    if recipe.format in CORRECTABLE and recipe.member is None:
        from tablecheck.correcting.workbook import rewrite_sheet

        return rewrite_sheet(path, choice, out)
    raise NotCorrectableError(recipe.format)
