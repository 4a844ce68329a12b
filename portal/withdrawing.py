"""Withdraws datasets, puts them back, and erases what the law says must go."""

import shutil
from pathlib import Path

from catalogue.store import Store, likeness, withdrawals
from portal import comparisons, conversions, packs, profiles
from portal.audit import record

MAX_REASON = 500
_DERIVED = (conversions.FOLDER, profiles.FOLDER, comparisons.FOLDER, packs.FOLDER)


def withdraw(store: Store, dataset_id: str, *, reason: str, by: str) -> None:
    """Take a dataset from the public, kept to be put back. Raises NotFound and Gone."""
    withdrawals.withdraw(store, dataset_id, reason=reason, by=by)
    likeness.settle(store, [dataset_id])  # where it came through another portal, that one is shown
    record(store, "dataset-withdrawn", f"dataset:{dataset_id}", by=by, reason=reason)


def put_back(store: Store, dataset_id: str, *, by: str) -> None:
    """Give a withdrawn dataset back to the public. Raises NotFound and Conflict."""
    withdrawals.put_back(store, dataset_id)
    likeness.settle(store, [dataset_id])
    record(store, "dataset-put-back", f"dataset:{dataset_id}", by=by)


def erase(store: Store, dataset_id: str, *, reason: str, by: str) -> int:
    """Remove a dataset for good; return how many objects went. Raises NotFound."""
    objects = withdrawals.objects_of(store, dataset_id)
    withdrawals.erase(store, dataset_id, reason=reason, by=by)
    likeness.settle(store, [dataset_id])
    record(store, "dataset-erased", f"dataset:{dataset_id}", by=by, reason=reason)
    return _clear(store, objects)


def erase_version(store: Store, table: str, n: int, *, reason: str, by: str) -> int:
    """Remove one version for good; return how many objects went. Raises NotFound."""
    version = withdrawals.erase_version(store, table, n, reason=reason, by=by)
    objects = [version.sha256, version.raw_sha256]
    record(store, "version-erased", f"table:{table}", by=by, version=n, reason=reason)
    return _clear(store, objects)


def _clear(store: Store, objects: list[str]) -> int:
    """Remove the bytes, and all that is derived: it may hold a copy, and is made again."""
    removed = withdrawals.remove_unreferenced(store, objects)
    for name in _DERIVED:
        _empty(store.folder / name)
    return removed


def _empty(folder: Path) -> None:
    for each in folder.glob("*"):
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each, ignore_errors=True)
        else:
            each.unlink(missing_ok=True)
