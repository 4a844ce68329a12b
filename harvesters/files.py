"""Fetches the file of a distribution, from wherever its source keeps it."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from catalogue.errors import FetchError
from catalogue.fetch import Download, Fetch, Validators
from catalogue.records import Distribution, Source
from harvesters import HARVESTERS, datapackage


def download(
    source: Source,
    distribution: Distribution,
    fetch: Fetch,
    folder: Path,
    *,
    validators: Validators | None = None,
    held: Path | None = None,
) -> Download:
    """Bring a distribution's file into `folder`, or learn that it did not change.

    `held` is the file that came the last time: a table that grows is made of it.

    A `file:` address is looked up within the folder of a Data Package source, links followed, and
    nowhere else. Raises FetchError, among its codes `scheme-refused`, `outside-folder`,
    `file-missing`, `checksum-differs`.
    """
    harvester = HARVESTERS[source.protocol]
    known = validators or Validators()
    if urlsplit(distribution.url).scheme == "file":
        found = _copy(source, distribution, fetch, folder, known)
    elif harvester.extend is not None:
        found = harvester.extend(source, distribution, fetch, folder, known, held)
    elif harvester.download is not None:
        found = harvester.download(source, distribution, fetch, folder, known)
    else:
        found = fetch.download(
            distribution.url, folder, format=distribution.format, validators=validators
        )
    if distribution.format and "." not in found.file_name:  # ".../exports/csv" names no file
        name = f"{distribution.table or found.file_name}.{distribution.format}"
        found = msgspec.structs.replace(found, file_name=name)
    # Portals leave the sum of an older file standing; who writes a Data Package means it.
    if found.path is not None and source.protocol == "datapackage":
        try:
            _check_sum(distribution, found)
        except FetchError:
            found.path.unlink()
            raise
    return found


def _copy(
    source: Source, distribution: Distribution, fetch: Fetch, folder: Path, known: Validators
) -> Download:
    if source.protocol != "datapackage" or urlsplit(source.url).scheme not in ("starter", "file"):
        raise FetchError("scheme-refused", scheme="file")
    top = datapackage.root(source)
    path = unquote(distribution.url.removeprefix("file:"))
    file = (top / path).resolve()
    if not file.is_relative_to(top):
        raise FetchError("outside-folder", url=distribution.url)
    if not file.is_file():
        raise FetchError("file-missing", url=distribution.url)
    size = file.stat().st_size
    if size > fetch.settings.max_file_bytes:
        raise FetchError(
            "too-large", url=distribution.url, limit_bytes=fetch.settings.max_file_bytes
        )
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    is_unchanged = sha256 == known.sha256
    target: Path | None = None
    if not is_unchanged:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".fetch-", delete=False) as copy:
            target = Path(copy.name)
        shutil.copyfile(file, target)
    return Download(
        url=distribution.url,
        path=target,
        is_unchanged=is_unchanged,
        sha256=sha256,
        size_bytes=size,
        file_name=file.name,
        content_type=distribution.media_type,
        validators=Validators(sha256=sha256),
    )


def _check_sum(distribution: Distribution, found: Download) -> None:
    """Compare with the sum that the source states, where it is one that we trust."""
    stated = (distribution.checksum or "").casefold()
    if stated.startswith("sha256:") and stated != f"sha256:{found.sha256}":
        raise FetchError("checksum-differs", url=found.url)
