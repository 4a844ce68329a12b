"""What the sandbox promises its callers: deadlines, cancel, fairness, and nothing left behind."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from catalogue.relations import Snapshot
from sandbox.errors import (
    Busy,
    Cancelled,
    DeadlineExceeded,
    InvalidQuery,
    Refused,
    SandboxError,
    SyntaxFault,
    TooLarge,
    UnknownName,
    WorkerFault,
)
from sandbox.limits import Limits, QueryLimits
from sandbox.messages import message_of
from sandbox.repeats import KEPT_S
from sandbox.specimen import publish, stations
from sandbox.supervisor import Sandbox

PATIENT = QueryLimits(deadline_s=30.0, queue_s=30.0)  # where a busy machine must not matter
DEAF = "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"  # one call, without end
ENDLESS = "SELECT count(*) FROM range(1000000) a(x), range(1000000) b(y) WHERE x * y % 7 = 3"


def rows(sandbox: Sandbox, snapshot: Snapshot, sql: str, **more: object) -> list[dict[str, object]]:
    asked = {"client": "a"} | more
    with sandbox.run(sql, snapshot=snapshot, **asked) as result:  # type: ignore[arg-type]
        return result.table().to_pylist()


def fails(sandbox: Sandbox, snapshot: Snapshot, sql: str, **more: object) -> SandboxError:
    with pytest.raises(SandboxError) as caught:
        rows(sandbox, snapshot, sql, **more)
    return caught.value


def test_answer_names_columns_versions_and_engine(sandbox: Sandbox, snapshot: Snapshot) -> None:
    sql = 'SELECT s.name, t.name AS town FROM stations s JOIN "towns@1" t ON s.town = t.code'
    with sandbox.run(sql, snapshot=snapshot, client="a") as result:
        count = sum(batch.num_rows for batch in result.batches())
    assert result.columns == [
        {"name": "name", "type": "VARCHAR"},
        {"name": "town", "type": "VARCHAR"},
    ]
    by_table = {(r.table, r.version): r.sha256 for r in snapshot.relations}
    assert result.versions == {
        "stations": {"version": 3, "sha256": by_table["stations", 3]},
        "towns@1": {"version": 1, "sha256": by_table["towns", 1]},
    }
    assert (result.row_count, result.truncated, count) == (16, False, 16)
    assert result.engine == "DuckDB 1.5.5"
    assert result.elapsed_ms > 0


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ('"stations"', 16),
        ('"stations@1"', 8),
        ('"stations@2026-02-01"', 8),
        ('"stations@2026-03-01"', 12),  # 23:59:59 of that day in Brussels, and a second later
        ('"stations@2026-03-02"', 16),
    ],
)
def test_version_in_force_at_the_end_of_a_day(
    sandbox: Sandbox, snapshot: Snapshot, table: str, count: int
) -> None:
    assert rows(sandbox, snapshot, f"FROM {table} SELECT count(*) AS n") == [{"n": count}]


ALL_VERSIONS = 'FROM "stations@all" SELECT _version, count(*) AS n GROUP BY ALL ORDER BY ALL'


def test_all_versions_stand_below_one_another(sandbox: Sandbox, snapshot: Snapshot) -> None:
    with sandbox.run(ALL_VERSIONS, snapshot=snapshot, client="a") as result:
        found = result.table().to_pylist()
    assert found == [{"_version": n, "n": count} for n, count in ((1, 8), (2, 12), (3, 16))]
    assert list(result.versions) == ["stations@1", "stations@2", "stations@3"]
    assert [used["version"] for used in result.versions.values()] == [1, 2, 3]
    pinned = rows(sandbox, snapshot, 'SELECT * FROM "Stations@ALL" WHERE _version = 2 LIMIT 1')
    assert list(pinned[0])[:3] == ["_version", "id", "name"]


def test_all_versions_are_those_the_caller_may_see(sandbox: Sandbox, snapshot: Snapshot) -> None:
    fewer = msgspec.structs.replace(snapshot, relations=snapshot.relations[1:])
    assert [row["_version"] for row in rows(sandbox, fewer, ALL_VERSIONS)] == [2, 3]
    none = msgspec.structs.replace(snapshot, relations=snapshot.relations[3:])
    assert fails(sandbox, none, ALL_VERSIONS).code == "unknown_table"


def published(folder: Path, name: str, *tables: pa.Table) -> Snapshot:
    return Snapshot(
        generation=1,
        relations=tuple(
            publish(folder, name, n, table, "2026-03-01T10:00:00Z")
            for n, table in enumerate(tables, start=1)
        ),
    )


def test_columns_that_came_later_are_empty_before(sandbox: Sandbox, tmp_path: Path) -> None:
    tables = pa.table({"a": [1]}), pa.table({"b": ["x"], "a": ["01"]})
    snapshot = published(tmp_path, "grown", *tables)
    assert rows(sandbox, snapshot, 'FROM "grown@all"') == [
        {"_version": 1, "a": "1", "b": None},
        {"_version": 2, "a": "01", "b": "x"},
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ({"a": [1]}, {"a": [[1]]}, "versions_differ"),
        ({"a": ["x"]}, {"A": [[1]]}, "versions_differ"),
        ({"a": [{"b": 1}]}, {"a": ["x"]}, "versions_differ"),
        ({"a": [True]}, {"a": [1]}, "versions_differ"),
        ({"a": [b"x"]}, {"a": ["x"]}, "versions_differ"),
        ({"_version": [1]}, {"_Version": [1]}, "version_column_taken"),
    ],
)
def test_versions_that_do_not_fit_below_one_another_are_told(
    sandbox: Sandbox,
    tmp_path: Path,
    old: dict[str, list[object]],
    new: dict[str, list[object]],
    code: str,
) -> None:
    snapshot = published(tmp_path, "unlike", pa.table(old), pa.table(new))
    error = fails(sandbox, snapshot, 'SELECT * FROM "unlike@all"')
    assert (type(error), error.code, error.params["table"]) == (InvalidQuery, code, "unlike")
    assert rows(sandbox, snapshot, 'FROM "unlike@1"')


def test_more_tables_than_there_are_low_numbers_of_files(sandbox: Sandbox, tmp_path: Path) -> None:
    """Files that came beyond number 100 were taken for one another, and closed."""
    relations = [
        publish(tmp_path, f"t{n}", 1, pa.table({"n": [n]}), "2026-03-01T10:00:00Z")
        for n in range(150)
    ]
    snapshot = Snapshot(generation=1, relations=tuple(relations))
    found = rows(sandbox, snapshot, " UNION ALL ".join(f"FROM t{n}" for n in range(150)))
    assert sorted(str(row["n"]) for row in found) == sorted(str(n) for n in range(150))


def test_versions_beyond_the_places_of_a_worker_are_refused(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    relation = publish(tmp_path, "many", 1, stations(1), "2026-03-01T10:00:00Z")
    relations = [msgspec.structs.replace(relation, version=n) for n in range(1, 202)]
    most = Snapshot(generation=1, relations=tuple(relations[:200]))
    assert rows(sandbox, most, 'SELECT count(*) AS n FROM "many@all"') == [{"n": 200}]
    beyond = Snapshot(generation=1, relations=tuple(relations))
    error = fails(sandbox, beyond, 'SELECT count(*)\nFROM "many@all"')
    assert (type(error), error.code, error.line) == (Refused, "too_many_versions", 2)
    assert error.params == {"count": 201, "max": 200, "table": "many"}


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("stations@9", "unknown_version", "Its versions: 1–3."),
        ("stations@latest", "unknown_version", "Its versions: 1–3."),
        ("stations@2026-13-01", "unknown_version", "Its versions: 1–3."),
        ("stations@2026-01-31", "version_too_early", "the first is of 2026-02-01"),
        ("stations@", "unknown_version", "Its versions: 1–3."),
        ("stations@3@all", "unknown_version", "Its versions: 1–3."),
        ("station@all", "unknown_table", "Did you mean “stations”?"),
    ],
)
def test_unknown_version_says_which_there_are(
    sandbox: Sandbox, snapshot: Snapshot, name: str, code: str, words: str
) -> None:
    error = fails(sandbox, snapshot, f'SELECT *\nFROM "{name}"')
    assert (error.status, error.code, error.line, error.column) == (400, code, 2, 6)
    assert words in message_of(error, "en")


def test_versions_that_were_removed_are_not_named(sandbox: Sandbox, snapshot: Snapshot) -> None:
    first, _, third = snapshot.relations[:3]
    fewer = Snapshot(generation=1, relations=(first, third))
    assert fails(sandbox, fewer, 'FROM "stations@2"').params["known"] == "1, 3"


def test_explain_names_versions_and_no_file(sandbox: Sandbox, snapshot: Snapshot) -> None:
    plan = str(rows(sandbox, snapshot, 'EXPLAIN ANALYZE FROM "stations@all"'))
    assert "/proc" not in plan
    assert "/dev/fd" not in plan


def test_show_tables_lists_current_tables_by_name(sandbox: Sandbox, snapshot: Snapshot) -> None:
    names = [row["name"] for row in rows(sandbox, snapshot, "SHOW TABLES")]
    assert names == ["stations", "towns", "trips"]
    assert rows(sandbox, Snapshot(generation=0, relations=()), "SHOW TABLES") == []


def test_version_published_a_moment_ago_is_read_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    relations = []
    for version in range(1, 4):
        table = stations(version)
        relations.append(publish(tmp_path, "fresh", version, table, "2026-01-01T00:00:00Z"))
        snapshot = Snapshot(generation=version, relations=tuple(relations))
        assert rows(sandbox, snapshot, "SELECT count(*) AS n FROM fresh") == [{"n": version}]


def test_table_of_a_snapshot_is_not_seen_with_another(sandbox: Sandbox, snapshot: Snapshot) -> None:
    without = msgspec.structs.replace(snapshot, relations=snapshot.relations[3:])
    assert rows(sandbox, snapshot, "SELECT count(*) AS n FROM stations")
    assert fails(sandbox, without, "FROM stations").code == "unknown_table"
    assert fails(sandbox, without, 'FROM "stations@1"').code == "unknown_table"


def test_private_folder_and_private_file_are_read_by_unprivileged_workers(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    relation = publish(tmp_path, "mine", 1, stations(2), "2026-01-01T00:00:00Z")
    Path(relation.path).chmod(0o400)
    tmp_path.chmod(0o700)
    snapshot = Snapshot(generation=1, relations=(relation,))
    assert rows(sandbox, snapshot, "SELECT count(*) AS n FROM mine") == [{"n": 2}]


def test_missing_file_is_a_fault_of_ours_without_its_path(sandbox: Sandbox, tmp_path: Path) -> None:
    relation = publish(tmp_path, "gone", 1, stations(2), "2026-01-01T00:00:00Z")
    Path(relation.path).unlink()
    error = fails(sandbox, Snapshot(generation=1, relations=(relation,)), "FROM gone")
    assert isinstance(error, WorkerFault)
    assert error.code == "file_missing"
    assert relation.sha256 not in str(error)


@pytest.mark.parametrize(
    ("sql", "kind", "place", "candidates"),
    [
        ("SELECT *\nFROM station", UnknownName, (2, 6), ("stations",)),
        ("SELECT *\n  FROM stations WHERE nme = 'é'", UnknownName, (2, 23), ("name",)),
        ("SELECT 'é', nme FROM stations", UnknownName, (1, 13), ("name",)),
        ("SELECT cuont(*) FROM stations", UnknownName, (1, 8), ("count",)),
        ("SELECT 1 +\n  FROM stations", SyntaxFault, (2, 3), ()),
        ("SELECT\n  read_text('x')", Refused, (2, 3), ()),
        ("SELECT " + "1, " * 100 + "nme FROM stations", UnknownName, (1, 308), ("name",)),
        ("SELECT name::INTEGER FROM stations", InvalidQuery, (1, 12), ()),
    ],
)
def test_error_has_line_and_column_and_what_may_be_meant(
    sandbox: Sandbox,
    snapshot: Snapshot,
    sql: str,
    kind: type[SandboxError],
    place: tuple[int, int],
    candidates: tuple[str, ...],
) -> None:
    error = fails(sandbox, snapshot, sql)
    assert isinstance(error, kind)
    assert (error.line, error.column) == place
    assert error.candidates[: len(candidates)] == candidates


@pytest.mark.parametrize(
    ("sql", "code", "place"),
    [
        ('FROM stations WHERE name = "Gare"', "unknown_column_quoted", (1, 28)),
        ("SELECT nme FROM stations", "unknown_column", (1, 8)),
        ("SELECT * FROM stations@1", "syntax_version", (1, 23)),
        ("FROM stations WHERE name = :name", "syntax_parameter", (1, 28)),
        ("SELEC 1", "syntax", (1, 1)),
    ],
)
def test_what_is_written_otherwise_elsewhere_is_told_apart(
    sandbox: Sandbox, snapshot: Snapshot, sql: str, code: str, place: tuple[int, int]
) -> None:
    error = fails(sandbox, snapshot, sql)
    assert (error.code, (error.line, error.column)) == (code, place)


def test_parameters_are_typed_by_their_json(sandbox: Sandbox, snapshot: Snapshot) -> None:
    values = {"i": 3, "t": "x", "f": 1.5, "b": True, "n": None, "l": [1, 2], "s": {"k": "v"}}
    sql = "SELECT " + ", ".join(f"${name} AS {name}" for name in values)
    assert rows(sandbox, snapshot, sql, params=values) == [values]
    since = "SELECT count(*) AS n FROM stations WHERE since >= $since AND bikes > $bikes"
    params = {"since": "2020-06-01", "bikes": 2}
    assert rows(sandbox, snapshot, since, params=params) == [{"n": 11}]
    pivot = "PIVOT (FROM stations WHERE id < $id) ON town USING count(*) AS n GROUP BY docks"
    assert len(rows(sandbox, snapshot, pivot, params={"id": 5})[0]) == 3


FROM_STATIONS = "SELECT count(*) AS n FROM stations WHERE "


@pytest.mark.parametrize(
    ("condition", "text", "kind", "count"),
    [
        ("since >= $v", "2020-06-01", "date", 14),
        ("since >= $v::DATE", "2020-06-01", "date", 14),
        ("since BETWEEN $v AND '2021-01-01'", "2020-06-01", "date", 2),
        ("since >= CAST($v AS TIMESTAMP)", "2020-06-01 10:00", "moment", 14),
        ("bikes > $v", "2", "integer", 12),
        ("bikes + $v > 12", "3", "integer", 2),
        ("lon > $v", "3,1", "number", 11),
        ("lon > $v", "3.1e0", "number", 11),
        ("docks IN (1, $v)", "20", "integer", 16),
        ("town = $v", "34022", "text", 8),
        ("town = $v", "034022", "text", 0),
        ("name ILIKE '%' || $v || '%'", "gare", "text", 4),
        ("year(since) = $v", "2021", "integer", 4),
        ("(bikes > 2) = $v", "true", None, 12),
        ("s.bikes >= $v", "2", "integer", 13),
        ("$v IS NULL OR docks = $v", "20", "integer", 16),
        ("lower(name) = $v", "zandberg", "text", 4),
        ("bikes = length($v)", "x", None, 1),
    ],
)
def test_a_typed_value_is_read_as_its_parameter_is_used(
    sandbox: Sandbox, snapshot: Snapshot, condition: str, text: str, kind: str | None, count: int
) -> None:
    sql = FROM_STATIONS.replace("stations", "stations s") + condition
    with sandbox.run(sql, snapshot=snapshot, client="a", texts={"V": text}) as result:
        assert [(each["name"], each["kind"]) for each in result.parameters] == [("v", kind)]
        assert result.table().to_pylist() == [{"n": count}]


def test_a_column_that_the_statement_names_itself_has_no_known_type(
    sandbox: Sandbox, snapshot: Snapshot
) -> None:
    sql = "WITH y AS (SELECT year(since) AS since FROM stations) FROM y WHERE since = $v"
    assert len(rows(sandbox, snapshot, sql, texts={"v": "2021"})) == 4


def test_parameters_come_in_the_order_of_the_statement(
    sandbox: Sandbox, snapshot: Snapshot
) -> None:
    sql = "FROM stations WHERE since > $b AND town = $c AND lon < $a LIMIT $d"
    texts = {"a": "9", "b": "2020-01-01", "c": "34022", "d": "2"}
    with sandbox.run(sql, snapshot=snapshot, client="a", texts=texts) as result:
        found = [(each["name"], each["type"]) for each in result.parameters]
        assert len(result.table()) == 2
    assert found == [("b", "DATE"), ("c", "VARCHAR"), ("a", "DOUBLE"), ("d", "BIGINT")]


@pytest.mark.parametrize(
    ("condition", "value", "code", "shown"),
    [
        ("since > $v", "1 May", "parameter_date", "1 May"),
        ("since > $v", "2026-W01-1", "parameter_date", "2026-W01-1"),
        ("since > $v", "2026-02-30", "parameter_date", "2026-02-30"),
        ("since > $v", 5, "parameter_date", "5"),
        ("bikes > $v", "1.5", "parameter_integer", "1.5"),
        ("bikes > $v", "x' OR 1=1 --", "parameter_integer", "x' OR 1=1 --"),
        ("bikes > $v", True, "parameter_integer", "true"),
        ("bikes > $v", 1 << 200, "parameter_type", None),
        ("bikes > $v", str(1 << 200), "parameter_integer", str(1 << 200)),
        ("lon > $v", "1.2.3", "parameter_number", "1.2.3"),
        ("lon > $v", "nan", "parameter_number", "nan"),
        ("town = $v", 34022, "parameter_text", "34022"),
        ("since > $v::TIMESTAMP", "noon", "parameter_moment", "noon"),
        ("bikes > length($v)::INTEGER AND since > ($v || '')::DATE", "x", "parameter_value", "x"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_with_its_parameter(
    sandbox: Sandbox, snapshot: Snapshot, condition: str, value: object, code: str, shown: str
) -> None:
    key = "texts" if isinstance(value, str) else "params"
    error = fails(sandbox, snapshot, FROM_STATIONS + condition, **{key: {"v": value}})
    assert (error.status, error.code, error.params["name"]) == (400, code, "v")
    assert error.params.get("value") == shown
    assert (error.line, error.column) == (1, len(FROM_STATIONS + condition.partition("$")[0]) + 1)
    assert [each["name"] for each in error.parameters] == ["v"]
    assert "“v”" in message_of(error, "nl")


def test_missing_values_are_named_and_their_types_told(
    sandbox: Sandbox, snapshot: Snapshot
) -> None:
    sql = "SELECT '$c' -- $d\nFROM stations WHERE since > $a AND bikes > $b"
    error = fails(sandbox, snapshot, sql, texts={"a": " ", "b": "2"})
    assert (error.code, error.params, error.line) == ("parameter_missing", {"names": "a"}, 2)
    assert [(one["name"], one["kind"]) for one in error.parameters] == [
        ("a", "date"),
        ("b", "integer"),
    ]
    error = fails(sandbox, snapshot, sql)
    assert error.params == {"names": "a, b"}


def test_values_without_a_parameter_are_told_unless_a_form_sends_them(
    sandbox: Sandbox, snapshot: Snapshot
) -> None:
    error = fails(sandbox, snapshot, "SELECT 1", texts={"a": "1", "b": "2"})
    assert (error.code, error.params) == ("parameter_unused", {"names": "a, b"})
    assert rows(sandbox, snapshot, "SELECT 1 AS n", texts={"a": "1"}, is_lenient=True)
    twice = fails(sandbox, snapshot, "SELECT $a", params={"a": 1}, texts={"A": "2"})
    assert twice.code == "parameter_unused"


@pytest.mark.parametrize("text", ["'; DROP TABLE stations; --", "$a", "{" * 9_000, "\x00"])
def test_a_hostile_value_stays_a_value(sandbox: Sandbox, snapshot: Snapshot, text: str) -> None:
    found = rows(sandbox, snapshot, "SELECT $a::VARCHAR AS a", texts={"a": text})
    assert found == [{"a": text}]


@pytest.mark.parametrize("text", ["\ud800", "a" * (1 << 21)])
def test_a_value_that_is_no_text_or_too_long_is_refused(
    sandbox: Sandbox, snapshot: Snapshot, text: str
) -> None:
    assert fails(sandbox, snapshot, "SELECT $a", texts={"a": text}).status == 400


@pytest.mark.parametrize(
    ("sql", "params", "code"),
    [
        ("SELECT $a", {}, "parameter_missing"),
        ("SELECT 1", {"a": 1}, "parameter_unused"),
        ("SELECT $a", {"a": object()}, "parameter_type"),
        ("SELECT $a", {"a": 1 << 200}, "parameter_type"),
        ("SELECT $a", {"a": "x" * 2_000_000}, "params_too_long"),
        ("SELECT '" + "x" * 50_000 + "'", {}, "sql_too_long"),
        ("SELECT 'a\x00b'", {}, "bad_character"),
    ],
)
def test_wrong_parameters_and_texts_are_the_clients_fault(
    sandbox: Sandbox, snapshot: Snapshot, sql: str, params: dict[str, object], code: str
) -> None:
    error = fails(sandbox, snapshot, sql, params=params)
    assert error.code == code
    assert error.status == 400


def test_a_statement_is_described_without_its_values(sandbox: Sandbox, snapshot: Snapshot) -> None:
    joined = 'SELECT * FROM stations JOIN "stations@all" o USING (id)'
    sql = f"{joined} WHERE stations.docks > $d ORDER BY id"
    found = sandbox.describe(sql, snapshot=snapshot, client="a")
    assert [(one["name"], one["kind"]) for one in found.parameters] == [("d", "integer")]
    assert found.names == {"stations": [3], "stations@all": [1, 2, 3]}
    assert set(found.versions) == {"stations", "stations@1", "stations@2", "stations@3"}
    assert (found.is_repeatable, found.is_ordered) == (True, True)
    clock = sandbox.describe(
        "SELECT now() FROM (FROM towns ORDER BY 1)", snapshot=snapshot, client="a"
    )
    assert (clock.is_repeatable, clock.is_ordered) == (False, False)
    assert rows(sandbox, snapshot, "SELECT 1 AS n") == [{"n": 1}]


@pytest.mark.parametrize(
    ("sql", "code", "place"),
    [
        ("SELECT nme FROM stations WHERE docks > $d", "unknown_column", (1, 8)),
        ("SELECT 1,\n nme FROM stations", "unknown_column", (2, 2)),
        ("FROM station", "unknown_table", (1, 6)),
        ("DROP TABLE stations", "statement_refused", (1, 1)),
        ("SELEC", "syntax", (1, 1)),
    ],
)
def test_a_faulty_statement_is_told_when_it_is_described(
    sandbox: Sandbox, snapshot: Snapshot, sql: str, code: str, place: tuple[int, int]
) -> None:
    with pytest.raises(SandboxError) as caught:
        sandbox.describe(sql, snapshot=snapshot, client="a")
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, *place)


def test_pins_hold_the_versions_of_names(sandbox: Sandbox, snapshot: Snapshot) -> None:
    sql = "SELECT count(*) AS n FROM stations"
    assert rows(sandbox, snapshot, sql, pins={"stations": [1]}) == [{"n": 8}]
    every = 'SELECT count(*) AS n FROM "stations@all"'
    assert rows(sandbox, snapshot, every, pins={"stations@all": [1, 2]}) == [{"n": 20}]
    gone = fails(sandbox, snapshot, sql, pins={"stations": [9]})
    assert (gone.code, gone.params["version"]) == ("unknown_version", "9")
    hidden = msgspec.structs.replace(snapshot, relations=snapshot.relations[3:])
    assert fails(sandbox, hidden, sql, pins={"stations": [1]}).code == "unknown_table"


def test_rows_are_cut_and_it_is_said(sandbox: Sandbox, snapshot: Snapshot) -> None:
    limits = QueryLimits(max_rows=10)
    for count, is_cut in ((9, False), (10, False), (11, True), (1_000_000_000, True)):
        with sandbox.run(
            f"FROM range({count})", snapshot=snapshot, client="a", limits=limits
        ) as result:
            assert result.table().num_rows == min(count, 10)
            assert (result.truncated, result.row_count) == (is_cut, min(count, 10))


def test_answer_too_large_is_refused_in_the_middle(sandbox: Sandbox, snapshot: Snapshot) -> None:
    error = fails(sandbox, snapshot, "FROM range(10000000)", limits=QueryLimits(max_bytes=1 << 20))
    assert isinstance(error, TooLarge)
    assert error.code == "answer_bytes"


def test_fault_after_the_first_rows_raises(sandbox: Sandbox, snapshot: Snapshot) -> None:
    sql = "SELECT CASE WHEN x = 900000 THEN error('boom') ELSE 'a' END FROM range(1000000) t(x)"
    # Which of DuckDB's threads reports, the faulty one or one that it interrupts, is chance.
    with (
        sandbox.run(sql, snapshot=snapshot, client="a") as result,
        pytest.raises(InvalidQuery),
    ):
        list(result.batches())


@pytest.mark.parametrize(
    "sql",
    ["", " \n\t", ";", " ; ;\n", "-- nothing", "/* nothing */", "-- a\n;", "\ufeff"],
)
def test_a_text_without_a_statement_is_refused_as_empty(
    sandbox: Sandbox, snapshot: Snapshot, sql: str
) -> None:
    before = sorted(sandbox.pids())
    with pytest.raises(Refused) as refused:
        sandbox.run(sql, snapshot=snapshot, client="a")
    assert refused.value.code == "empty"
    assert sorted(sandbox.pids()) == before


@pytest.mark.parametrize("sql", ["\ud800", "SELECT '\udfff'", "-- \ud800"])
def test_half_a_character_costs_no_worker(sandbox: Sandbox, snapshot: Snapshot, sql: str) -> None:
    before = sorted(sandbox.pids())
    with pytest.raises(SyntaxFault):
        sandbox.run(sql, snapshot=snapshot, client="a")
    assert sorted(sandbox.pids()) == before


def test_deadline_counts_from_arrival(sandbox: Sandbox, snapshot: Snapshot) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        sandbox.run(
            ENDLESS,
            snapshot=snapshot,
            client="a",
            limits=QueryLimits(deadline_s=1.0),
            received_at=started - 0.7,
        )
    assert 0.25 < time.monotonic() - started < 0.95


def test_a_query_that_a_browser_sends_again_after_408_is_not_run_again(
    sandbox: Sandbox, snapshot: Snapshot
) -> None:
    limits = QueryLimits(deadline_s=0.4)
    for client, least_s in (("impatient", 0.4), ("impatient", 0.0), ("another", 0.4)):
        started = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            sandbox.run(ENDLESS, snapshot=snapshot, client=client, limits=limits)
        assert least_s <= time.monotonic() - started < least_s + 0.35
    time.sleep(KEPT_S)
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        sandbox.run(ENDLESS, snapshot=snapshot, client="impatient", limits=limits)
    assert time.monotonic() - started > 0.3  # who asks again later is heard


def test_a_query_past_its_deadline_costs_no_worker(snapshot: Snapshot) -> None:
    with Sandbox(Limits(spares=0), workers=1) as sandbox:
        before = sandbox.pids()
        for number in range(3):
            limits = QueryLimits(deadline_s=0.2)
            error = fails(sandbox, snapshot, f"{ENDLESS} AND y > {number}", limits=limits)
            assert (type(error), error.code) == (DeadlineExceeded, "deadline")
            assert rows(sandbox, snapshot, "SELECT 1 AS one") == [{"one": 1}]
        assert sandbox.pids() == before


def test_a_query_that_does_not_hear_is_killed(snapshot: Snapshot) -> None:
    with Sandbox(workers=1) as sandbox:
        while len(sandbox.pids()) < 2:
            time.sleep(0.02)
        before = sandbox.pids()
        started = time.monotonic()
        error = fails(sandbox, snapshot, DEAF, limits=QueryLimits(deadline_s=0.3))
        assert error.code == "deadline"
        assert time.monotonic() - started < 0.3 + 0.5
        assert rows(sandbox, snapshot, "SELECT 1 AS one") == [{"one": 1}]
        assert len(set(before) & set(sandbox.pids())) == 1


def test_who_cancels_late_hits_no_other_query(snapshot: Snapshot) -> None:
    chance = random.Random(1)  # noqa: S311  # a repeatable mix, no secret
    sql = "SELECT count(*) AS n FROM range(300000) WHERE range % 3 = 0"
    seen = set()
    with Sandbox(Limits(spares=0), workers=1) as sandbox, ThreadPoolExecutor(1) as pool:
        before = sandbox.pids()
        for number in range(80):
            name = f"q{number}"
            late = pool.submit(
                lambda name=name: (time.sleep(chance.random() / 80), sandbox.cancel(name, "a"))
            )
            try:
                seen.add(rows(sandbox, snapshot, sql, query_id=name)[0]["n"])
            except Cancelled:
                seen.add("cancelled")
            assert rows(sandbox, snapshot, "SELECT 1 AS one") == [{"one": 1}]
            late.result()
        assert sandbox.pids() == before
    assert seen == {100_000, "cancelled"}


def test_cancel_frees_the_worker_and_only_its_owner_can(
    sandbox: Sandbox, snapshot: Snapshot
) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(sandbox.run, ENDLESS, snapshot=snapshot, client="a", query_id="mine")
        time.sleep(0.3)
        assert not sandbox.cancel("mine", "somebody else")
        started = time.monotonic()
        assert sandbox.cancel("mine", "a")
        with pytest.raises(Cancelled):
            running.result()
        assert time.monotonic() - started < 1.0
    assert not sandbox.cancel("mine", "a")


def test_answer_closed_early_frees_the_worker(snapshot: Snapshot) -> None:
    with Sandbox(workers=1, limits=Limits(spares=0)) as sandbox:
        before = sorted(sandbox.pids())
        for _ in range(3):
            with sandbox.run("FROM range(100000000)", snapshot=snapshot, client="a") as result:
                next(result.batches())
        assert rows(sandbox, snapshot, "SELECT 1 AS one") == [{"one": 1}]
        assert sorted(sandbox.pids()) == before


def test_answer_that_nobody_reads_is_given_up_when_forgotten(snapshot: Snapshot) -> None:
    with Sandbox(Limits(spares=0), workers=1) as sandbox:
        for _ in range(4):
            sandbox.run("FROM range(100000000)", snapshot=snapshot, client="a")
        assert rows(sandbox, snapshot, "SELECT 1 AS one") == [{"one": 1}]


def test_worker_that_holds_too_much_memory_is_killed(snapshot: Snapshot) -> None:
    limits = Limits(spares=0, rss_bytes=250 << 20, memory_bytes=4 << 30, address_bytes=8 << 30)
    with Sandbox(limits, workers=1) as sandbox:
        error = fails(sandbox, snapshot, "SELECT list(x) FROM range(100000000) t(x)")
    assert isinstance(error, TooLarge)
    assert error.code == "memory"


def test_where_all_together_hold_too_much_the_one_that_has_most_is_killed(
    snapshot: Snapshot,
) -> None:
    limits = Limits(spares=0, all_rss_bytes=600 << 20, memory_bytes=4 << 30, address_bytes=8 << 30)
    small, enough = QueryLimits(deadline_s=3.0), QueryLimits(deadline_s=120.0)
    many = "SELECT list(x) FROM range(200000000) t(x)"
    with Sandbox(limits, workers=1) as sandbox, ThreadPoolExecutor(1) as pool:
        other = pool.submit(fails, sandbox, snapshot, ENDLESS, limits=small)
        error = fails(sandbox, snapshot, many, limits=enough)
        assert error.code == "memory"
        assert other.result().code == "deadline"


def test_worker_is_replaced_after_its_share_of_queries(snapshot: Snapshot) -> None:
    with Sandbox(Limits(queries_per_worker=3, spares=0), workers=1) as sandbox:
        seen = set()
        for _ in range(9):
            rows(sandbox, snapshot, "SELECT 1")
            seen.update(sandbox.pids())
    assert 2 <= len(seen) <= 4


def test_nothing_stays_from_one_query_to_the_next(sandbox: Sandbox, snapshot: Snapshot) -> None:
    rows(sandbox, snapshot, "PIVOT stations ON town USING count(*)")
    rows(sandbox, snapshot, "WITH left_behind AS (SELECT 1) FROM left_behind")
    for name in ("left_behind", "pivot_empty", "t"):
        assert fails(sandbox, snapshot, f"FROM {name}").code == "unknown_table"


def test_client_has_two_running_and_four_waiting(snapshot: Snapshot) -> None:
    limits = QueryLimits(deadline_s=1.5, queue_s=0.5)
    codes: list[str] = []
    errors: list[SandboxError] = []

    def one(sandbox: Sandbox) -> None:
        try:
            sandbox.run(ENDLESS, snapshot=snapshot, client="greedy", limits=limits)
        except SandboxError as error:
            codes.append(error.code)
            errors.append(error)

    with Sandbox(Limits(spares=0, long_after_s=60, long_when_waited_s=60), workers=3) as sandbox:
        threads = [threading.Thread(target=one, args=(sandbox,)) for _ in range(8)]
        for thread in threads:
            thread.start()
            time.sleep(0.02)
        time.sleep(0.1)
        assert rows(sandbox, snapshot, "SELECT 1 AS one") == [{"one": 1}]
        for thread in threads:
            thread.join()
    assert all(error.retry_after_s for error in errors if isinstance(error, Busy))
    assert sorted(codes) == ["client_busy"] * 4 + ["client_queue_full"] * 2 + ["deadline"] * 2


def test_long_queries_leave_a_place_for_short_ones(snapshot: Snapshot) -> None:
    limits = QueryLimits(deadline_s=2.5, queue_s=1.0)
    codes: list[str] = []

    def long(sandbox: Sandbox, client: str) -> None:
        try:
            sandbox.run(ENDLESS, snapshot=snapshot, client=client, limits=limits)
        except SandboxError as error:
            codes.append(error.code)

    with Sandbox(Limits(long_after_s=0.3), workers=1) as sandbox:
        threads = [threading.Thread(target=long, args=(sandbox, f"c{i}")) for i in range(5)]
        for thread in threads:
            thread.start()
        time.sleep(1.0)
        while any(thread.is_alive() for thread in threads):
            assert rows(sandbox, snapshot, "SELECT 1 AS one", limits=PATIENT) == [{"one": 1}]
            time.sleep(0.05)
        for thread in threads:
            thread.join()
    assert set(codes) == {"deadline", "long_busy"}


def test_a_query_of_a_second_is_not_held_up_by_those_without_end(snapshot: Snapshot) -> None:
    limits = QueryLimits(deadline_s=20.0, queue_s=20.0)
    second = "SELECT max(hash(range)) IS NOT NULL AS done FROM range(60000000)"
    with Sandbox(Limits(long_after_s=0.1), workers=1) as sandbox, ThreadPoolExecutor(3) as pool:
        endless = [
            pool.submit(
                fails, sandbox, snapshot, ENDLESS, client=f"c{i}", limits=limits, query_id=f"q{i}"
            )
            for i in range(3)
        ]
        time.sleep(1.0)
        assert rows(sandbox, snapshot, second, limits=limits) == [{"done": True}]
        assert not any(each.done() for each in endless)
        for i, each in enumerate(endless):
            assert sandbox.cancel(f"q{i}", f"c{i}")
            assert each.result().code == "cancelled"


CHILD = """
import json, sys, time
from catalogue.relations import Snapshot
from sandbox.supervisor import Sandbox
sandbox = Sandbox(workers=2)
sandbox.start()
while len(sandbox.pids()) < 3:
    time.sleep(0.02)
