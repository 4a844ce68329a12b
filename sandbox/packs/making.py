"""Makes a pack: finds the versions, samples, closes the keys, writes the files.

Nothing of the machine goes into a pack: no moment, no address, no number of a run. The bytes of a
CSV follow from the rows alone, those of a Parquet file also from the release of its writer, which
the manifest names.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from catalogue import parquet
from catalogue.errors import NotFound
from catalogue.records import Version
from catalogue.store import Store, datasets, versions
from catalogue.views import Engine, batches
from sandbox import formats
from sandbox.packs import archive, descriptor, faults
from sandbox.packs.errors import PackError
from sandbox.packs.frames import Frame
from sandbox.packs.keys import Closure, Key, check, declared, named
from sandbox.packs.manifest import (
    EDITION,
    MANIFEST,
    RECIPE,
    SUMS,
    Manifest,
    PackedKey,
    PackedSource,
    PackedTable,
    PackFile,
    encoded,
)
from sandbox.packs.readme import readme
from sandbox.packs.recipe import DEFAULT_ROWS, EVERY, MAX_ROWS, PackTable, Recipe, written
from sandbox.packs.sources import source_of

MAX_PACK_BYTES = 300_000_000


class Made(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack as bytes, by their paths, with its manifest."""

    manifest: Manifest
    contents: dict[str, bytes]

    def zipped(self) -> bytes:
        """Return the zip."""
        target = BytesIO()
        archive.write(self.contents, target)
        return target.getvalue()


