"""Prints the check of a table in the reader's language: how many errors by column and rule, what
mends many cells at once, then the first errors, each with what to do.
"""

import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

import tablecheck
from portal.cli.options import say
from portal.messages import sentence
from tablecheck.messages.words import number
from tablecheck.records import Inference
from tablecheck.report import Finding, Report

_SHOWN = 50
_SHOWN_OF_RULE = 3
_PLAIN_WIDTH = 200


def with_words(report: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return a report whose findings and hints say in words what is wrong and what to do."""
    read = Report.from_dict(report)
    said = [
        {"message": tablecheck.message(one, lang), "hint": tablecheck.hint(one, lang)}
        for one in read.findings
    ]
    findings = [
        {**msgspec.to_builtins(found), **words}
        for found, words in zip(read.findings, said, strict=True)
    ]
    hints = [
        {
            **msgspec.to_builtins(hint),
            "mends": hint.mends,
            "is_whole": hint.is_whole,
            "message": tablecheck.message(hint, lang),
        }
        for hint in read.column_hints
    ]
    return {**report, "findings": findings, "column_hints": hints}


def print_report(
    report: dict[str, Any], lang: str, schema: Mapping[str, Any] | None = None
) -> None:
    """Print what a check found; the schema lets each rule say what is expected."""
    read = Report.from_dict(report)
    if read.counts:
        _title("check-by-column", lang)
        _print_counts(read, lang, schema or {})
    several = [hint for hint in read.column_hints if hint.count > 1]
    if several:
        _title("check-hints", lang)
        for hint in several:
            click.echo(f"  {tablecheck.message(hint, lang)}")
    if read.errors:
        _title("check-cells", lang)
    shown = _first(read.errors, {(hint.column, hint.hint) for hint in several})
    for finding in (*shown, *read.warnings[:_SHOWN]):
        click.echo(f"  {tablecheck.message(finding, lang)}")
        advice = tablecheck.hint(finding, lang)
        if advice:
            click.echo(f"      {advice}")
    left = read.error_count - len(shown)
    if left:
        say("check-cells-left", count=left, limit=read.limit_errors)
    if len(read.warnings) > _SHOWN:
        say("findings-not-shown", count=len(read.warnings) - _SHOWN)


def _title(code: str, lang: str) -> None:
    click.echo(f"\n{sentence(code, {}, lang)}")


def _first(errors: Sequence[Finding], told: set[tuple[str, str]]) -> list[Finding]:
    """Return the first errors, a few of each column and rule, so that one does not hide others.

    Of cells that a hint of the whole column tells of, one is enough.
    """
    seen: Counter[tuple[str | None, str | None]] = Counter()
    shown = []
    for finding in errors:
        is_told = (finding.column, finding.hint_code) in told
        key = finding.column, finding.hint_code if is_told else finding.code
        seen[key] += 1
        if seen[key] <= (1 if is_told else _SHOWN_OF_RULE):
            shown.append(finding)
    return shown[:_SHOWN]


def _print_counts(report: Report, lang: str, schema: Mapping[str, Any]) -> None:
    fields = {field.get("name"): field for field in schema.get("fields", [])}
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="bold")
    table.add_column(sentence("check-column", {}, lang), overflow="fold")
    table.add_column(sentence("check-rule", {}, lang), overflow="fold")
    table.add_column(sentence("check-count", {}, lang), justify="right", no_wrap=True)
    for count in sorted(report.counts, key=lambda one: -one.count)[:_SHOWN]:
        name = count.column or sentence("check-of-table", {}, lang)
        words = tablecheck.rule(count.code, lang, fields.get(count.column))
        table.add_row(_plain(name), words, number(count.count, lang))
    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else _PLAIN_WIDTH
    console = Console(width=width, markup=False, highlight=False, emoji=False)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        click.echo(f"  {line.rstrip()}")
    if len(report.counts) > _SHOWN:
        say("columns-not-shown", count=len(report.counts) - _SHOWN)


def _plain(text: str) -> str:
    """Drop what a terminal would obey: names of columns come from strangers."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def print_types(inferred: Sequence[Inference], lang: str) -> None:
    """Print the type that each column was given, and why: whoever disagrees can overrule it."""
    if not inferred:
        return
    click.echo(sentence("column-types", {}, lang))
    for each in inferred[:_SHOWN]:
        click.echo(f"    {each.column} ({each.type}): {tablecheck.message(each, lang)}")
    if len(inferred) > _SHOWN:
        say("columns-not-shown", count=len(inferred) - _SHOWN)


def print_personal(found: Sequence[Finding], lang: str) -> None:
    """Print which columns look like personal data."""
    if not found:
        return
    _title("check-personal", lang)
    for each in found:
        click.echo(f"  {tablecheck.message(each, lang)}")
    click.echo(f"      {tablecheck.hint(found[0], lang)}")


def types_with_words(inferred: Sequence[Inference], lang: str) -> list[dict[str, Any]]:
    """Return the types of the columns with their reasons in words."""
    return [
        {**msgspec.to_builtins(each), "message": tablecheck.message(each, lang)}
        for each in inferred
    ]
