"""What is known of the files made of a version: size and sha256 of those that are there."""

import hashlib
from functools import lru_cache
from pathlib import Path

from catalogue.datapackage import Bytes
from catalogue.dcat.description import Place
from catalogue.records import Version
from portal.context import public_root, services
from portal.conversions import Form, derived_files, formats_of
from sandbox.formats import FORMATS

# Of less, a file is made for the sake of telling its size.
CHEAP_PARQUET_BYTES = 4_000_000


def place_here(*, is_made: bool = False) -> Place:
    """Return where descriptions of ours are served; `is_made` has a small CSV made, so that its
    size can be told.
    """
    return Place(
        root=public_root(),
        formats_of=formats_of,
        media_types={name: each.media_type for name, each in FORMATS.items()},
        bytes_of=lambda version, form: (
            csv_bytes(version) if is_made and form == "csv" else bytes_of(version, form)
        ),
    )


def csv_bytes(version: Version) -> Bytes | None:
    """Return size and sha256 of the CSV of a version, where it is made already or soon made."""
    found = bytes_of(version, "csv")
    if found is None and version.size_bytes <= CHEAP_PARQUET_BYTES:
        source = services().store.objects.parquet_path(version.sha256)
        form = Form("csv")
        return _read(derived_files().make(version, form, source), version.sha256, form.key)
    return found


def bytes_of(version: Version, form: str) -> Bytes | None:
    """Return size and sha256 of a version in a format, where that file is there."""
    if form == "parquet":
        return Bytes(version.size_bytes, version.sha256)
    asked = Form(form)
    made = derived_files().kept(version, asked)
    return None if made is None else _read(made, version.sha256, asked.key)


@lru_cache(maxsize=10_000)
def _read(file: Path, sha256: str, key: str) -> Bytes:
    # The bytes of one version in one form are always the same: that is what its validator says.
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Bytes(file.stat().st_size, digest)
