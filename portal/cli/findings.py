"""Prints the findings of a report, each with what to do, in the reader's language."""

from collections.abc import Sequence
from typing import Any

import click
import msgspec

import tablecheck
from portal.cli.options import say
from portal.messages import sentence
from tablecheck.records import Inference

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


def print_types(inferred: Sequence[Inference], lang: str) -> None:
    """Print the type that each column was given, and why: whoever disagrees can overrule it."""
    if not inferred:
        return
    click.echo(sentence("column-types", {}, lang))
    for each in inferred[:_SHOWN]:
        click.echo(f"    {each.column} ({each.type}): {tablecheck.message(each, lang)}")
    if len(inferred) > _SHOWN:
        say("columns-not-shown", count=len(inferred) - _SHOWN)


def types_with_words(inferred: Sequence[Inference], lang: str) -> list[dict[str, Any]]:
    """Return the types of the columns with their reasons in words."""
    return [
        {**msgspec.to_builtins(each), "message": tablecheck.message(each, lang)}
        for each in inferred
    ]
