"""Test packs of the running platform: made once for the versions and descriptions that they are
made of, kept as files, given again.

Packs that come with the platform are made by the process that serves, small as they are; those of a
signed-in user's own recipe in a child process, bounded in memory and time.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from urllib.parse import urlencode

import msgspec

from catalogue.records import LANGUAGES
from catalogue.store import Store, open_store, versions
from catalogue.views import Engine
from portal.errors import Refusal
from portal.reading import Reader
from portal.services import Services
from portal.turns import Turns
from portal.version import version
from sandbox import packs
from sandbox.packs import Manifest, Recipe
from sandbox.packs.manifest import EDITION
from sandbox.packs.sources import source_of_table

FOLDER = "packs"
BUDGET_BYTES = 1_000_000_000
# What was just made is about to be sent.
GRACE_S = 30.0
# The store and its database need what is left.
FREE_FLOOR_BYTES = 500_000_000
RETRY_DISK_S = 300
OWN_TIMEOUT_S = 60.0
OWN_MEMORY_BYTES = 4 << 30
_TURNS = Turns(1, waiting=6, wait_s=20.0)
# Who makes a pack of her own keeps nobody from those that come with the platform.
_OWN_TURNS = Turns(1, waiting=4, wait_s=20.0)


class ReadyPack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack that lies there as a file."""

    file: str
    sha256: str
    size_bytes: int
    manifest: Manifest

    @property
    def pins(self) -> dict[str, int]:
        """Return the versions that it is made of, by table."""
        return {table.table: table.version for table in self.manifest.tables}


def shipped_pack(services: Services, pack_id: str, pins: Mapping[str, int]) -> ReadyPack:
    """Return a pack that comes with the platform, of these versions, of the current ones else.

    Raises NotFound, Refusal 400 for a table that the pack does not have, 503 where many wait.
    """
    recipe = packs.recipe_of(pack_id)
    if pins:
        known = {part.name for part in packs.resolved(services.store, recipe).tables}
        if strange := sorted(set(pins) - known):
            raise Refusal(400, "pack-pin-unknown", table=strange[0], tables=sorted(known))
    whole = packs.resolved(services.store, packs.pinned(recipe, pins))

    def made(target: Path) -> Manifest:
        return _make(services.store, services.views, whole, target)

    return _kept(services, whole, made, _TURNS)


def own_pack(services: Services, recipe: Recipe) -> ReadyPack:
    """Return the pack of a user's own recipe. Raises what making it raises, Refusal 503."""
    whole = packs.resolved(services.store, recipe)
    settings = services.settings

    def made(target: Path) -> Manifest:
        with (
            TemporaryDirectory(dir=target.parent, prefix=".own-") as scratch,
            Reader(Path(scratch), timeout_s=OWN_TIMEOUT_S, memory_bytes=OWN_MEMORY_BYTES) as child,
        ):
            return child.call(
                recipe.id, _make_apart, settings.data, settings.database_url, whole, target
            )

    return _kept(services, whole, made, _OWN_TURNS)


def pinned_zip(found: ReadyPack) -> str:
    """Return the address that names every version of a pack."""
    pins = [("pin", f"{table}@{n}") for table, n in sorted(found.pins.items())]
    return f"/packs/{found.manifest.id}.zip?{urlencode(pins, safe='@')}"


def _make_apart(data: Path, database_url: str | None, recipe: Recipe, target: Path) -> Manifest:
    """Make a pack in a process of its own."""
    store = open_store(data, database_url=database_url)
    try:
        engine = Engine(store.objects.parquet_folder(), store.objects.scratch())
        return _make(store, engine, recipe, target)
    finally:
        store.close()


def _make(store: Store, engine: Engine, recipe: Recipe, target: Path) -> Manifest:
    made = packs.make(store, engine, recipe)
    target.write_bytes(made.zipped())
    return made.manifest


def _kept(
    services: Services, recipe: Recipe, make: Callable[[Path], Manifest], turns: Turns
) -> ReadyPack:
    folder = services.settings.data / FOLDER
    key = _key(services.store, recipe)
    if (found := _read(folder, key)) is not None:
        return found
    with turns.turn():
        if (found := _read(folder, key)) is not None:  # another made it meanwhile
            return found
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < FREE_FLOOR_BYTES:
            raise Refusal(503, "disk-nearly-full", headers={"Retry-After": str(RETRY_DISK_S)})
        with NamedTemporaryFile(dir=folder, prefix=".", delete=False) as scratch:
            target = Path(scratch.name)
        try:
            manifest = make(target)
            ready = ReadyPack(
                file=f"{key}.zip",
                sha256=hashlib.sha256(target.read_bytes()).hexdigest(),
                size_bytes=target.stat().st_size,
                manifest=manifest,
            )
            target.rename(folder / ready.file)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        _write_whole(folder / f"{key}.json", msgspec.json.encode(ready))
        make_room(folder)
    return _placed(folder, ready)


def _key(store: Store, recipe: Recipe) -> str:
    """Return what tells a pack from others: its recipe, how its sources are described, the release
    that writes it.
    """
    sources = [
        source_of_table(store, versions.get(store, part.name, part.version))
        for part in recipe.tables
    ]
    facts = [packs.written(recipe), sources, EDITION, version(), LANGUAGES]
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:40]


def _read(folder: Path, key: str) -> ReadyPack | None:
    try:
        ready = msgspec.json.decode((folder / f"{key}.json").read_bytes(), type=ReadyPack)
        os.utime(folder / ready.file)  # young again: what is asked for stays longest
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return _placed(folder, ready)


def _placed(folder: Path, ready: ReadyPack) -> ReadyPack:
    return msgspec.structs.replace(ready, file=str((folder / ready.file).resolve()))


def _write_whole(path: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as scratch:
        scratch.write(content)
    Path(scratch.name).rename(path)


def make_room(folder: Path, budget_bytes: int = BUDGET_BYTES) -> None:
    """Remove what nobody asked for longest, until the rest fits; what is young stays."""
    found = [(file.stat(), file) for file in folder.glob("*.zip")]
    total = sum(stat.st_size for stat, _ in found)
    for stat, file in sorted(found, key=lambda pair: pair[0].st_mtime):
        if total <= budget_bytes or stat.st_mtime > time.time() - GRACE_S:
            return
        file.with_suffix(".json").unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        total -= stat.st_size
