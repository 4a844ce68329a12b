"""Which encoding a text file is in, decided over the whole file and never over a sample.

A sample lies: one byte of Latin-1 after the first 100 kB and the rest of the file is lost. The
rule: a byte order mark; else UTF-16 where every other byte is zero; else strict UTF-8 to the last
byte; else cp1252, which is assumed and therefore said aloud.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from tablecheck.errors import UnreadableFileError
from tablecheck.limits import Limits

_CHUNK_BYTES = 1 << 20
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_STRAY_BYTE = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")
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


def _cp1252_or_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("tablecheck-latin1", _cp1252_or_latin1)


def scan(path: Path, limits: Limits, *, encoding: str | None = None) -> TextScan:
    """Read the file once and decide its encoding; `encoding` given by the caller is only tested.

    Raises UnreadableFileError for a line that is too long, binary content, or bytes that the
    encoding of a byte order mark cannot hold.
    """
    with path.open("rb") as file:
        head = file.read(_CHUNK_BYTES // 4)
    marked = _stated(encoding, head) if encoding else _marked(head) or _unmarked_utf16(head)
    if marked is None and len(_CONTROL.findall(head)) > _CONTROL_SHARE * len(head):
        raise UnreadableFileError("not-a-table", kind="")
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
        name = codecs.lookup(encoding).name
    except LookupError as error:
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
    line = 1
    while chunk := file.read(size):
        first = _newline(chunk)
        if first < 0:
            run += len(chunk)
        else:
            run += first
        if run > limits.max_line_bytes:
            raise UnreadableFileError("line-too-long", line=line, limit=limits.max_line_bytes)
        if first >= 0:
            run = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        line += chunk.count(b"\n")
        yield chunk


def _newline(chunk: bytes) -> int:
    places = [place for place in (chunk.find(b"\n"), chunk.find(b"\r")) if place >= 0]
    return min(places, default=-1)


def _test(path: Path, encoding: str, limits: Limits) -> None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        try:
            for chunk in _chunks(file, limits):
                line += decoder.decode(chunk).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            raise UnreadableFileError("encoding-error", encoding=encoding, line=line) from error


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
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    stray = beyond = undefined = 0
    line = 1
    first_bad: int | None = None
    with path.open("rb") as file:
        for chunk in _chunks(file, limits):
            text = decoder.decode(chunk)
            if not text.isascii():
                bad = _STRAY_BYTE.search(text)
                if bad is not None:
                    if first_bad is None:
                        first_bad = line + text.count("\n", 0, bad.start())
                    stray += len(_STRAY_BYTE.findall(text))
                beyond += len(_BEYOND_ASCII.findall(text))
                undefined += sum(chunk.count(bytes([byte])) for byte in _UNDEFINED_IN_CP1252)
            line += text.count("\n")
        tail = decoder.decode(b"", final=True)
    if tail:
        stray += 1
        first_bad = first_bad or line
    if beyond > 2 * stray:
        return TextScan(encoding="utf-8", is_assumed=True, is_mixed=True, first_bad_line=first_bad)
    return TextScan(
        encoding="cp1252", is_assumed=True, undecodable_count=undefined, first_bad_line=first_bad
    )


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
            for line in file:
                try:
                    yield line.decode("utf-8")
                except UnicodeDecodeError:
                    yield line.decode("cp1252", "tablecheck-latin1")
            return
        errors = "tablecheck-latin1" if scanned.is_assumed else "strict"
        decoder = codecs.getincrementaldecoder(scanned.encoding)(errors)
        while chunk := file.read(_CHUNK_BYTES):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
