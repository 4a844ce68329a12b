"""`validate`: frictionless's verdict alone, for one table whose layout the caller may state."""

import csv
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from tablecheck.dialect import Dialect
from tablecheck.errors import UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.reading import read
from tablecheck.report import Report
from tablecheck.schemas import shape_findings
from tablecheck.sniff import sniff
from tablecheck.source import Source, broken


def validate(
    source: str | Path,
    schema: dict[str, Any],
    *,
    dialect: dict[str, Any] | None = None,
    encoding: str | None = None,
    checks: Sequence[Any] = (),
    limit_errors: int | None = 1_000,
) -> Report:
    """Check the first table of a file against a schema.

    `dialect` is a Table Dialect descriptor (`delimiter`, `quoteChar`, `headerRows`, ...), as
    frictionless takes it; what it leaves out is decided by us where it is None, and is the
    standard's default where it is given.
    """
    path = Path(source)
    misshapen = shape_findings(schema)
    limits = Limits(max_findings=limit_errors if limit_errors else 10**9)
    if dialect is None or misshapen:
        first = read(path, schema=schema, limits=limits, checks=checks, encoding=encoding)[0]
        return first.report
    with tempfile.TemporaryDirectory(prefix="tablecheck-") as folder:
        opened = Source(
            path=path, filename=path.name, format="csv", folder=Path(folder), limits=limits,
            schema=schema, checks=checks, encoding=encoding,
        )  # fmt: skip
        try:
            if sniff(path, path.name) != "csv":
                return read(path, schema=schema, limits=limits, checks=checks)[0].report
            from tablecheck.formats.delimited import read_delimited

            return next(read_delimited(opened, _stated(dialect, path, encoding))).report
        except UnreadableFileError as error:
            return broken(opened, error).report


def _stated(descriptor: dict[str, Any], path: Path, encoding: str | None) -> Dialect:
    options = {**descriptor, **descriptor.get("csv", {})}
    stated = Dialect(
        delimiter=options.get("delimiter", ","),
        quotechar=options.get("quoteChar", '"'),
        is_space_skipped=options.get("skipInitialSpace", False),
        is_blank_skipped=descriptor.get("skipBlankRows", False),
    )
    if not descriptor.get("header", True):
        row = None
    elif "headerRows" in descriptor:
        row = descriptor["headerRows"][-1]
    elif "header" in descriptor:
        row = 1
    else:
        row = _header_row_of_frictionless(path, encoding or "utf-8", stated)
    return msgspec.structs.replace(stated, header_row=row)


def _header_row_of_frictionless(path: Path, encoding: str, dialect: Dialect) -> int:
    """Guess the header as frictionless does where the dialect is silent about it.

    It takes the first of the first 100 records whose width is near the average.
    """
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        try:
            widths = [
                len(cells) for cells in islice(csv.reader(file, **dialect.reader_options()), 100)
            ]
        except csv.Error:
            return 1
    if not widths:
        return 1
    width = round(sum(widths) / len(widths))
    drift = max(round(width * 0.1), 1)
    near = (n for n, w in enumerate(widths, start=1) if width - drift <= w <= width + drift)
    return next(near, 1)
