"""Write a delimited text anew, cell by cell, without a change to what no hint is about.

Bytes of an encoding that extends ASCII are handled as Latin-1, which gives each byte back as it
was; delimiters, quotes and line ends mean the same in both.
"""

import codecs
import csv
import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tablecheck.archive import open_gzip, open_zip
from tablecheck.correcting.choice import Choice, Correction
from tablecheck.errors import NotCorrectableError, UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.records import Recipe
from tablecheck.sniff import sniff
from tablecheck.source import Source

_BOMS = {
    "utf-8-sig": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE, "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}  # fmt: skip
_OF_ASCII = re.compile(r"utf-8(?:-sig)?|ascii|cp125\d|latin-1|iso8859-\d+")


def correct_text(path: Path, choice: Choice, out: BinaryIO) -> Correction:
    """Write the corrected text to `out`; raises NotCorrectableError."""
    with _unpacked(path, choice.recipe) as plain, plain.open("rb") as file:
        encoding = _Encoding(choice.recipe, file)
        out.write(encoding.bom)
        text = io.TextIOWrapper(file, encoding=encoding.handled, errors="strict", newline="")
        try:
            for record in _records(text, choice, encoding):
                out.write(record.encode(encoding.handled))
        except (UnicodeError, csv.Error) as error:
            raise NotCorrectableError(choice.recipe.format) from error
        finally:
            text.detach()
    return choice.correction("csv")


@contextmanager
def _unpacked(path: Path, recipe: Recipe) -> Iterator[Path]:
    """Give the text itself, out of the archive that it may be in."""
    kind = sniff(path, path.name)
    if kind not in ("zip", "gzip"):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="tablecheck-") as folder:
        source = Source(
            path=path, filename=path.name, format=kind, folder=Path(folder), limits=Limits()
        )
        try:
            if kind == "gzip":
                yield open_gzip(source).path
                return
            for member in open_zip(source):
                if isinstance(member, Source) and member.member == recipe.member:
                    yield member.path
                    return
        except UnreadableFileError as error:
            raise NotCorrectableError(kind) from error
        raise NotCorrectableError(kind)


class _Encoding:
    """Turn cells into text and back, whatever the bytes around them are."""

    def __init__(self, recipe: Recipe, file: BinaryIO) -> None:
        name = codecs.lookup(recipe.encoding or "utf-8").name
        head = file.read(4)
        if name in ("utf-16", "utf-32"):
            ends = (f"{name}-le", f"{name}-be")
            name = next((end for end in ends if head.startswith(_BOMS[end])), f"{name}-le")
        mark = _BOMS.get(name, b"")
        self.bom = mark if mark and head.startswith(mark) else b""
        file.seek(len(self.bom))
        self._name = name.removesuffix("-sig")
        self._is_mixed = recipe.is_encoding_assumed
        is_delimiter_plain = (recipe.delimiter or ",").isascii()
        self._is_bytes = bool(_OF_ASCII.fullmatch(name)) and is_delimiter_plain
        self.handled = "latin-1" if self._is_bytes else self._name

    def read(self, cell: str) -> str:
        """Give the text of a cell as it was handled."""
        if not self._is_bytes or cell.isascii():
            return cell
        data = cell.encode("latin-1")
        try:
            return data.decode(self._name)
        except UnicodeDecodeError:
            return data.decode("cp1252", "tablecheck-latin1")

    def write(self, text: str) -> str | None:
        """Give a text as it is handled; None where the encoding lacks a sign of it."""
        if not self._is_bytes or text.isascii():
            return text
        try:
            return text.encode(self._name).decode("latin-1")
        except UnicodeEncodeError:
            return None


class _Lines:
    """Hand lines to `csv.reader`, and keep those of one record."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.record.append(line)
            yield line

    def take(self) -> str:
        """Give the lines since the last call."""
        text = "".join(self.record)
        self.record.clear()
        return text


def _records(file: io.TextIOWrapper, choice: Choice, encoding: _Encoding) -> Iterator[str]:
    """Yield each record as it is to be written, its line end included."""
    recipe = choice.recipe
    delimiter, quote = recipe.delimiter or ",", recipe.quotechar or ""
    lines = _Lines(file)
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        skipinitialspace=recipe.is_space_skipped,
    )
    places = sorted(choice.columns)
    for number, cells in enumerate(reader, start=1):
        raw = lines.take()
        if number <= (recipe.header_row or 0):
            yield raw
            continue
        if choice.drops(number):
            continue
        choice.left += len(choice.typed_beyond(number, len(cells)))
        wanted = {}
        for place in places:
            if place >= len(cells):
                break
            found = choice.replacement(number, place, encoding.read(cells[place]))
            if found is not None:
                wanted[place] = found
        yield _rewritten(raw, cells, wanted, choice, encoding) if wanted else raw
    yield lines.take()


def _rewritten(
    raw: str, cells: list[str], wanted: dict[int, str], choice: Choice, encoding: _Encoding
) -> str:
    """Put the wanted texts into a record, and leave the other cells as they are written."""
    body = raw.rstrip("\r\n")
    recipe = choice.recipe
    delimiter, quote = recipe.delimiter or ",", recipe.quotechar or ""
    parts = _cells_as_written(body, delimiter, quote, is_space_skipped=recipe.is_space_skipped)
    if len(parts) != len(cells):
        choice.left += len(wanted)
        return raw
    for place, text in wanted.items():
        written = encoding.write(text)
        if written is not None:
            written = _quoted(written, parts[place], delimiter, quote)
        if written is None:
            choice.left += 1
            continue
        parts[place] = written
        choice.changed(place)
    return delimiter.join(parts) + raw[len(body) :]


def _cells_as_written(
    body: str, delimiter: str, quote: str, *, is_space_skipped: bool
) -> list[str]:
    """Cut a record at its delimiters, as `csv.reader` does, with the quotes left on."""
    if not quote or quote not in body:
        return body.split(delimiter)
    mark, end = re.escape(quote), re.escape(delimiter)
    blank = " *+" if is_space_skipped else ""
    cell = re.compile(rf"{blank}{mark}(?:[^{mark}]|{mark}{mark})*+(?:{mark}[^{end}]*+)?|[^{end}]*+")
    parts: list[str] = []
    place = 0
    while True:
        found = cell.match(body, place)
        parts.append(found[0] if found else "")
        place = found.end() if found else place
        if place >= len(body):
            return parts
        place += len(delimiter)


def _quoted(text: str, before: str, delimiter: str, quote: str) -> str | None:
    """Write a text as a cell, in quotes where it stood in quotes or needs them."""
    needs = any(sign and sign in text for sign in (delimiter, quote, "\r", "\n"))
    if not quote:
        return None if needs else text
    if needs or before.lstrip(" ").startswith(quote):
        return quote + text.replace(quote, quote * 2) + quote
    return text
