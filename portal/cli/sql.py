"""`eurometropolis sql`: one reading statement, in the same locked room as on the web."""

import sys
from pathlib import Path

import click

from catalogue.store import versions
from portal.cli.options import data_option, json_option, language, opened
from portal.messages import sentence
from portal.sql_limits import query_limits, sandbox_of
from sandbox.errors import SandboxError
from sandbox.formats import FORMATS, sql_answer
from sandbox.messages import message_of
from sandbox.result import Result

_FORMATS = ("table", "csv", "json", "ndjson", "parquet", "arrow", "xlsx", "geojson")
_SHOWN_ROWS = 1_000


@click.command(name="sql")
@click.argument("statement")
@click.option("--format", "kind", type=click.Choice(_FORMATS), default="table", show_default=True)
@json_option
@data_option
def command(statement: str, kind: str, is_json: bool, data: Path | None) -> None:
    """Run one reading STATEMENT: SELECT, WITH, FROM, DESCRIBE, SUMMARIZE, SHOW, EXPLAIN."""
    with opened(data) as (settings, store), sandbox_of(settings) as sandbox:
        limits = query_limits(settings, is_signed_in=True)
        try:
            with sandbox.run(
                statement, snapshot=versions.snapshot(store), client="terminal", limits=limits
            ) as result:
                _write(result, "json" if is_json else kind)
        except SandboxError as error:
            place = f"{error.line}:{error.column}: " if error.line else ""
            click.echo(place + message_of(error, language()), err=True)
            sys.exit(1)


def _write(result: Result, kind: str) -> None:
    if kind == "table":
        _print_table(result)
        return
    chunks = sql_answer(result) if kind == "json" else FORMATS[kind].encode(result)
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def _print_table(result: Result) -> None:
    """Draw the rows with aligned columns; a longer answer wants a format."""
    head = [column["name"] for column in result.columns]
    rows: list[list[str]] = []
    for batch in result.batches():
        rows += [["" if v is None else str(v) for v in row.values()] for row in batch.to_pylist()]
    shown = [head, *rows[:_SHOWN_ROWS]]
    widths = [max(len(row[i]) for row in shown) for i in range(len(head))]
    for row in shown:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    if len(rows) > _SHOWN_ROWS:
        note = {"shown": _SHOWN_ROWS, "count": len(rows)}
        click.echo(sentence("rows-not-shown", note, language()), err=True)
