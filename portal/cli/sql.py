"""`eurometropolis sql`: one reading statement, in the same locked room as on the web."""

import re
import shutil
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

from catalogue.store import versions
from portal.cli import own_files
from portal.cli.options import data_option, json_option, language, one_sentence, opened
from portal.messages import sentence
from portal.settings import SandboxSettings, load_settings
from portal.sql_limits import query_limits, sandbox_of
from sandbox.errors import SandboxError
from sandbox.formats import FORMATS, sql_answer
from sandbox.formats.source import geometry_columns
from sandbox.formats.values import encode, plain, wkt_texts
from sandbox.messages import message_of
from sandbox.result import Result

_FORMATS = ("table", "csv", "json", "ndjson", "parquet", "arrow", "xlsx", "geojson")
_SHOWN_ROWS = 1_000
_HELD_BYTES = 16 << 20
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # a cell must not steer the terminal
_HELP = f"""Run one reading STATEMENT: SELECT, WITH, FROM, DESCRIBE, SUMMARIZE, SHOW, EXPLAIN.

STATEMENT - reads it from the standard input. It is stopped at a deadline, which is the setting
`sandbox.signed_in_deadline_s`: {SandboxSettings().signed_in_deadline_s:g} seconds unless changed.
"""


@click.command(name="sql", help=_HELP)
@click.argument("statement")
@click.option("--format", "kind", type=click.Choice(_FORMATS), default="table", show_default=True)
@click.option(
    "--param",
    "-p",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="The value of $NAME, read by the type that it is used as; where the statement tells none,"
    " JSON where it is JSON, else text. Repeatable.",
)
@click.option(
    "--with",
    "files",
    multiple=True,
    metavar="NAME=FILE",
    help="A file of your own as the table NAME, checked first, read here only. Repeatable.",
)
@json_option
@data_option
def command(
    statement: str,
    kind: str,
    pairs: tuple[str, ...],
    files: tuple[str, ...],
    is_json: bool,
    data: Path | None,
) -> None:
    """Run one reading statement."""
    texts = dict(_param(pair) for pair in pairs)
    own = [own_files.pair_of(text) for text in files]
    if statement == "-":
        # The sandbox refuses what is no text.
        statement = sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape")
    _check_store(data, is_json)
    with (
        opened(data) as (settings, store),
        own_files.beside(versions.snapshot(store), own) as snapshot,
        sandbox_of(settings) as sandbox,
    ):
        limits = query_limits(settings, is_signed_in=True)
        try:
            with sandbox.run(
                statement,
                snapshot=snapshot,
                texts=texts,
                client="terminal",
                limits=limits,
            ) as result:
                _write(result, "json" if is_json else kind, is_held=is_json)
        except SandboxError as error:
            message = message_of(error, language())
            _end(1, error.code, message, error.line, error.column, is_json=is_json)


def _param(pair: str) -> tuple[str, str]:
    name, equals, text = pair.partition("=")
    if not (name and equals):
        raise click.BadParameter("NAME=VALUE", param_hint="--param")
    return name.removeprefix("$"), text


def _check_store(data: Path | None, is_json: bool) -> None:
    """End where there is no catalogue: a mistyped folder must not become a new, empty one."""
    with one_sentence():
        settings = load_settings(data)
    if settings.database_url is None and not (settings.data / "catalogue.db").exists():
        message = sentence("store-missing", {"folder": settings.data}, language())
        _end(2, "store-missing", message, is_json=is_json)


def _end(
    status: int,
    code: str,
    message: str,
    line: int | None = None,
    column: int | None = None,
    *,
    is_json: bool,
) -> NoReturn:
    """End the command with an error: JSON as the API's on the standard output, or a sentence."""
    if is_json:
        fault = {"code": code, "message": message, "line": line, "column": column}
        click.echo(encode({"error": fault}))
    else:
        click.echo((f"{line}:{column}: " if line else "") + message, err=True)
    sys.exit(status)


def _write(result: Result, kind: str, *, is_held: bool) -> None:
    """Write an answer; `is_held` back until it is whole, so that an error stands alone."""
    if kind == "table":
        _print_table(result)
        return
    chunks = sql_answer(result) if kind == "json" else FORMATS[kind].encode(result)
    out = sys.stdout.buffer
    if not is_held:
        for chunk in chunks:
            out.write(chunk)
    else:
        with tempfile.SpooledTemporaryFile(_HELD_BYTES) as file:
            file.writelines(chunks)
            file.seek(0)
            shutil.copyfileobj(file, out)
    out.flush()


def _print_table(result: Result) -> None:
    """Draw the rows with aligned columns; a longer answer wants a format."""
    head = [_shown(column["name"]) for column in result.columns]
    geometry = geometry_columns(result.schema)
    rows: list[tuple[str, ...]] = []
    count = 0
    for batch in result.batches():
        part = batch.slice(0, max(0, _SHOWN_ROWS - count))
        columns: list[list[Any]] = [
            list(wkt_texts(column)) if index in geometry else plain(column)
            for index, column in enumerate(part.columns)
        ]
        rows += zip(*([_shown(value) for value in column] for column in columns), strict=True)
        count += batch.num_rows
    shown = [tuple(head), *rows]
    widths = [max(len(row[i]) for row in shown) for i in range(len(head))]
    for row in shown:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    if count > _SHOWN_ROWS:
        note = {"shown": _SHOWN_ROWS, "count": count}
        click.echo(sentence("rows-not-shown", note, language()), err=True)


def _shown(value: Any) -> str:
    """Give a value as one line without control characters."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        value = format(value, "f")
    text = value if isinstance(value, str) else encode(value)
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
