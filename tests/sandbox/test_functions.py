"""The list of functions is complete for this DuckDB: each is allowed or refused on purpose."""

import subprocess
import sys

import duckdb
import pytest

from catalogue.spatial import spatial_extension
from sandbox.gate import FUNCTIONS, TABLE_FUNCTIONS
from sandbox.instance import Instance

REFUSED = (
    "__internal_", "duckdb_", "pg_", "has_", "inet_", "json_serialize", "json_deserialize",
    "variant_",
)  # fmt: skip
REFUSED_ALONE = frozenset(
    {
        "col_description", "combine", "current_connection_id", "current_query",
        "current_query_id", "current_setting", "current_transaction_id", "currval", "finalize",
        "format_pg_type", "format_type", "get_block_size", "getvariable", "in_search_path",
        "map_to_pg_oid", "nextval", "obj_description", "parse_duckdb_log_message",
        "shobj_description", "sleep_ms", "stats", "txid_current", "vector_type", "write_log",
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance(
        memory_bytes=1 << 28,
        threads=1,
        time_zone="UTC",
        slots=1,
        spatial=str(spatial_extension()),
        is_locked=False,
    )


def test_every_function_of_this_engine_was_looked_at(instance: Instance) -> None:
    rows = instance.connection.execute(
        "SELECT DISTINCT lower(function_name) FROM duckdb_functions()"
        " WHERE function_type IN ('scalar', 'aggregate', 'macro')"
    ).fetchall()
    new = {
        name
        for (name,) in rows
        if name not in FUNCTIONS and not name.startswith(REFUSED) and name not in REFUSED_ALONE
    }
    assert not new


def test_no_refused_function_slipped_into_the_list() -> None:
    assert not FUNCTIONS & REFUSED_ALONE
    assert not [n for n in FUNCTIONS | TABLE_FUNCTIONS if n.startswith(("read_", "query", "glob"))]


def test_spatial_is_of_the_version_of_the_engine() -> None:
    path = spatial_extension()
    assert path is not None
    assert f"v{duckdb.__version__}" in str(path)


def test_worker_imports_neither_the_web_nor_the_catalogue() -> None:
    code = (
        "import sys; import sandbox.worker, sandbox.plan, sandbox.stream, sandbox.faults;"
        "print(sorted({m.partition('.')[0] for m in sys.modules}"
        " & {'flask', 'catalogue', 'msgspec', 'pandas', 'sqlalchemy', 'shapely', 'requests'}))"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
