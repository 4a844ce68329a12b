"""Which encoding a text file is in, decided over the whole file and never over a sample.

A sample lies: one byte of Latin-1 after the first 100 kB and the rest of the file is lost. The
rule: a byte order mark; else UTF-16 where every other byte is zero; else strict UTF-8 to the last
byte; else cp1252, which is assumed and therefore said aloud. Where one letter beyond ASCII is
written as UTF-8 (in cp1252 it would read `Ã©`), the file mixes the two and each line is read as
what it is.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from tablecheck.errors import UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.report import Finding
from tablecheck.source import warning

_CHUNK_BYTES = 1 << 20
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
# Letters and marks of Western Europe in UTF-8. Other sequences can stand in cp1252 by chance:
# `É”` at the end of a quotation is two bytes that UTF-8 knows too.
_SURE = re.compile(rb"[\xc3-\xc5][\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x90-\xaf]|\xe2\x82\xac")
_LISTED_LINES = 10
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL_SHARE = 0.05


class TextScan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold what one pass over the bytes told."""

    encoding: str
    is_assumed: bool = False
    is_mixed: bool = False
    """UTF-8 for the most part, with lines in cp1252 among it."""
    undecodable_count: int = 0
    """Bytes that cp1252 leaves undefined; kept as the control characters of Latin-1."""
    first_bad_line: int | None = None
    bad_lines: tuple[int, ...] = ()
    """The first lines that are not UTF-8, and how many there are."""
    bad_count: int = 0


def _cp1252_or_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


def _cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "tablecheck-latin1"), error.end


codecs.register_error("tablecheck-latin1", _cp1252_or_latin1)
codecs.register_error("tablecheck-cp1252", _cp1252)


