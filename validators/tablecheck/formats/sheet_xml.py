"""What calamine leaves out of an XLSX: number formats, and formulas that were never calculated.

Only cells of two kinds are looked for, so the parts of a workbook are searched, not parsed: the
cells of a sheet by pattern, the three small parts that lead there as XML without a document type.
What is not found here is read as calamine gives it.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import msgspec

_CHUNK_BYTES = 4 << 20
_PART_BYTES = 32 << 20
_ZEROS = re.compile(r"0{2,}")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_STYLE = re.compile(rb'\bs="([0-9]+)"')
# A formula whose value is nothing; one that gives an empty text says so (t="str").
_UNCALCULATED = re.compile(
    rb"<c\s([^<>]*)>\s*<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)\s*(?:<v\s*/>|<v[^<>]*>\s*</v>)?\s*</c>"
)
_Xml = ElementTree.Element


class Cells(msgspec.Struct, frozen=True, kw_only=True):
    """Hold cells of a sheet by row and column, both counted from 0."""

    widths: dict[tuple[int, int], int] = {}
    """How many figures a number shows, zeros in front included."""
    uncalculated: tuple[tuple[int, int], ...] = ()


def read_cells(path: Path, sheet: str) -> Cells:
    """Find the cells of a sheet that calamine says too little about."""
    try:
        with zipfile.ZipFile(path) as book:
            part = part_of(book, sheet)
            if part is None:
                return Cells()
            return _cells(book, part, _zero_styles(book))
    except (
        zipfile.BadZipFile, ElementTree.ParseError, EOFError, KeyError, NotImplementedError,
        OSError, RuntimeError, ValueError,
    ):  # fmt: skip
        return Cells()  # calamine, which reads the same parts, says what is broken


def _xml(book: zipfile.ZipFile, part: str) -> _Xml:
    if book.getinfo(part).file_size > _PART_BYTES:
        raise ValueError(part)
    data = book.read(part)
    # A document type can hold entities; UTF-16 would hide it from this search.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data[:100]:
        raise ValueError(part)
    return ElementTree.fromstring(data)  # noqa: S314 - no document type, bounded size


def _named(root: _Xml, name: str) -> Iterator[_Xml]:
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def part_of(book: zipfile.ZipFile, sheet: str) -> str | None:
    """Give the name of the part that holds a sheet."""
    for element in _named(_xml(book, "xl/workbook.xml"), "sheet"):
        if element.get("name") == sheet:
            wanted = next((v for k, v in element.items() if k.endswith("}id")), None)
            break
    else:
        return None
    for link in _named(_xml(book, "xl/_rels/workbook.xml.rels"), "Relationship"):
        if link.get("Id") == wanted:
            target = link.get("Target", "")
            return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return None


def _zero_styles(book: zipfile.ZipFile) -> dict[bytes, int]:
    """Give the number of zeros of each cell style whose format is zeros only."""
    if "xl/styles.xml" not in book.namelist():
        return {}
    root = _xml(book, "xl/styles.xml")
    formats = {
        element.get("numFmtId"): len(code)
        for element in _named(root, "numFmt")
        if _ZEROS.fullmatch(code := element.get("formatCode", "").strip())
    }
    styles = next(_named(root, "cellXfs"), None)
    if not formats or styles is None:
        return {}
    return {
        str(number).encode(): formats[style.get("numFmtId")]
        for number, style in enumerate(_named(styles, "xf"))
        if style.get("numFmtId") in formats
    }


def _cells(book: zipfile.ZipFile, part: str, styles: dict[bytes, int]) -> Cells:
    widths: dict[tuple[int, int], int] = {}
    uncalculated: list[tuple[int, int]] = []
    styled = re.compile(rb'<c\s([^<>]*\bs="(?:' + b"|".join(styles) + rb')"[^<>]*)>')
    for text in pieces(book, part):
        if styles:
            for found in styled.finditer(text):
                place, style = place_of(found.group(1)), _STYLE.search(found.group(1))
                if place is not None and style is not None:
                    widths[place] = styles[style.group(1)]
        if b"<f" in text:
            for found in _UNCALCULATED.finditer(text):
                place = place_of(found.group(1))
                if place is not None and b't="str"' not in found.group(1):
                    uncalculated.append(place)
    return Cells(widths=widths, uncalculated=tuple(uncalculated))


def pieces(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the text of a part, never cut inside a cell."""
    rest = b""
    with book.open(part) as file:
        while chunk := file.read(_CHUNK_BYTES):
            text = rest + chunk
            cut = max(text.rfind(b"<c "), 0)
            if len(text) - cut > _PART_BYTES:
                raise ValueError(part)
            yield text[:cut]
            rest = text[cut:]
    yield rest


def place_of(attributes: bytes) -> tuple[int, int] | None:
    """Give the row and the column that a cell names, both counted from 0."""
    found = _PLACE.search(attributes)
    if found is None:
        return None
    column = 0
    for letter in found.group(1):
        column = column * 26 + letter - 64
    return int(found.group(2)) - 1, column - 1
