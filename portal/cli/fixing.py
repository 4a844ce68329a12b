"""Writes the corrected file of `check --fix`: beside the source, never over it."""

import os
import shutil
import tempfile
from pathlib import Path

import tablecheck
from portal.cli.options import fail, say
from tablecheck import Correction, Extract


def refuse_source(file: Path, out: Path) -> None:
    """End the command where the corrected file would take the place of its source."""
    if out.exists() and out.samefile(file):
        fail("check-fix-same", file=file.name)


def write_corrected(file: Path, extracts: list[Extract], out: Path) -> Correction | None:
    """Write the file with every hint followed; None where no hint mends a cell."""
    wrong = [one for one in extracts if mending_hints(one)]
    if not wrong:
        say("check-fix-nothing", out=out.name)
        return None
    if len(wrong) > 1 and any(one.recipe.format != "xlsx" or one.recipe.member for one in wrong):
        fail("check-fix-several", file=file.name)
    with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=".corrected-") as folder:
        done: list[Correction] = []
        source = file
        for number, extract in enumerate(wrong):  # sheet by sheet of one workbook
            target = Path(folder) / f"{number}"
            with target.open("wb") as stream:
                try:
                    hints = mending_hints(extract)
                    done.append(
                        tablecheck.corrected(source, extract.schema, extract.recipe, hints, stream)
                    )
                except tablecheck.NotCorrectableError as error:
                    fail("check-fix-kind", kind=error.format)
            source = target
        shutil.copymode(file, source)
        os.replace(source, out)  # noqa: PTH105 - whole or not at all, over an older output
    changed = sum(one.cells_changed for one in done)
    left = sum(one.cells_left for one in done)
    say("check-fixed", out=out.name, file=file.name, count=changed)
    if left:
        say("check-fix-left", count=left)
    if (out.suffix.lower() == ".xlsx" and done[-1].format != "xlsx") or (
        done[-1].format == "xlsx" and out.suffix.lower() not in (".xlsx", ".xlsm")
    ):
        say("check-fix-format", out=out.name, format=done[-1].format.upper())
    return Correction(
        format=done[-1].format,
        cells_changed=changed,
        cells_left=left,
        by_column={name: count for one in done for name, count in one.by_column.items()},
    )


def mending_hints(extract: Extract) -> list[tablecheck.ColumnHint]:
    """Return the hints of a table that write cells anew."""
    return [hint for hint in extract.report.column_hints if hint.mends]
