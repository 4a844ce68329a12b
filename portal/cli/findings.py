"""Prints the findings of a report, each with what to do, in the reader's language."""

from typing import Any

import click

import tablecheck
from portal.cli.options import say

_SHOWN = 50


def with_words(report: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return a report whose findings say in words what is wrong and what to do."""
    read = tablecheck.Report.from_dict(report)
    said = [
        {"message": tablecheck.message(one, lang), "hint": tablecheck.hint(one, lang)}
        for one in read.findings
    ]
    findings = [{**found, **words} for found, words in zip(report["findings"], said, strict=True)]
    return {**report, "findings": findings}


def print_report(report: dict[str, Any], lang: str) -> None:
    """Print the first findings of a report and say how many more there are."""
    read = tablecheck.Report.from_dict(report)
    for finding in read.findings[:_SHOWN]:
        click.echo(tablecheck.message(finding, lang))
        hint = tablecheck.hint(finding, lang)
        if hint:
            click.echo(f"    {hint}")
    if len(read.findings) > _SHOWN:
        say("findings-not-shown", count=len(read.findings) - _SHOWN)
