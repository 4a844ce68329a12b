"""CSV, TSV and their kin, in any encoding and layout."""

import re
from collections.abc import Iterator
from pathlib import Path

from tablecheck.dialect import Dialect, detect
from tablecheck.encoding import TextScan, as_utf8, encoding_findings, scan
from tablecheck.errors import UnreadableFileError
from tablecheck.records import Extract, Recipe
from tablecheck.report import Finding
from tablecheck.source import Source, warning
from tablecheck.texts import Text, extract_checked, extract_proposed
from tablecheck.tokens import Streamed, Tokens, tokenize
from tablecheck.totals import total_of_text

_NOTHING = b' \t\r\n\x0b\x0c\0;,|"\xef\xbb\xbf'  # the last three are a byte order mark


def read_delimited(source: Source, dialect: Dialect | None = None) -> Iterator[Extract]:
    """Read the one table of a delimited text; `dialect` given is not doubted."""
    text = open_text(source, dialect)
    if source.schema is None:
        yield extract_proposed(text)
    else:
        yield extract_checked(text, source.schema)


def open_text(
    source: Source,
    dialect: Dialect | None = None,
    *,
    scanned: TextScan | None = None,
    is_streamed: bool = False,
) -> Text:
    """Decide the encoding and the layout, and cut the text into cells.

    A stream leaves them in their file; what is said of the end is then for `findings_of_end`.
    """
    scanned = scanned or scan(source.path, source.limits, encoding=source.encoding)
    path = as_utf8(source.path, scanned, source.folder)
    if not path.stat().st_size or (dialect is None and _is_blank(path)):
        raise UnreadableFileError("empty-file")
    encoding = "utf-8-sig" if scanned.encoding == "utf-8-sig" else "utf-8"
    findings = [*source.findings, *encoding_findings(scanned)]
    if dialect is None:
        dialect = detect(path, encoding, source.field_names)
        if source.schema is None:
            dialect = _skipping_blanks(dialect)
    told = [line for line in dialect.skipped_lines if not re.match(r'"?sep=', line, re.IGNORECASE)]
    if any(line.strip(" ;,\t|") for line in told):
        findings.append(warning("preamble-skipped", count=len(told)))
    if is_streamed and not dialect.is_blank_skipped:
        tokens: Tokens = Streamed(path, encoding, dialect, source.limits)
    else:
        is_exact = not dialect.is_blank_skipped
        tokens = tokenize(path, encoding, dialect, source.limits, is_exact=is_exact)
        if dialect.is_blank_skipped:
            tokens = tokens.without_blank_rows()
        findings.extend(findings_of_end(source, tokens))
    recipe = Recipe(
        format=source.format,
        member=source.member,
        encoding=scanned.encoding,
        is_encoding_assumed=scanned.is_assumed,
        delimiter=dialect.delimiter,
        quotechar=dialect.quotechar,
        is_space_skipped=dialect.is_space_skipped,
        header_row=dialect.header_row,
        skipped_lines=dialect.skipped_lines,
    )
    return Text(
        source=source,
        path=path,
        encoding=encoding,
        dialect=dialect,
        recipe=recipe,
        findings=tuple(findings),
        tokens=tokens,
    )


def findings_of_end(source: Source, tokens: Tokens) -> list[Finding]:
    """Say what the end of a text that has been read tells; raises UnreadableFileError."""
    if tokens.open_row is None:
        return total_of_text(tokens)
    if source.schema is None:
        raise UnreadableFileError("unclosed-quote", row=tokens.open_row)
    found = warning("quote-left-open", row=tokens.open_row)  # frictionless takes it
    return [found, *total_of_text(tokens)]


def _skipping_blanks(dialect: Dialect) -> Dialect:
    return Dialect(
        delimiter=dialect.delimiter,
        quotechar=dialect.quotechar,
        is_space_skipped=dialect.is_space_skipped,
        header_row=dialect.header_row,
        skipped_lines=dialect.skipped_lines,
        is_blank_skipped=True,
    )


def _is_blank(path: Path) -> bool:
    """Tell whether a text holds no letter or figure: line ends, spaces and delimiters alone."""
    with path.open("rb") as file:
        return not any(
            chunk.translate(None, _NOTHING) for chunk in iter(lambda: file.read(1 << 16), b"")
        )
