"""Prints the findings of a report, each with what to do, in the reader's language."""

from typing import Any

import click

import tablecheck

_SHOWN = 50


def print_report(report: dict[str, Any], lang: str) -> None:
    """Print the first findings of a report and say how many more there are."""
    read = tablecheck.Report.from_dict(report)
    for finding in read.findings[:_SHOWN]:
        click.echo(tablecheck.message(finding, lang))
        hint = tablecheck.hint(finding, lang)
        if hint:
            click.echo(f"    {hint}")
    if len(read.findings) > _SHOWN:
        click.echo(f"… {len(read.findings) - _SHOWN}")
