"""A layout that the caller states, in frictionless's own words.

What the descriptor leaves out, frictionless guesses; here it is asked for its guess, so that both
read the same records. A layout that our own tokens cannot hold (comments, an escape character,
several header rows) is read by frictionless alone: slower, and never otherwise.
"""

from pathlib import Path
from typing import Any

import msgspec

from tablecheck.checks.run import is_ours, left_out
from tablecheck.dialect import Dialect
from tablecheck.encoding import as_utf8, scan
from tablecheck.errors import UnreadableFileError
from tablecheck.headers import with_shift
from tablecheck.report import Report
from tablecheck.source import Source
from tablecheck.verdict import judge, settled, stated_resource, text_resource

# What frictionless has its own words for; the rest of our refusals guard a bound of ours.
_TOLD_BY_FRICTIONLESS = frozenset(
    {"encoding-error", "unknown-encoding", "empty-file", "csv-broken"}
)
_CSV = frozenset({"delimiter", "quoteChar", "skipInitialSpace"})
_OF_TOKENS = frozenset(
    {"header", "headerRows", "headerJoin", "skipBlankRows", "csv", "name", "title", "description"}
)


def validate_stated(source: Source, descriptor: dict[str, Any]) -> Report:
    """Judge a delimited text whose layout is stated."""
    try:
        return _quickly(source, descriptor)
    except UnreadableFileError as error:
        if error.code not in _TOLD_BY_FRICTIONLESS:
            raise
    return _slowly(source, source.path, source.encoding or "utf-8", descriptor, "unreadable")


def _quickly(source: Source, descriptor: dict[str, Any]) -> Report:
    from tablecheck.formats.delimited import open_text  # brings what only this way needs

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
    text = open_text(source, dialect)
    outcome = judge(
        lambda: text_resource(text.path, text.encoding, dialect, source.schema or {}),
        limit=source.limits.max_findings,
        checks=source.checks,
        tokens=text.tokens,
    )
    report = with_shift(outcome.report, source.field_names)
    return msgspec.structs.replace(report, findings=(*report.findings, *text.findings))


def _slowly(
    source: Source, path: Path, encoding: str, descriptor: dict[str, Any], reason: str
) -> Report:
    """Leave the reading to frictionless."""
    outcome = judge(
        lambda: stated_resource(path, encoding, descriptor, source.schema or {}),
        limit=source.limits.max_findings,
        checks=[check for check in source.checks if not is_ours(check)],
    )
    findings = (*outcome.report.findings, *source.findings, *left_out(source))
    reasons = {"*": reason, **outcome.report.slow_reasons}
    return msgspec.structs.replace(outcome.report, findings=findings, slow_reasons=reasons)


def _has_gaps(descriptor: dict[str, Any]) -> bool:
    options = _csv_options(descriptor)
    return not options.keys() >= _CSV or not {"header", "headerRows"} & descriptor.keys()


def _csv_options(descriptor: dict[str, Any]) -> dict[str, Any]:
    inner = descriptor.get("csv")
    return {**descriptor, **inner} if isinstance(inner, dict) else descriptor


def of_descriptor(descriptor: dict[str, Any]) -> Dialect | None:
    """Give the layout as our tokens know it; None where they cannot hold it."""
    options = _csv_options(descriptor)
    delimiter, quotechar = options.get("delimiter", ","), options.get("quoteChar", '"')
    if not (_is_char(delimiter) and (quotechar == "" or _is_char(quotechar))):
        return None
    if delimiter == quotechar or options.get("escapeChar"):
        return None
    # Without an escape character, `doubleQuote: false` changes nothing for frictionless.
    known = _OF_TOKENS | _CSV | {"lineTerminator", "doubleQuote", "nullSequence", "escapeChar"}
    if not options.keys() <= known:
        return None
    flags = [options.get(name) for name in ("skipInitialSpace", "skipBlankRows", "header")]
    if not all(flag is None or isinstance(flag, bool) for flag in flags):
        return None
    header_row = _header_row(options)
    if header_row == 0:
        return None
    return Dialect(
        delimiter=delimiter,
        quotechar=quotechar,
        is_space_skipped=bool(flags[0]),
        is_blank_skipped=bool(flags[1]),
        header_row=header_row,
    )


def _is_char(text: Any) -> bool:
    """Tell whether one byte can be looked for; the end of a line is for `csv.reader` alone."""
    return isinstance(text, str) and len(text) == 1 and text.isascii() and text not in "\r\n\0"


def _header_row(options: dict[str, Any]) -> int | None:
    """Give the one header row, None for no header, 0 for anything else."""
    if options.get("header") is False:
        return None if options.get("headerRows", [1]) == [1] else 0
    rows = options.get("headerRows", [1])
    is_one = isinstance(rows, list) and len(rows) == 1 and type(rows[0]) is int and rows[0] > 0
    return rows[0] if is_one else 0
