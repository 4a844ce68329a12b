"""What a backup says of itself; what it may hold at all."""

import re

import msgspec

from catalogue.errors import StoreError

NAME = "manifest.json"
CATALOGUE = "catalogue.db"
JOBS = "jobs.db"
SETTINGS = "settings.toml"
FORMAT = 1

_OBJECT = re.compile(
    r"objects/([0-9a-f]{2})/(\1[0-9a-f]{62})\.parquet|raw/([0-9a-f]{2})/(\3[0-9a-f]{62})"
)


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of a backup, by its path in the data folder."""

    path: str
    size_bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The list of a backup. `missing` are objects that the metadata name and the store did not
    have whole.
    """

    format: int
    made_at: str
    made_by: str
    files: list[File]
    missing: list[str]

    @property
    def size_bytes(self) -> int:
        """Return the bytes of all files together."""
        return sum(file.size_bytes for file in self.files)


def encode(manifest: Manifest) -> bytes:
    """Return a manifest as it is written."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def decode(text: bytes) -> Manifest:
    """Read a manifest. Raises StoreError where it is none, or names what no backup holds."""
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except msgspec.DecodeError as error:
        raise StoreError("backup-unreadable", reason=str(error)) from error
    if manifest.format != FORMAT:
        raise StoreError("backup-is-newer", format=manifest.format)
    paths = [file.path for file in manifest.files]
    wrong = [file.path for file in manifest.files if not _may_be(file)]
    if wrong or len(set(paths)) < len(paths) or CATALOGUE not in paths:
        raise StoreError("backup-unreadable", reason=", ".join(wrong[:3]) or NAME)
    return manifest


def object_path(kind: str, sha256: str) -> str:
    """Return where an object lies in a data folder; `kind` is `objects` or `raw`."""
    ending = ".parquet" if kind == "objects" else ""
    return f"{kind}/{sha256[:2]}/{sha256}{ending}"


def _may_be(file: File) -> bool:
    """Tell whether a path leads to one of our places, and an object bears its own name."""
    if file.path in (CATALOGUE, JOBS, SETTINGS):
        return True
    found = _OBJECT.fullmatch(file.path)
    return found is not None and file.sha256 in (found[2], found[4])
