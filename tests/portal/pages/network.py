"""Publishes the tables of the digital network in a test's store: those of the starter data, and one
player that is made up.
"""

from typing import Any

import pyarrow as pa
import pyarrow.csv as pc

from catalogue import parquet, schemas
from catalogue.records import Publisher, Side
from catalogue.resources import folder
from catalogue.store import Store, datasets, versions
from catalogue.store.versions import Slot
from tests.factories import dataset, distribution

TABLES = {
    "players": ("digital-players/players.csv", "digital-player"),
    "competencies": ("digital-players/competencies.csv", "competency"),
    "hub_services": ("hub-services/hub_services.csv", "hub-service"),
    "forum_editions": ("events-and-forum/forum_editions.csv", "event"),
    "events": ("events-and-forum/events.csv", "event"),
    "theme_sources": ("theme-sources/theme_sources.csv", "theme-source"),
    "municipalities": ("municipalities/municipalities.csv", "municipality"),
}
# Nobody on the Flemish side is known for cybersecurity: the example must be one.
CYBERLAB = {
    "id": "cyberlab-example",
    "name": "Cyberlab (exemple)",
    "role": "research",
    "municipality_code": "34022",
    "country": "BE",
    "competencies": "cybersecurity|research",
    "source_url": "https://example.org/cyberlab",
    "source_date": "2016-05",
}


def publish_network(store: Store, *, leave_out: frozenset[str] = frozenset()) -> None:
    """Publish the tables under their own names, each following its schema."""
    eurometropolis = Publisher(
        id="eurometropolis", title={"fr": "Eurométropole"}, side=Side.CROSS_BORDER
    )
    names = [name for name in TABLES if name not in leave_out]
    record = dataset(
        remote_id="network",
        title={"fr": "Le réseau numérique"},
        publisher=eurometropolis,
        distributions=[distribution(remote_id=name) for name in names],
    )
    dataset_id, _ = datasets.save(store, record)
    for name in names:
        publish_table(store, dataset_id, name, _table(name))


def publish_table(store: Store, dataset_id: str, name: str, table: pa.Table) -> None:
    """Publish a version of one of the tables."""
    schema = schemas.load(TABLES[name][1])
    named = versions.table_for(
        store,
        Slot(dataset_id=dataset_id, distribution_id=name),
        proposed_name=name,
        title={"fr": name},
        schema_name=TABLES[name][1],
        types={},
    )
    versions.publish(
        store,
        named,
        parquet.prepare(table, schema, store.objects.scratch()),
        raw_sha256="3" * 64,
        schema=schema,
        recipe={},
        report={"row_count": table.num_rows},
    )


def _table(name: str) -> pa.Table:
    file = folder("starter") / "eurometropolis" / TABLES[name][0]
    with file.open(encoding="utf-8") as lines:
        columns = lines.readline().strip().split(",")
    kinds: dict[str, Any] = dict.fromkeys(columns, pa.string())
    kinds |= {key: pa.float64() for key in ("longitude", "latitude") if key in kinds}
    options = pc.ConvertOptions(column_types=kinds, strings_can_be_null=True)
    parse = pc.ParseOptions(newlines_in_values=True)
    rows = pc.read_csv(file, convert_options=options, parse_options=parse)
    if name != "players":
        return rows
    example = pa.Table.from_pylist([CYBERLAB], schema=rows.schema)
    return pa.concat_tables([rows, example])
