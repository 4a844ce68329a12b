"""What a file is, told by its first bytes; its name only breaks ties."""

import re
import zipfile
from pathlib import Path

from tablecheck.errors import UnreadableFileError

# Longest first where one signature is the start of another.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x7fELF", "ELF"),
    (b"{\\rtf", "RTF"),
    (b"OggS", "Ogg"),
    (b"ID3", "MP3"),
    (b"ARROW1", "Arrow"),
    (b"Obj\x01", "Avro"),
)
_TEXT_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_KML_ROOT = re.compile(
    r"(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE.*?(?:\]\s*>|>)|\s)*<(?:\w+:)?kml\b",
    re.DOTALL | re.IGNORECASE,
)
_SCALAR = re.compile(r'-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|"[^"\r\n]*"')
_HEAD_BYTES = 4096


def sniff(path: Path, filename: str) -> str:
    """Name the format: csv, json, ndjson, geojson, kml, xlsx, xls, ods, parquet, gpkg, zip, gzip.

    Raises UnreadableFileError with the finding's code where it is none of these.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise UnreadableFileError("empty-file")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_family(path)
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3\x00"):
        if head[68:72] in (b"GPKG", b"GP10", b"GP11") or filename.lower().endswith(".gpkg"):
            return "gpkg"
        raise UnreadableFileError("not-a-table", kind="SQLite")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if head.startswith(b"\x00\x00\x27\x0a"):  # one part of a Shapefile, without the others
        raise UnreadableFileError("shapefile-incomplete", member=filename, missing=".dbf, .shx")
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise UnreadableFileError("not-a-table", kind=kind)
    return _text_family(head, filename)


def _zip_family(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                if any(name.startswith("xl/") for name in names):
                    return "xlsx"
                kind = "Word" if any(n.startswith("word/") for n in names) else "Office"
                raise UnreadableFileError("not-a-table", kind=kind)
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    kind = member.read(200).decode("ascii", "replace")
                if kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
                    return "ods"
                if kind.startswith("application/"):
                    raise UnreadableFileError("not-a-table", kind=kind)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise UnreadableFileError("archive-broken", kind="zip") from error
    return "zip"


def _text_family(head: bytes, filename: str) -> str:
    text = _decode_head(head).lstrip("\ufeff \t\r\n\0")
    lowered = text[:1000].lower()
    if lowered.startswith(("<!doctype html", "<html", "<head", "<body")):
        raise UnreadableFileError("html-page")
    if lowered.startswith("<"):
        if _KML_ROOT.match(text):
            return "kml"
        if "<html" in lowered:
            raise UnreadableFileError("html-page")
        raise UnreadableFileError("unsupported-format", kind="XML")
    if text.startswith(("{", "[")):
        suffix = filename.lower().rsplit(".", 1)[-1]
        if suffix in {"csv", "tsv", "txt"} and not _looks_like_json(text):
            return "csv"
        return "json"
    if filename.lower().endswith((".json", ".geojson")) and _SCALAR.fullmatch(text.strip()):
        return "json"
    return "csv"


def _looks_like_json(text: str) -> bool:
    """Tell JSON from a CSV whose first label begins with a bracket."""
    rest = text[1:].lstrip()
    return rest[:1] in {'"', "{", "[", "}", "]"} or rest[:1].isdigit()


def _decode_head(head: bytes) -> str:
    if head.startswith(_TEXT_BOMS[1:]):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")
