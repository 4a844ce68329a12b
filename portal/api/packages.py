"""A dataset as a Data Package, for frictionless and its like: `/datasets/<id>/datapackage.json`."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response

from catalogue.datapackage import Addresses, Bytes, descriptor
from catalogue.errors import NotFound
from catalogue.records import Version
from catalogue.store import datasets
from portal.api.answers import json_answer
from portal.api.downloads import CHEAP_PARQUET_BYTES
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import public_root, services
from portal.conversions import Form, derived_files, formats_of
from sandbox.formats import FORMATS

blueprint = Blueprint("api_packages", __name__)
install(blueprint)


@blueprint.get("/datasets/<dataset_id>/datapackage.json")
def show(dataset_id: str) -> Response:
    """Describe a dataset and its tables as a Data Package."""
    Parameters()
    entry = datasets.get(services().store, dataset_id)
    found = descriptor(
        entry,
        Addresses(
            root=public_root(),
            formats_of=formats_of,
            media_types={name: each.media_type for name, each in FORMATS.items()},
            csv_of=csv_bytes,
        ),
    )
    if found is None:
        raise NotFound("dataset-without-table", dataset=dataset_id)
    return json_answer(found)


def csv_bytes(version: Version) -> Bytes | None:
    """Return size and sha256 of the CSV of a version, where it is made already or soon made."""
    files = derived_files()
    form = Form("csv")
    made = files.kept(version, form)
    if made is None:
        if version.size_bytes > CHEAP_PARQUET_BYTES:
            return None
        source = services().store.objects.parquet_path(version.sha256)
        made = files.make(version, form, source)
    return _read(made, version.sha256, form.key)


@lru_cache(maxsize=10_000)
def _read(file: Path, sha256: str, key: str) -> Bytes:
    # The bytes of one version in one form are always the same: that is what its validator says.
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Bytes(file.stat().st_size, digest)
