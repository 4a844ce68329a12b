"""A small real catalogue for tests of pages: datasets of three sides, versions, a draft, a source
with runs.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalogue import parquet
from catalogue.records import (
    Dataset,
    Publisher,
    RecordOutcome,
    RunIssue,
    RunRecord,
    Side,
    Source,
)
from catalogue.search import SearchIndex
from catalogue.store import Store, datasets, open_store, runs, sources, versions
from catalogue.store.versions import Slot
from portal.following import catch_up
from portal.services import Services
from portal.settings import Settings
from sandbox.supervisor import Sandbox
from tablecheck.report import Count, Finding, Report
from tests.factories import dataset, distribution

KORTRIJK = Publisher(id="kortrijk", title={"nl": "Stad Kortrijk"}, side=Side.FLANDERS)
TOURNAI = Publisher(id="tournai", title={"fr": "Ville de Tournai"}, side=Side.WALLONIA)
ROW_COUNT = 250

VALID = Report(row_count=ROW_COUNT).to_dict()
INVALID = Report(
    findings=(
        Finding(
            code="type-error",
            row=3,
            column="docks",
            field_number=2,
            value="<b>many</b>",
            params={"type": "integer"},
        ),
    ),
    error_count=1,
    row_count=12,
    counts=(Count(column="docks", code="type-error", count=1),),
).to_dict()
RECIPE: dict[str, Any] = {
    "format": "csv",
    "encoding": "cp1252",
    "delimiter": ";",
    "header_row": 1,
    "decimal_char": {"price": ","},
    "inferred": [],
}
SCHEMA: dict[str, Any] = {
    "fields": [
        {
            "name": "insee",
            "type": "string",
            "labels": {"fr": "Code Insee", "nl": "INSEE-code", "en": "INSEE code"},
            "constraints": {"required": True, "pattern": "[0-9]{5}"},
        },
        {"name": "docks", "type": "integer", "title": "Docks"},
    ]
}


@contextmanager
def services_of(folder: Path) -> Iterator[Services]:
    """Make the services of a filled data folder, with a running sandbox."""
    store = open_store(folder)
    fill(store)
    search = SearchIndex(None)
    catch_up(store, search)
    with Sandbox(workers=1) as sandbox:
        yield Services(Settings(data=folder), store, search, sandbox, tuple(sources.listed(store)))
    search.close()
    store.close()


def fill(store: Store) -> None:
    """Save the datasets, publish their tables, keep a draft, record two runs."""
    bikes = _save(
        store,
        dataset(
            description={"fr": "Stations en libre-service", "nl": "Deelfietsstations"},
            themes=["TRAN"],
            spatial=["59350"],
            keywords={"fr": ["vélo", "station"]},
            languages=["fr"],
            landing_page="https://example.org/velos",
            modified="2016-01-01",
            data_modified="2016-01-01",
        ),
    )
    for rows in (ROW_COUNT - 10, ROW_COUNT):
        _publish(store, bikes, "stations", stations(rows))
    air = _save(
        store,
        dataset(
            remote_id="lucht",
            title={"nl": "Luchtkwaliteit in Kortrijk"},
            description={"nl": "Metingen van de luchtkwaliteit"},
            publisher=KORTRIJK,
            licence="cc-by-4.0",
            themes=["ENVI"],
            languages=["nl"],
        ),
    )
    _publish(store, air, "lucht", pa.table({"station": ["a", None], "pm10": [12.5, 1e6]}))
    versions.keep_draft(
        store,
        Slot(dataset_id=air, distribution_id="csv"),
        raw_sha256="2" * 64,
        recipe=RECIPE,
        report=INVALID,
    )
    parks = _save(
        store,
        dataset(
            remote_id="parcs",
            title={"fr": "Parcs & jardins <b>"},
            publisher=TOURNAI,
            licence=None,
            themes=["ENVI"],
        ),
    )
    slot = Slot(dataset_id=parks, distribution_id="csv")
    versions.keep_draft(store, slot, raw_sha256="0" * 64, recipe=RECIPE, report=INVALID)
    _save(
        store,
        dataset(
            remote_id="forum",
            title={"und": "Forum"},
            publisher=Publisher(
                id="eurometropolis", title={"fr": "Eurométropole"}, side=Side.CROSS_BORDER
            ),
            sides=[Side.FRANCE],
            distributions=[distribution(url="https://example.org/forum", format="html")],
        ),
    )
    _save_timetable(store)
    _record_runs(store, bikes)


def _save_timetable(store: Store) -> None:
    """Save a dataset of two tables, listed by its publisher against the alphabet."""
    files = [distribution(remote_id="zones"), distribution(remote_id="arrets")]
    timetable = _save(
        store,
        dataset(remote_id="bus", title={"fr": "Horaires des bus"}, distributions=files),
    )
    web = pa.table({"stop": ["a", "b"], "page": ["https://example.org/a", "javascript:alert(1)"]})
    _publish(store, timetable, "arrets", web, file="arrets")
    _publish(store, timetable, "zones", pa.table({"zone": [1, 2]}), file="zones")


def stations(row_count: int) -> pa.Table:
    """Make a table with one column of each kind that a page shows."""
    numbers = range(row_count)
    return pa.table(
        {
            "insee": [f"{number:05}" for number in numbers],
            "docks": pa.array([None if n % 7 == 0 else n * 1000 for n in numbers], pa.int32()),
            "year": pa.array([2000 + n % 20 for n in numbers], pa.int32()),
            "price": [n / 4 for n in numbers],
            "opened": [date(2020, 1, 1 + n % 28) for n in numbers],
            "is_open": [n % 2 == 0 for n in numbers],
            "note": ["x" * 400 if n == 1 else f"<i>{n}</i>" for n in numbers],
            "place": [struct.pack("<BIdd", 1, 1, 3 + n / 1000, 50.6) for n in numbers],
        }
    )


def _save(store: Store, record: Dataset) -> str:
    dataset_id, _ = datasets.save(store, record)
    return dataset_id


def _publish(
    store: Store, dataset_id: str, name: str, table: pa.Table, *, file: str = "csv"
) -> None:
    slot = Slot(dataset_id=dataset_id, distribution_id=file)
    named = versions.table_for(
        store,
        slot,
        proposed_name=name,
        title={"fr": "Stations", "nl": "Stations"},
        schema_name=None,
        types={},
    )
    prepared = parquet.prepare(table, SCHEMA, store.objects.scratch())
    versions.publish(
        store,
        named,
        prepared,
        raw_sha256="1" * 64,
        schema=SCHEMA,
        recipe=RECIPE,
        report=VALID,
    )


def _record_runs(store: Store, dataset_id: str) -> None:
    sources.save_all(
        store,
        [
            Source(id="test", protocol="ckan", url="https://example.org", title={"fr": "Essai"}),
            Source(id="starter", protocol="datapackage", url="starter:", every_hours=24),
            Source(id="odwb", protocol="opendatasoft", url="https://www.odwb.be?where=x"),
        ],
    )
    records = [
        RunRecord(
            remote_id="velos",
            outcome=RecordOutcome.ADDED,
            dataset_id=dataset_id,
            title={"fr": "Stations de vélos"},
        ),
        RunRecord(
            remote_id="bad",
            outcome=RecordOutcome.FAILED,
            issues=[RunIssue(code="timeout", params={"seconds": 30, "url": "https://example.org"})],
        ),
    ]
    runs.finish(store, runs.begin(store, "test"), status="done", records=records)
    reason = RunIssue(code="run-interrupted")
    runs.finish(store, runs.begin(store, "test"), status="failed", records=[], reason=reason)
