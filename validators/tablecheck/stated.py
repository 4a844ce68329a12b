"""A layout that the caller states, in frictionless's own words.

What the descriptor leaves out, frictionless guesses; here it is asked for its guess, so that both
read the same records. A layout that our own tokens cannot hold (comments, an escape character,
several header rows) is read by frictionless alone: slower, and never otherwise.
"""

import copy
from pathlib import Path
from typing import Any

import msgspec
from frictionless import Dialect, FrictionlessException

from tablecheck.checks.run import checked_columns, is_ours, left_out, with_checks
from tablecheck.encoding import as_utf8, scan
from tablecheck.errors import UnreadableFileError
from tablecheck.headers import with_shift
from tablecheck.layout import STATED, csv_options, of_descriptor
from tablecheck.report import Report, Tally
from tablecheck.source import Source, warning
from tablecheck.tokens import Streamed
from tablecheck.verdict import (
    CRASHES,
    finding,
    judge,
    settled,
    stated_resource,
    text_resource,
)

STREAMED_FROM_BYTES = 16 << 20
"""Larger files are judged block by block, and read again where a row must be looked at."""
# What frictionless has its own words for; the rest of our refusals guard a bound of ours.
_TOLD_BY_FRICTIONLESS = frozenset(
    {"encoding-error", "unknown-encoding", "empty-file", "csv-broken"}
)


def refused_dialect(descriptor: dict[str, Any]) -> Report | None:
    """Give the verdict on a dialect that is described wrongly; None where it is not."""
    tally = Tally(None)
    try:
        Dialect.from_descriptor(copy.deepcopy(descriptor))
    except FrictionlessException as exception:
        tally.extend(finding(error, {}) for error in exception.to_errors())
    except CRASHES as error:
        tally.add(warning("dialect-error", note=str(error)))
    return tally.report() if tally.error_count else None


def validate_stated(source: Source, descriptor: dict[str, Any]) -> Report:
    """Judge a delimited text whose layout is stated."""
    try:
        return _quickly(source, descriptor)
    except UnreadableFileError as error:
        if error.code not in _TOLD_BY_FRICTIONLESS:
            raise
    return _slowly(source, source.path, source.encoding or "utf-8", descriptor, "unreadable")


def _quickly(source: Source, descriptor: dict[str, Any]) -> Report:
    from tablecheck.formats.delimited import findings_of_end, open_text  # slow, and for this alone

    scanned = scan(source.path, source.limits, encoding=source.encoding)
    path = as_utf8(source.path, scanned, source.folder)
    encoding = "utf-8-sig" if scanned.encoding == "utf-8-sig" else "utf-8"
    whole = descriptor
    if _has_gaps(descriptor):
        guessed = settled(path, encoding, descriptor)
        if guessed is None:
            return _slowly(source, path, encoding, descriptor, "dialect")
        whole = guessed
    dialect = of_descriptor(whole)
    if dialect is None:
        return _slowly(source, path, encoding, descriptor, "dialect")
    is_streamed = not checked_columns(source) and path.stat().st_size > STREAMED_FROM_BYTES
    text = open_text(source, dialect, scanned=scanned, is_streamed=is_streamed)
    outcome = judge(
        lambda: text_resource(text.path, text.encoding, dialect, source.schema or {}),
        limit=source.limits.max_findings,
        checks=[check for check in source.checks if not is_ours(check)],
        tokens=text.tokens,
        others=source.others,
    )
    report = with_checks(
        source, dict(zip(text.tokens.labels, text.tokens.columns, strict=False)),
        text.tokens.row_numbers, outcome.report,
    )  # fmt: skip
    report = with_shift(report, source.field_names)
    found = findings_of_end(source, text.tokens) if isinstance(text.tokens, Streamed) else []
    return msgspec.structs.replace(report, findings=(*report.findings, *text.findings, *found))


def _slowly(
    source: Source, path: Path, encoding: str, descriptor: dict[str, Any], reason: str
) -> Report:
    """Leave the reading to frictionless."""
    outcome = judge(
        lambda: stated_resource(path, encoding, descriptor, source.schema or {}),
        limit=source.limits.max_findings,
        checks=[check for check in source.checks if not is_ours(check)],
        others=source.others,
    )
    findings = (*outcome.report.findings, *source.findings, *left_out(source))
    reasons = {"*": reason, **outcome.report.slow_reasons}
    return msgspec.structs.replace(outcome.report, findings=findings, slow_reasons=reasons)


def _has_gaps(descriptor: dict[str, Any]) -> bool:
    options = csv_options(descriptor)
    return not options.keys() >= STATED or not {"header", "headerRows"} & descriptor.keys()