def scan(path: Path, limits: Limits, *, encoding: str | None = None) -> TextScan:
    """Read the file once and decide its encoding; `encoding` given by the caller is only tested.

    Raises UnreadableFileError for a line that is too long, binary content, or bytes that the
    encoding of a byte order mark cannot hold.
    """
    with path.open("rb") as file:
        head = file.read(_CHUNK_BYTES // 4)
    marked = _stated(encoding, head) if encoding else _marked(head) or _unmarked_utf16(head)
    if marked is None and len(_CONTROL.findall(head)) > _CONTROL_SHARE * len(head):
        cause = {"cause": "nul"} if b"\0" in head else {}
        raise UnreadableFileError("not-a-table", kind="", **cause)
    if marked is not None:
        _test(path, marked, limits)
        return TextScan(encoding=marked)
    if _is_utf8(path, limits):
        return TextScan(encoding="utf-8")
    return _mixed_or_cp1252(path, limits)


def _marked(head: bytes) -> str | None:
    return next((name for bom, name in _BOMS if head.startswith(bom)), None)


def _stated(encoding: str, head: bytes) -> str:
    """Give the name of a stated encoding that also drops a byte order mark, if there is one."""
    try:
        b"".decode(encoding)  # refuses codecs of Python that give no text
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise UnreadableFileError("unknown-encoding", encoding=encoding) from error
    found = _marked(head)
    is_kin = found is not None and name.startswith(found.removesuffix("-sig"))
    return found if found is not None and is_kin else name


def _unmarked_utf16(head: bytes) -> str | None:
    sample = head[: len(head) // 2 * 2]
    if len(sample) < 4:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _chunks(file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """Yield the file in chunks, refusing a line beyond the limit."""
    size = min(_CHUNK_BYTES, max(1, limits.max_line_bytes))
    run = 0
    while chunk := file.read(size):
        first = _newline(chunk)
        if first < 0:
            run += len(chunk)
        else:
            run += first
        if run > limits.max_line_bytes:
            line = 1 + _ends_before(file, file.tell() - len(chunk))
            raise UnreadableFileError("line-too-long", line=line, limit=limits.max_line_bytes)
        if first >= 0:
            run = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        yield chunk


def _ends_before(file: BinaryIO, place: int) -> int:
    """Count the line ends before a place, which only a fault asks for."""
    file.seek(0)
    sizes = [_CHUNK_BYTES] * (place // _CHUNK_BYTES) + [place % _CHUNK_BYTES]
    return sum(file.read(size).count(b"\n") for size in sizes)


def _newline(chunk: bytes) -> int:
    places = [place for place in (chunk.find(b"\n"), chunk.find(b"\r")) if place >= 0]
    return min(places, default=-1)


def _test(path: Path, encoding: str, limits: Limits) -> None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        try:
            for chunk in _chunks(file, limits):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            line = _line_of_fault(path, encoding, limits)
            raise UnreadableFileError("encoding-error", encoding=encoding, line=line) from error


def _line_of_fault(path: Path, encoding: str, limits: Limits) -> int:
    """Give the line on which the chunk begins that cannot be decoded."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        try:
            for chunk in _chunks(file, limits):
                line += decoder.decode(chunk).count("\n")
        except UnicodeError:
            pass
    return line


def _is_utf8(path: Path, limits: Limits) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        try:
            for chunk in _chunks(file, limits):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _mixed_or_cp1252(path: Path, limits: Limits) -> TextScan:
    undefined = bad_count = sure = 0
    bad_lines: list[int] = []
    with path.open("rb") as file:
        for number, line in enumerate(_lines(_chunks(file, limits)), start=1):
            if line.isascii():
                continue
            undefined += sum(line.count(byte) for byte in _UNDEFINED_IN_CP1252)
            sure += len(_SURE.findall(line))
            if not _is_utf8_line(line):
                bad_count += 1
                if len(bad_lines) < _LISTED_LINES:
                    bad_lines.append(number)
    first = bad_lines[0] if bad_lines else None
    if sure:
        return TextScan(
            encoding="utf-8", is_assumed=True, is_mixed=True, first_bad_line=first,
            bad_lines=tuple(bad_lines), bad_count=bad_count,
        )  # fmt: skip
    return TextScan(
        encoding="cp1252", is_assumed=True, undecodable_count=undefined, first_bad_line=first
    )


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut into lines, whatever ends them."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).splitlines(keepends=True) or [b""]
        yield from whole
    if rest:
        yield from rest.splitlines(keepends=True)


def _is_utf8_line(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def encoding_findings(scanned: TextScan) -> Iterator[Finding]:
    """Say what was assumed of an encoding."""
    if scanned.is_mixed:
        listed = [str(number) for number in scanned.bad_lines]
        more = "…" if scanned.bad_count > len(listed) else None
        yield warning(
            "encoding-mixed", line=scanned.first_bad_line, count=scanned.bad_count,
            lines=[*listed, *([more] if more else [])],
        )  # fmt: skip
    elif scanned.is_assumed:
        yield warning("encoding-assumed", encoding=scanned.encoding, line=scanned.first_bad_line)
        if scanned.undecodable_count:
            yield warning("undecodable-bytes", count=scanned.undecodable_count)


def as_utf8(path: Path, scanned: TextScan, folder: Path) -> Path:
    """Give a path to the same text in UTF-8: the file itself where it is, else a copy in `folder`.

    The copy keeps line ends as they are, so record numbers do not move.
    """
    if scanned.encoding in {"utf-8", "utf-8-sig", "ascii"} and not scanned.is_mixed:
        return path
    target = folder / f"utf8-{path.name[-60:]}"
    with target.open("wb") as out:
        for text in _texts(path, scanned):
            out.write(text.encode("utf-8", "surrogatepass"))
    return target


def _texts(path: Path, scanned: TextScan) -> Iterator[str]:
    with path.open("rb") as file:
        if scanned.is_mixed:
            for line in _lines(iter(lambda: file.read(_CHUNK_BYTES), b"")):
                if _is_utf8_line(line):
                    yield line.decode("utf-8")
                elif _SURE.search(line):  # both in one line: only what is not UTF-8 is cp1252
                    yield line.decode("utf-8", "tablecheck-cp1252")
                else:
                    yield line.decode("cp1252", "tablecheck-latin1")
            return
        errors = "tablecheck-latin1" if scanned.is_assumed else "strict"
        decoder = codecs.getincrementaldecoder(scanned.encoding)(errors)
        while chunk := file.read(_CHUNK_BYTES):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
