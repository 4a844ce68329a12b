"""`read`: from a file of any kind to its typed tables, each with its report."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tablecheck.archive import open_gzip, open_zip
from tablecheck.errors import UnknownTypeError, UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.linked import split, with_links
from tablecheck.package import at_hand, without_far_keys
from tablecheck.records import Extract, Recipe
from tablecheck.report import Count, Finding, Report
from tablecheck.schemas import shape_findings
from tablecheck.sniff import sniff
from tablecheck.source import DAMAGE, Source, broken, check_types, warning
from tablecheck.typed import TABLE_SCHEMA_TYPES

Reader = Callable[[Source], Iterator[Extract]]
_SUFFIXES = {
    "csv": {"csv", "tsv", "txt", "tab", "dat", ""},
    "json": {"json", "geojson", "ndjson", "jsonl", "txt", ""},
    "xlsx": {"xlsx", "xlsm", ""},
}
_DAMAGED = {
    "parquet": "parquet-broken",
    **dict.fromkeys(("gpkg", "shp", "kml"), "vector-broken"),
    **dict.fromkeys(("xlsx", "xls", "ods"), "spreadsheet-broken"),
}


def read(
    path: Path,
    *,
    filename: str | None = None,
    schema: dict[str, Any] | None = None,
    types: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    checks: Sequence[Any] = (),
    encoding: str | None = None,
    knowledge: Any = None,
    references: Mapping[str, dict[str, Any]] | None = None,
    basepath: str | Path | None = None,
    schemas: Mapping[str, dict[str, Any]] | None = None,
) -> list[Extract]:
    """Read every table of a file, check it and type it.

    `checks` and the schema's `custom_checks` name checks of ours; `knowledge` is what only the
    caller can know for them (`tablecheck.checks.check.Knowledge`).
    `references` holds the tables that foreign keys name, as frictionless resource descriptors by
    name, their paths relative to `basepath` (the folder of the file, if None); a key to any other
    table is a warning.
    `schemas` holds the schemas of the members of an archive by their names; foreign keys between
    those are looked after, and what leads nowhere is a warning.
    A file that is wrong is no exception: its extract has no table and its report says why.
    Raises UnknownColumnError and UnknownTypeError for `types` that name what does not exist,
    NotASchemaError for a schema that is no descriptor.
    """
    for type_ in (types or {}).values():
        if type_ not in TABLE_SCHEMA_TYPES:
            raise UnknownTypeError(type_, TABLE_SCHEMA_TYPES)
    with tempfile.TemporaryDirectory(prefix="tablecheck-") as folder:
        source = Source(
            path=Path(path),
            filename=filename or Path(path).name,
            format="",
            folder=Path(folder),
            limits=limits or Limits(),
            schema=schema,
            types=types or {},
            checks=checks,
            encoding=encoding,
            knowledge=knowledge,
            others=at_hand(references, Path(basepath or Path(path).parent)),
            member_schemas={name: split(known)[0] for name, known in (schemas or {}).items()},
        )
        misshapen = shape_findings(schema)
        if misshapen:
            return [_misshapen(source, misshapen)]
        extracts = [_with_schema(extract, schema) for extract in _tables(without_far_keys(source))]
        extracts = with_links(extracts, schemas or {})
    check_types(types or {}, extracts)
    return extracts


def _misshapen(source: Source, found: list[Finding]) -> Extract:
    return Extract(
        name=None,
        table=None,
        schema=source.schema or {},
        inferred=(),
        recipe=Recipe(format=source.format),
        report=Report(
            findings=tuple(found),
            error_count=len(found),
            counts=tuple(Count(column=None, code=f.code, count=1) for f in found),
            limit_errors=source.limits.max_findings,
        ),
    )


def _with_schema(extract: Extract, schema: dict[str, Any] | None) -> Extract:
    """Give back the schema as the caller gave it."""
    return extract if schema is None else msgspec.structs.replace(extract, schema=schema)


def _tables(source: Source, *, is_inside: bool = False) -> Iterator[Extract]:
    try:
        size = source.path.stat().st_size
        if size > source.limits.max_bytes:
            raise UnreadableFileError("too-large", size=size, limit=source.limits.max_bytes)
        kind = sniff(source.path, source.filename)
        if source.path.suffix.lower() == ".shp" and is_inside:
            kind = "shp"
    except UnreadableFileError as error:
        kind = "shp" if source.path.suffix.lower() == ".shp" and is_inside else ""
        if not kind:
            yield broken(source, error)
            return
    source = msgspec.structs.replace(source, format=kind)
    if is_inside and kind in ("zip", "gzip"):
        yield broken(source, UnreadableFileError("archive-nested", member=source.filename))
        return
    source = _with_suffix_warning(source, kind)
    try:
        if kind == "zip":
            yield from _zipped(source)
        elif kind == "gzip":
            yield from _tables(open_gzip(source), is_inside=True)
        else:
            yield from _reader(kind)(source)
    except UnreadableFileError as error:
        yield broken(source, error)
    except DAMAGE:
        if kind not in _DAMAGED:
            raise
        yield broken(source, UnreadableFileError(_DAMAGED[kind], format=kind))


def _with_suffix_warning(source: Source, kind: str) -> Source:
    suffix = Path(source.filename).suffix.lower().lstrip(".")
    if kind in _SUFFIXES and suffix in set().union(*_SUFFIXES.values()) - _SUFFIXES[kind] - {""}:
        found = warning("extension-mismatch", suffix=suffix, kind=kind)
        return msgspec.structs.replace(source, findings=(*source.findings, found))
    return source


def _zipped(source: Source) -> Iterator[Extract]:
    for member in open_zip(source):
        if isinstance(member, UnreadableFileError):
            yield broken(source, member)
        else:
            own = source.member_schemas.get(member.filename)
            if own is not None:
                member = msgspec.structs.replace(member, schema=own)
            yield from _tables(member, is_inside=True)


def _reader(kind: str) -> Reader:
    """Give the reader of a format; each brings slow libraries of its own, so only when needed."""
    if kind == "csv":
        from tablecheck.formats.delimited import read_delimited

        return read_delimited
    if kind == "json":
        from tablecheck.formats.json_records import read_json

        return read_json
    if kind in ("xlsx", "xls", "ods"):
        from tablecheck.formats.sheets import read_sheets

        return read_sheets
    if kind == "parquet":
        from tablecheck.formats.columns import read_parquet

        return read_parquet
    from tablecheck.formats.vector import read_vector

    return read_vector