class _Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows of a table were sampled, and how many were drawn in vain."""

    sampled: int
    left_out: int
    narrowed_by: list[str]


def resolved(store: Store, recipe: Recipe) -> Recipe:
    """Return a recipe with the version of every table, those that keys lead to included.

    Raises NotFound for a table or a version that is not there.
    """
    parts = list(recipe.tables)
    position = 0
    while position < len(parts):
        part = parts[position]
        version = _version(store, part)
        rows = recipe.rows if part.rows is None else part.rows
        pinned = f"{part.name}@{version.n}"
        parts[position] = msgspec.structs.replace(part, table=pinned, rows=rows)
        for key in _keys_from(version, recipe):
            if key.to not in {each.name for each in parts}:
                if key.said_by == "schema" and versions.latest(store, key.to) is None:
                    continue
                parts.append(PackTable(table=key.to, rows=0))
        position += 1
    return msgspec.structs.replace(recipe, tables=parts, rows=DEFAULT_ROWS)


def _version(store: Store, part: PackTable) -> Version:
    if versions.latest(store, part.name) is None:
        raise NotFound("table-unknown", table=part.name)
    return versions.get(store, part.name, part.version)


def make(store: Store, engine: Engine, recipe: Recipe) -> Made:
    """Make a pack. Raises PackError, ViewError for a condition that does not fit, NotFound."""
    whole = resolved(store, recipe)
    frames = _frames(store, whole)
    keys = _keys(frames, whole)
    closure = Closure(frames, keys, is_dangling_kept=whole.dangling == "keep")
    drawn = {
        name: _draw(frame, whole, engine, closure, _codes(name, keys, frames))
        for name, frame in frames.items()
    }
    total = sum(len(rows) for rows in closure.rows.values())
    if total > MAX_ROWS:
        raise PackError("pack-too-large", rows=total, maximum=MAX_ROWS)
    return _written(store, whole, frames, keys, closure, drawn)


def _frames(store: Store, recipe: Recipe) -> dict[str, Frame]:
    frames = {}
    for part in recipe.tables:
        version = versions.get(store, part.name, part.version)
        frames[part.name] = Frame(part, version, store.objects.parquet_path(version.sha256))
    return frames


def _keys_from(version: Version, recipe: Recipe) -> list[Key]:
    found = [*declared(version), *(named(k) for k in recipe.keys if k.table == version.table)]
    by_columns = {(k.table, k.fields, k.to, k.to_fields): k for k in reversed(found)}
    return list(reversed(by_columns.values()))


def _keys(frames: dict[str, Frame], recipe: Recipe) -> list[Key]:
    """Return the keys between the tables of a pack; a schema may name columns that are not there,
    a recipe may not.
    """
    if unknown := next((k for k in recipe.keys if k.table not in frames), None):
        raise PackError("pack-key-unreadable", table=unknown.table, to=unknown.to)
    found = []
    for frame in frames.values():
        for key in _keys_from(frame.version, recipe):
            if key.said_by == "recipe":
                check(key, frames)
            elif key.to not in frames or not (
                frame.has(key.fields) and frames[key.to].has(key.to_fields)
            ):
                continue
            found.append(key)
    return found


def _codes(name: str, keys: list[Key], frames: dict[str, Frame]) -> list[str]:
    """Return the columns of a table that hold codes of municipalities."""
    if frames[name].version.schema.get("name") == "municipality":
        return ["code"]
    municipal = {n for n, f in frames.items() if f.version.schema.get("name") == "municipality"}
    return [k.fields[0] for k in keys if k.table == name and k.to in municipal]


def _draw(
    frame: Frame, recipe: Recipe, engine: Engine, closure: Closure, codes: list[str]
) -> _Drawn:
    """Sample a table: rows in their turn, each with all that its keys lead to."""
    part = frame.part
    narrowed = {
        "where": bool(part.where),
        "area": frame.is_within(recipe, codes),
        "period": recipe.period is not None and part.period is not None,
    }
    if not part.rows:
        return _Drawn(sampled=0, left_out=0, narrowed_by=[])
    candidates = frame.candidates(recipe, engine, codes)
    wanted = len(candidates) if part.rows == EVERY else min(int(part.rows), len(candidates))
    if wanted > MAX_ROWS:
        raise PackError("pack-too-large", rows=wanted, maximum=MAX_ROWS)
    sampled = left_out = 0
    for quota, rows in frame.strata(candidates, wanted):
        taken = 0
        for row in rows:
            if taken == quota:
                break
            if closure.add(frame.name, row):
                taken += 1
            else:
                left_out += 1
        sampled += taken
    return _Drawn(
        sampled=sampled,
        left_out=left_out,
        narrowed_by=[k for k, is_so in narrowed.items() if is_so],
    )


def _written(
    store: Store,
    recipe: Recipe,
    frames: dict[str, Frame],
    keys: list[Key],
    closure: Closure,
    drawn: dict[str, _Drawn],
) -> Made:
    contents: dict[str, bytes] = {}
    tables, resources, schemas = [], [], {}
    for name in sorted(frames):
        frame = frames[name]
        rows = frame.in_order(closure.rows[name])
        csv, packed = f"data/{name}.csv", f"data/{name}.parquet"
        contents[csv], contents[packed] = _files(frame, rows)
        closed = [k for k in keys if k.table == name and k not in closure.open_keys]
        schema = schemas[name] = descriptor.schema_of(frame.version, closed)
        file = _file(csv, contents[csv])
        resources.append(descriptor.resource_of(name, file, len(rows), schema))
        tables.append(
            PackedTable(
                table=name,
                version=frame.version.n,
                content_sha256=frame.version.logical_sha256,
                dataset=versions.dataset_of(store, name),
                rows_of_version=frame.version.row_count,
                rows=len(rows),
                sampled=drawn[name].sampled,
                left_out=drawn[name].left_out,
                narrowed_by=drawn[name].narrowed_by,
                csv=csv,
                parquet=packed,
            )
        )
        if sum(map(len, contents.values())) > MAX_PACK_BYTES:
            raise PackError("pack-too-heavy", maximum=MAX_PACK_BYTES)
    if recipe.faults is not None:
        dirty, key = faults.dirtied(contents, schemas, recipe.seed, recipe.faults.each)
        contents |= {**dirty, faults.KEY: encoded(key)}
    sources = _sources(store, frames)
    package = descriptor.package_of(recipe.id, recipe.title, recipe.description, resources, sources)
    contents["datapackage.json"] = encoded(package)
    contents[RECIPE] = written(recipe).encode()
    text = readme(recipe.id, recipe.title, recipe.description, tables, sources)
    contents["README.md"] = text.encode()
    contents[SUMS] = _sums(contents).encode()
    manifest = Manifest(
        edition=EDITION,
        id=recipe.id,
        title=recipe.title,
        description=recipe.description,
        seed=recipe.seed,
        tables=tables,
        keys=[_packed(key, closure) for key in keys],
        sources=sources,
        made_with={"pyarrow": pa.__version__},
        files=[_file(path, contents[path]) for path in sorted(contents)],
    )
    contents[MANIFEST] = encoded(manifest)
    return Made(manifest=manifest, contents=contents)


def _files(frame: Frame, rows: list[int]) -> tuple[bytes, bytes]:
    """Return the rows of a table as CSV and as Parquet."""
    with pq.ParquetFile(frame.file) as source:
        schema = _without_extent(source.schema_arrow)
        numbers = np.asarray(rows, dtype=np.int64) + 1
        found = list(batches(source, numbers, is_sorted=True)) if rows else []
    table = pa.Table.from_batches(
        [pa.record_batch(b.columns, schema=schema) for b in found], schema
    )
    csv = b"".join(formats.csv(formats.Table(schema, iter(table.to_batches()), frame.name)))
    with NamedTemporaryFile(suffix=".parquet") as scratch:
        parquet.write(table.combine_chunks(), Path(scratch.name), is_compressed=False)
        return csv, Path(scratch.name).read_bytes()


def _without_extent(schema: pa.Schema) -> pa.Schema:
    """Take off how far the geometry of the whole version reaches."""
    metadata = dict(schema.metadata or {})
    if b"geo" not in metadata:
        return schema
    geo = msgspec.json.decode(metadata[b"geo"])
    for column in geo.get("columns", {}).values():
        column.pop("bbox", None)
    return schema.with_metadata({**metadata, b"geo": msgspec.json.encode(geo)})


def _sources(store: Store, frames: dict[str, Frame]) -> list[PackedSource]:
    used: dict[str, list[Version]] = {}
    for frame in frames.values():
        used.setdefault(versions.dataset_of(store, frame.name), []).append(frame.version)
    return [source_of(datasets.get(store, name), used[name]) for name in sorted(used)]


def _packed(key: Key, closure: Closure) -> PackedKey:
    return PackedKey(
        table=key.table,
        fields=list(key.fields),
        to=key.to,
        to_fields=list(key.to_fields),
        said_by=key.said_by,
        is_closed=key not in closure.open_keys,
    )


def _sums(contents: dict[str, bytes]) -> str:
    """Return the sums of the data alone, as `sha256sum -c` reads them: they outlast a corrected
    title or licence.
    """
    paths = sorted(path for path in contents if path.startswith("data/"))
    return "".join(f"{archive.sha256(contents[path])}  {path}\n" for path in paths)


def _file(path: str, content: bytes) -> PackFile:
    return PackFile(path=path, size_bytes=len(content), sha256=archive.sha256(content))


def missing_tables(store: Store, recipe: Recipe) -> Iterator[str]:
    """Give the tables of a recipe that the catalogue does not have."""
    for part in recipe.tables:
        if versions.latest(store, part.name) is None:
            yield part.name
