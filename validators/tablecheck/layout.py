"""A Table Dialect descriptor, as frictionless has it, in the words of our own tokens."""

from typing import Any

from tablecheck.dialect import Dialect

STATED = frozenset({"delimiter", "quoteChar", "skipInitialSpace"})
"""What a descriptor must say of a CSV for nothing to be left to a guess."""
_OF_CSV = STATED | {"lineTerminator", "doubleQuote", "escapeChar", "nullSequence"}
"""What older descriptors say beside `csv`, and frictionless then takes for the last word."""
_OF_TOKENS = frozenset(
    {"header", "headerRows", "headerJoin", "skipBlankRows", "csv", "name", "title", "description"}
)


def csv_options(descriptor: dict[str, Any]) -> dict[str, Any]:
    """Give what a descriptor says of a CSV, wherever it says it."""
    inner = descriptor.get("csv")
    if not isinstance(inner, dict):
        return descriptor
    outer = {name: descriptor[name] for name in _OF_CSV if descriptor.get(name) is not None}
    return {**descriptor, **inner, **outer}


def of_descriptor(descriptor: dict[str, Any]) -> Dialect | None:
    """Give the layout as our tokens know it; None where they cannot hold it."""
    options = csv_options(descriptor)
    delimiter, quotechar = options.get("delimiter", ","), options.get("quoteChar", '"')
    if not (_is_char(delimiter) and (quotechar == "" or _is_char(quotechar))):
        return None
    if delimiter == quotechar or options.get("escapeChar") is not None:
        return None
    # Without an escape character, `doubleQuote: false` changes nothing for frictionless.
    known = _OF_TOKENS | STATED | {"lineTerminator", "doubleQuote", "nullSequence", "escapeChar"}
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
