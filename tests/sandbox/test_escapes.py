"""The escape corpus against a live sandbox."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalogue.relations import Snapshot
from sandbox.escapes import Escape, attempt, load
from sandbox.limits import Limits, QueryLimits
from sandbox.specimen import publish, stations
from sandbox.supervisor import Sandbox

CORPUS = load()
QUICK = [escape for escape in CORPUS if escape.expect != "limited"]
BOMBS = [escape for escape in CORPUS if escape.expect == "limited"]
COUNT = "SELECT count(*) FROM stations"
ALONE = Limits(spares=0)
PATIENT = QueryLimits(deadline_s=30.0, queue_s=30.0)  # where a busy machine must not matter
SHORT = QueryLimits(deadline_s=0.3, max_bytes=64 << 20)


def test_corpus_covers_every_class_of_attack() -> None:
    kinds = {escape.kind for escape in CORPUS}
    assert kinds >= {
        "files", "writes", "network", "extensions", "settings", "secrets", "information",
        "indirection", "others", "memory", "time", "parser", "legitimate",
    }  # fmt: skip
    assert len(CORPUS) > 250


@pytest.mark.parametrize("escape", QUICK, ids=lambda escape: f"{escape.kind}:{escape.sql[:60]}")
def test_statement_is_refused_harmless_or_answered(
    sandbox: Sandbox, snapshot: Snapshot, escape: Escape
) -> None:
    outcome = attempt(sandbox, escape, snapshot, PATIENT, "escaper")
    assert outcome.is_right, outcome


def test_bombs_are_limited_and_another_user_is_served_throughout(snapshot: Snapshot) -> None:
    waits: list[float] = []
    is_over = threading.Event()

    def other_user(sandbox: Sandbox) -> None:
        while not is_over.is_set():
            started = time.monotonic()
            with sandbox.run(COUNT, snapshot=snapshot, client="b", limits=PATIENT) as r:
                assert r.table().to_pylist() == [{"count_star()": 16}]
            waits.append(time.monotonic() - started)
            is_over.wait(0.05)

    with Sandbox(workers=2) as sandbox, ThreadPoolExecutor(1) as pool:
        other = pool.submit(other_user, sandbox)
        try:
            for escape in BOMBS:
                started = time.monotonic()
                outcome = attempt(sandbox, escape, snapshot, SHORT, "bomber")
                assert outcome.is_right, outcome
                assert time.monotonic() - started < SHORT.deadline_s + SHORT.queue_s + 0.5, outcome
        finally:
            is_over.set()
        other.result()
    assert len(waits) > 10
    assert sorted(waits)[len(waits) // 2] < 0.5


def test_weakened_sandbox_is_noticed(snapshot: Snapshot) -> None:
    with Sandbox(ALONE, workers=1, without=("gate", "engine", "system")) as sandbox:
        texts = ("read_text('/etc/hostname')", "glob('/etc/*')", "duckdb_settings", "SET threads")
        tried = [
            attempt(sandbox, escape, snapshot, PATIENT, "a")
            for text in texts
            for escape in CORPUS
            if text in escape.sql or text.replace("SET", "SET GLOBAL") in escape.sql
        ]
    assert len(tried) >= 4
    assert not any(outcome.is_right for outcome in tried)


def test_walls_behind_the_gate_hold_alone(snapshot: Snapshot) -> None:
    with Sandbox(ALONE, workers=1, without=("gate",)) as sandbox:
        for kind in ("files", "network", "extensions"):
            for escape in (each for each in CORPUS if each.kind == kind):
                outcome = attempt(sandbox, escape, snapshot, SHORT, "a")
                assert outcome.verdict != "leak" or "duckdb_extensions" in escape.sql, outcome
                if "passwd" in escape.sql:
                    assert outcome.verdict != "answer", outcome


def test_system_lets_nothing_be_written_though_duckdb_and_gate_would(
    snapshot: Snapshot, store: Path
) -> None:
    places = ["/tmp/sandbox-proof.csv", snapshot.relations[0].path, "/dev/shm/proof.csv"]  # noqa: S108
    with Sandbox(ALONE, workers=1, folders=(store,), without=("gate", "engine")) as sandbox:
        for place in places:
            sql = f"COPY (SELECT 42) TO '{place}' (FORMAT csv, USE_TMP_FILE false)"
            outcome = attempt(sandbox, Escape("writes", sql, "refused"), snapshot, PATIENT, "a")
            assert outcome.verdict != "answer", place


def test_system_lets_no_file_be_read_but_data(snapshot: Snapshot, store: Path) -> None:
    sql = "SELECT * FROM read_text('/etc/passwd')"
    with Sandbox(ALONE, workers=1, folders=(store,), without=("gate", "engine")) as sandbox:
        if not next(wall for wall in sandbox.walls() if wall.name == "files").stands:
            pytest.skip("no Landlock here")
        outcome = attempt(sandbox, Escape("files", sql, "refused"), snapshot, PATIENT, "a")
        assert outcome.verdict != "answer"


def test_data_inside_and_outside_the_folders_are_read(
    snapshot: Snapshot, store: Path, tmp_path: Path
) -> None:
    other = publish(tmp_path, "other", 1, stations(3), "2026-01-01T00:00:00Z")
    both = Snapshot(generation=1, relations=(*snapshot.relations, other))
    with Sandbox(ALONE, workers=1, folders=(store,)) as sandbox:
        sql = "SELECT count(*) AS n FROM stations UNION ALL SELECT count(*) FROM other"
        with sandbox.run(sql, snapshot=both, client="a") as result:
            assert sorted(row["n"] for row in result.table().to_pylist()) == [3, 16]


def test_data_are_read_where_no_filter_can_be_put_on_system_calls(snapshot: Snapshot) -> None:
    with Sandbox(ALONE, workers=1, without=("system",)) as sandbox:
        for _ in range(2):
            with sandbox.run(COUNT, snapshot=snapshot, client="a") as result:
                assert result.table().to_pylist() == [{"count_star()": 16}]
        escape = Escape("files", "EXPLAIN ANALYZE FROM stations", "harmless")
        assert attempt(sandbox, escape, snapshot, PATIENT, "a").is_right