print(json.dumps(sandbox.pids()), flush=True)
import threading
threading.Thread(target=lambda: sandbox.run(sys.argv[1], snapshot=Snapshot(generation=1,
    relations=()), client="a"), daemon=True).start()
time.sleep(60)
"""


def test_workers_die_with_a_supervisor_that_is_killed() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", CHILD, ENDLESS],
        cwd=root,
        env=os.environ | {"PYTHONPATH": f"{root}"},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        pids = json.loads(process.stdout.readline())
        time.sleep(0.2)
        process.kill()
    end = time.monotonic() + 2
    while any(_is_alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)
    assert not [pid for pid in pids if _is_alive(pid)]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_worker_that_dies_by_itself_is_our_fault_and_is_replaced(snapshot: Snapshot) -> None:
    with Sandbox(workers=1, limits=Limits(spares=0)) as sandbox, ThreadPoolExecutor(1) as pool:
        running = pool.submit(sandbox.run, ENDLESS, snapshot=snapshot, client="a")
        time.sleep(0.2)
        os.kill(sandbox.pids()[0], signal.SIGSEGV)
        with pytest.raises(WorkerFault, match="worker_died"):
            running.result()
        assert rows(sandbox, snapshot, "SELECT 1 AS one") == [{"one": 1}]


def test_many_threads_get_their_own_answers(sandbox: Sandbox, snapshot: Snapshot) -> None:
    limits = PATIENT

    def ask(number: int) -> bool:
        sql = f"SELECT {number} AS n, count(*) AS c FROM stations"  # noqa: S608 - a number
        with sandbox.run(sql, snapshot=snapshot, client=f"c{number}", limits=limits) as result:
            return result.table().to_pylist() == [{"n": number, "c": 16}]

    with ThreadPoolExecutor(64) as pool:
        assert all(pool.map(ask, range(300)))


def test_closed_sandbox_leaves_no_process(snapshot: Snapshot) -> None:
    with Sandbox(Limits(spares=0), workers=2) as sandbox:
        pids = sandbox.pids()
    assert not [pid for pid in pids if _is_alive(pid)]
    with pytest.raises(WorkerFault):
        sandbox.run("SELECT 1", snapshot=snapshot, client="a")
