"""zip and gzip: what is inside, unpacked within limits, never outside its folder."""

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

import msgspec

from tablecheck.errors import UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.report import Finding
from tablecheck.source import Source, warning

_CHUNK_BYTES = 1 << 20
_TABLES = frozenset(
    str.split(
        ".csv .tsv .txt .tab .json .geojson .ndjson .jsonl .xlsx .xlsm .xls .ods .parquet .gpkg "
        ".kml .shp .dat"
    )
)
_PACKED = frozenset(str.split(".zip .gz .tgz .tar .bz2 .xz .7z .rar .kmz"))
_SHAPEFILE = frozenset(str.split(".shp .shx .dbf .prj .cpg .qix .sbn .sbx .qpj"))
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)


def open_gzip(source: Source) -> Source:
    """Unpack a gzip; raises UnreadableFileError."""
    name = source.filename
    for suffix in (".gz", ".gzip"):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    target = source.folder / "gunzipped"
    try:
        with gzip.open(source.path) as packed, target.open("wb") as out:
            budget = _Budget(source.limits, source.path.stat().st_size)
            budget.copy(packed, out)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError("archive-broken", kind="gzip") from error
    return msgspec.structs.replace(source, path=target, filename=name)


def open_zip(source: Source) -> Iterator[Source | UnreadableFileError]:
    """Unpack the tables of a zip, one at a time; what one member breaks does not stop the others.

    Raises UnreadableFileError for what concerns the whole archive.
    """
    try:
        with zipfile.ZipFile(source.path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _check_members(infos, source)
            yield from _members(archive, infos, source)
    except _BROKEN as error:
        raise UnreadableFileError("archive-broken", kind="zip") from error


def _check_members(infos: list[zipfile.ZipInfo], source: Source) -> None:
    limits = source.limits
    if len(infos) > limits.max_members:
        raise UnreadableFileError(
            "archive-too-many-members", count=len(infos), limit=limits.max_members
        )
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\0" in str(path):
            raise UnreadableFileError("archive-unsafe-path", member=info.filename[:200])
        if info.flag_bits & 1:
            raise UnreadableFileError("archive-encrypted", member=info.filename[:200])
    budget = _Budget(limits, source.path.stat().st_size)
    budget.spend(sum(info.file_size for info in infos))


def _members(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], source: Source
) -> Iterator[Source | UnreadableFileError]:
    budget = _Budget(source.limits, source.path.stat().st_size)
    tables = [info for info in infos if _is_table(info.filename)]
    nested = [info for info in infos if _suffix(info.filename) in _PACKED and _is_shown(info)]
    if not tables:
        if nested:
            raise UnreadableFileError("archive-nested", member=nested[0].filename[:200])
        raise UnreadableFileError("archive-empty", members=[i.filename[:80] for i in infos[:10]])
    findings: tuple[Finding, ...] = ()
    if nested:
        names = ", ".join(info.filename for info in nested[:5])
        findings = (warning("members-skipped", members=names[:200]),)
    for number, info in enumerate(tables):
        folder = source.folder / f"member-{number}"
        folder.mkdir()
        try:
            path = _unpack(archive, info, infos, folder, budget)
        except UnreadableFileError as error:
            yield error
            if error.code == "archive-bomb":
                return
            continue
        member = info.filename if len(tables) > 1 else None
        yield msgspec.structs.replace(
            source, path=path, filename=PurePosixPath(info.filename).name, folder=folder,
            member=member, findings=findings if number == 0 else (),
        )  # fmt: skip
        shutil.rmtree(folder)


def _unpack(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    infos: list[zipfile.ZipInfo],
    folder: Path,
    budget: "_Budget",
) -> Path:
    if _suffix(info.filename) != ".shp":
        return _copy(archive, info, folder / f"table{_suffix(info.filename)}", budget)
    stem = info.filename[:-4]
    parts = {_suffix(i.filename): i for i in infos if i.filename[:-4].lower() == stem.lower()}
    missing = [suffix for suffix in (".dbf", ".shx") if suffix not in parts]
    if missing:
        raise UnreadableFileError(
            "shapefile-incomplete", member=info.filename[:200], missing=", ".join(missing)
        )
    for suffix, part in parts.items():
        if suffix in _SHAPEFILE:
            _copy(archive, part, folder / f"layer{suffix}", budget)
    return folder / "layer.shp"


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, budget: "_Budget") -> Path:
    try:
        with archive.open(info) as packed, target.open("wb") as out:
            budget.copy(packed, out)
    except (*_BROKEN, RuntimeError) as error:
        raise UnreadableFileError("archive-broken", kind="zip") from error
    return target


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _is_shown(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return not any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _is_table(name: str) -> bool:
    path = PurePosixPath(name)
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
        return False
    is_note = path.stem.lower().startswith(("readme", "lisezmoi", "leesmij", "licence", "license"))
    return path.suffix.lower() in _TABLES and not is_note


class _Budget:
    """Count the bytes that really come out: sizes declared in an archive can lie."""

    def __init__(self, limits: Limits, packed_bytes: int) -> None:
        self._limits = limits
        self._packed = max(packed_bytes, 1)
        self._total = 0

    def spend(self, size: int) -> None:
        """Take bytes off the budget; raises UnreadableFileError when it is used up."""
        self._total += size
        limits = self._limits
        if self._total > limits.max_bytes:
            raise UnreadableFileError("archive-bomb", size=self._total, limit=limits.max_bytes)
        is_large = self._total > limits.ratio_from_bytes
        if is_large and self._total > limits.max_ratio * self._packed:
            raise UnreadableFileError(
                "archive-bomb", size=self._total, limit=limits.max_ratio * self._packed
            )

    def copy(self, packed: IO[bytes] | gzip.GzipFile, out: BinaryIO) -> None:
        """Copy within the budget."""
        while chunk := packed.read(_CHUNK_BYTES):
            self.spend(len(chunk))
            out.write(chunk)
