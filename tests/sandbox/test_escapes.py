"""The escape corpus against a live sandbox."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalogue.relations import Snapshot
from sandbox.escapes import Escape, attempt, load
from sandbox.limits import QueryLimits
from sandbox.supervisor import Sandbox

CORPUS = load()
QUICK = [escape for escape in CORPUS if escape.expect != "limited"]
BOMBS = [escape for escape in CORPUS if escape.expect == "limited"]
SHORT = QueryLimits(deadline_s=0.5, max_bytes=64 << 20)


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
    outcome = attempt(sandbox, escape, snapshot, QueryLimits(), "escaper")
    assert outcome.is_right, outcome


def test_bombs_are_limited_and_another_user_is_served_throughout(snapshot: Snapshot) -> None:
    waits: list[float] = []
    is_over = threading.Event()

    def other_user(sandbox: Sandbox) -> None:
        while not is_over.is_set():
            started = time.monotonic()
            with sandbox.run("SELECT count(*) FROM stations", snapshot=snapshot, client="b") as r:
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
                assert time.monotonic() - started < SHORT.deadline_s + 0.5, outcome
        finally:
            is_over.set()
        other.result()
    assert len(waits) > 50
    assert sorted(waits)[int(len(waits) * 0.95)] < 1.0


def test_weakened_sandbox_is_noticed(snapshot: Snapshot) -> None:
    with Sandbox(workers=1, without=("gate", "engine", "system")) as sandbox:
        files = [escape for escape in CORPUS if escape.kind in ("files", "settings")]
        wrong = [
            outcome
            for outcome in (attempt(sandbox, each, snapshot, SHORT, "a") for each in files)
            if not outcome.is_right
        ]
    assert len(wrong) > 10


def test_walls_behind_the_gate_hold_alone(snapshot: Snapshot) -> None:
    with Sandbox(workers=1, without=("gate",)) as sandbox:
        for kind in ("files", "network", "extensions"):
            for escape in (each for each in CORPUS if each.kind == kind):
                outcome = attempt(sandbox, escape, snapshot, SHORT, "a")
                assert outcome.verdict != "leak" or "duckdb_extensions" in escape.sql, outcome
                if "passwd" in escape.sql:
                    assert outcome.verdict != "answer", outcome


def test_system_lets_nothing_be_written_though_duckdb_and_gate_would(
    snapshot: Snapshot, store: object
) -> None:
    sql = "COPY (SELECT 42) TO '/tmp/sandbox-proof.csv'"
    with Sandbox(workers=1, without=("gate", "engine")) as sandbox:
        outcome = attempt(sandbox, Escape("writes", sql, "refused"), snapshot, SHORT, "a")
    assert outcome.verdict != "answer"
