"""A corrected file: the cells that hints mend or somebody typed are written anew, rows that
somebody names are left out, every other byte stays.

A delimited text keeps its encoding, its layout and its line ends; a workbook keeps its sheets and
all that is in them, unless single cells or rows are named: then its values are written anew. Other
spreadsheets come back as XLSX. What cannot be written stays as it was,
and is counted.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from tablecheck.correcting.choice import CellEdit, Choice, Correction
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
    *,
    edits: Iterable[CellEdit] = (),
    dropped: Collection[int] = (),
) -> Correction:
    """Write the corrected file to `out`.

    `edits` are cells that somebody typed, `dropped` the rows to leave out, by their numbers in the
    findings.
    `recipe` and `schema` are those of the Extract that the hints come from; of an archive, the
    table that `recipe` names is written alone. Raises NotCorrectableError for other kinds of file.
    """
    choice = Choice(schema, recipe, hints, edits, dropped)
    path = Path(source)
    if recipe.format == "csv":
        from tablecheck.correcting.text import correct_text

        return correct_text(path, choice, out)
    if recipe.format == "xlsx" and recipe.member is None and not choice.is_of_rows:
        from tablecheck.correcting.workbook import correct_workbook

        return correct_workbook(path, choice, out)
    if recipe.format in CORRECTABLE and recipe.member is None:
        from tablecheck.correcting.workbook import rewrite_sheet

        return rewrite_sheet(path, choice, out)
    raise NotCorrectableError(recipe.format)
