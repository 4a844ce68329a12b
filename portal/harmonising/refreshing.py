"""Makes harmonised tables anew where what they are made of has changed, and publishes them the way
of every other file.

What a version was made of is marked, as for the files of a source: the same tables under the same
declaration are not read again.
"""

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
import pyarrow as pa
import pyarrow.csv

from catalogue.errors import CatalogueError, NotFound
from catalogue.harmonised.declaration import Declaration, load_all
from catalogue.harmonised.making import make
from catalogue.harmonised.records import Making
from catalogue.outlines import boundaries_of, sources_of
from catalogue.records import Version
from catalogue.store import Store, datasets, distributions
from catalogue.store.datasets import Known
from catalogue.store.distributions import DistributionState
from catalogue.store.leases import lease
from portal.harmonising.description import DISTRIBUTION_ID, dataset_of
from portal.harmonising.inputs import Taken, read, taken
from portal.ingest import File, publish_tables, read_file
from portal.messages import sentence
from portal.reading import Reader

SOURCE_ID = "harmonised"
# Raise it where the making has changed so that known tables should be made again.
MAKER_VERSION = 1
_WAIT_S = 60.0

log = logging.getLogger(__name__)


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a harmonised table: `published`, `unchanged`, `draft`, or `empty` where there
    is nothing to make it of; what was published before then stays.
    """

    table: str
    status: str
    dataset_id: str | None = None
    version: int | None = None
    rows: int | None = None
    making: Making | None = None


def refresh(
    store: Store,
    reader: Reader | None = None,
    *,
    names: Sequence[str] = (),
    folder: Path | None = None,
    is_forced: bool = False,
) -> list[Outcome]:
    """Make each declared table anew where one of its sources has changed, or in any case where
    `is_forced`.

    Raises SettingsError for a declaration that is wrong, NotFound for a name that none has,
    Conflict where another process makes the same table for long.
    """
    declared = load_all(folder)
    known = [one.table for one in declared]
    for name in names:
        if name not in known:
            raise NotFound("harmonised-unknown", table=name, known=known)
    chosen = [one for one in declared if not names or one.table in names]
    if reader is not None:
        return [_refreshed(store, reader, one, is_forced) for one in chosen]
    with Reader(store.objects.scratch()) as own:
        return [_refreshed(store, own, one, is_forced) for one in chosen]


def refresh_quietly(store: Store, reader: Reader | None = None) -> None:
    """The same after a publication, which stands whatever becomes of this: faults are logged, and
    the next publication or `eurometropolis harmonise` tries again.
    """
    try:
        for outcome in refresh(store, reader):
            if outcome.status == "draft":
                log.error("the harmonised table %s does not pass its check", outcome.table)
    except CatalogueError as error:
        log.error("no harmonised table: %s", sentence(error.code, error.params, "en"))
    except Exception:  # a fault of ours must not end the harvest that went well before it
        log.exception("a harmonised table could not be made")


def _refreshed(store: Store, reader: Reader, declared: Declaration, is_forced: bool) -> Outcome:
    before = _before(store, declared)
    inputs, geometry = taken(store, declared, SOURCE_ID), _geometry(store, declared)
    if not is_forced and _is_made(store, before, _mark(declared, inputs, geometry)):
        return _unchanged(declared, before)
    with lease(store, f"harmonise:{declared.table}", wait_s=_WAIT_S):
        # Who held it may have made it meanwhile, of what is there now.
        before = _before(store, declared)
        inputs, geometry = taken(store, declared, SOURCE_ID), _geometry(store, declared)
        mark = _mark(declared, inputs, geometry)
        if not is_forced and _is_made(store, before, mark):
            return _unchanged(declared, before)
        return _made(store, reader, declared, inputs, geometry, mark)


def _unchanged(declared: Declaration, before: Known | None) -> Outcome:
    known = before.id if before else None
    return Outcome(table=declared.table, status="unchanged", dataset_id=known)


def _before(store: Store, declared: Declaration) -> Known | None:
    own = datasets.of_source(store, SOURCE_ID)
    return next((one for one in own if one.dataset.remote_id == declared.table), None)


def _geometry(store: Store, declared: Declaration) -> list[Version]:
    return sources_of(store) if declared.place is not None else []


def _mark(declared: Declaration, inputs: Sequence[Taken], geometry: Sequence[Version]) -> str:
    facts = [
        declared.digest,
        [(one.rule, msgspec.to_builtins(one.origin), one.facts) for one in inputs],
        [(one.table, one.sha256) for one in geometry],
    ]
    digest = hashlib.sha256(msgspec.json.encode(facts, order="sorted")).hexdigest()
    return f"{digest} {MAKER_VERSION}"


def _is_made(store: Store, before: Known | None, mark: str) -> bool:
    if before is None:
        return False
    state = distributions.state_of(store, before.id, DISTRIBUTION_ID)
    return state is not None and state.ingested == mark


def _made(
    store: Store,
    reader: Reader,
    declared: Declaration,
    inputs: Sequence[Taken],
    geometry: Sequence[Version],
    mark: str,
) -> Outcome:
    if not inputs:
        return Outcome(table=declared.table, status="empty")
    boundaries = boundaries_of(store, geometry)
    made = make(declared, [read(store, declared, one) for one in inputs], boundaries)
    origins = [one.origin for one in inputs]
    making = Making(
        declaration=declared.table,
        inputs=origins,
        contributions=made.contributions,
        is_bounded=bool(boundaries),
        within_m=declared.same.within_m,
        merged=made.merged,
        near=made.near,
        differing=made.differing,
        differences=made.differences,
    )
    if not made.table.num_rows:
        return Outcome(table=declared.table, status="empty", making=making)
    modified = max(one.version.data_modified or one.version.created_at for one in inputs)
    dataset = dataset_of(declared, SOURCE_ID, origins, made, modified)
    file = File(
        distribution=dataset.distributions[0],
        raw_sha256=_as_csv(store, made.table),
        filename=f"{declared.table}.csv",
    )
    found = read_file(store, reader, file, kept={})
    told = msgspec.to_builtins(making)
    parts = [
        msgspec.structs.replace(part, recipe={**part.recipe, "harmonised": told})
        for part in found.parts
    ]
    dataset_id, _ = datasets.save(store, dataset)
    done = publish_tables(
        store,
        dataset_id,
        msgspec.structs.replace(found, parts=parts),
        dataset_title=dataset.title,
        data_modified=modified,
    )
    state = DistributionState(
        url="", raw_sha256=file.raw_sha256, filename=file.filename, ingested=mark
    )
    distributions.remember(store, dataset_id, DISTRIBUTION_ID, state)
    version = next(iter([*done.published, *done.unchanged]), None)
    status = "draft" if done.drafts else "published" if done.published else "unchanged"
    return Outcome(
        table=version.table if version else declared.table,
        status=status,
        dataset_id=dataset_id,
        version=version.n if version else None,
        rows=made.table.num_rows,
        making=making,
    )


def _as_csv(store: Store, table: pa.Table) -> str:
    """Keep the rows as the file that is published, and return its sha256."""
    with NamedTemporaryFile(dir=store.objects.scratch(), suffix=".csv", delete=False) as scratch:
        pyarrow.csv.write_csv(table, scratch)
    return store.objects.keep_raw(Path(scratch.name))
