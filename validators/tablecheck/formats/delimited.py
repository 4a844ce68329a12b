"""CSV, TSV and their kin, in any encoding and layout."""

import re
from collections.abc import Iterator

from tablecheck.dialect import Dialect, detect
from tablecheck.encoding import TextScan, as_utf8, scan
from tablecheck.errors import UnreadableFileError
from tablecheck.records import Extract, Recipe
from tablecheck.report import Finding
from tablecheck.source import Source, warning
from tablecheck.texts import Text, extract_checked, extract_proposed
from tablecheck.tokens import tokenize


def read_delimited(source: Source, dialect: Dialect | None = None) -> Iterator[Extract]:
    """Read the one table of a delimited text; `dialect` given is not doubted."""
    text = open_text(source, dialect)
    if source.schema is None:
        yield extract_proposed(text)
    else:
        yield extract_checked(text, source.schema)


def open_text(source: Source, dialect: Dialect | None = None) -> Text:
    """Decide the encoding and the layout, and cut the text into cells."""
    scanned = scan(source.path, source.limits, encoding=source.encoding)
    path = as_utf8(source.path, scanned, source.folder)
    if not path.stat().st_size:
        raise UnreadableFileError("empty-file")  # a byte order mark and nothing after it
    encoding = "utf-8-sig" if scanned.encoding == "utf-8-sig" else "utf-8"
    findings = [*source.findings, *_encoding_findings(scanned)]
    if dialect is None:
        dialect = detect(path, encoding, source.field_names)
        if source.schema is None:
            dialect = _skipping_blanks(dialect)
    told = [line for line in dialect.skipped_lines if not re.match(r'"?sep=', line, re.IGNORECASE)]
    if any(line.strip(" ;,\t|") for line in told):
        findings.append(warning("preamble-skipped", count=len(told)))
    tokens = tokenize(path, encoding, dialect, source.limits, is_exact=not dialect.is_blank_skipped)
    if tokens.open_row is not None:
        if source.schema is None:
            raise UnreadableFileError("unclosed-quote", row=tokens.open_row)
        findings.append(warning("quote-left-open", row=tokens.open_row))  # frictionless takes it
    if dialect.is_blank_skipped:
        tokens = tokens.without_blank_rows()
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


def _skipping_blanks(dialect: Dialect) -> Dialect:
    return Dialect(
        delimiter=dialect.delimiter,
        quotechar=dialect.quotechar,
        is_space_skipped=dialect.is_space_skipped,
        header_row=dialect.header_row,
        skipped_lines=dialect.skipped_lines,
        is_blank_skipped=True,
    )


def _encoding_findings(scanned: TextScan) -> Iterator[Finding]:
    if scanned.is_mixed:
        yield warning("encoding-mixed", line=scanned.first_bad_line)
    elif scanned.is_assumed:
        yield warning("encoding-assumed", encoding=scanned.encoding, line=scanned.first_bad_line)
        if scanned.undecodable_count:
            yield warning("undecodable-bytes", count=scanned.undecodable_count)
