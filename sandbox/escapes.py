"""The escape corpus, and a judge that runs it against a live sandbox."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalogue.relations import Snapshot
from sandbox.errors import QueryError, SandboxError, WorkerFault
from sandbox.limits import QueryLimits
from sandbox.supervisor import Sandbox

REPEAT = re.compile(r"\{([^{}]*?)\*(\d+)\}")
LEAK = re.compile(r"/proc/\d+|/proc/self|site-packages|/root/|/home/|\.parquet\b|[0-9a-f]{64}\.")


@dataclass(frozen=True)
class Escape:
    """One attempt, with what must come of it."""

    kind: str
    sql: str
    expect: str


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt."""

    escape: Escape
    verdict: str  # "answer", or the code of the error
    is_right: bool


def load() -> list[Escape]:
    """Read the corpus."""
    corpus = tomllib.loads((Path(__file__).parent / "escapes.toml").read_text("utf-8"))
    return [
        Escape(kind, _unfold(sql), group["expect"])
        for kind, group in corpus.items()
        for sql in group["sql"]
    ]


def attempt(
    sandbox: Sandbox, escape: Escape, snapshot: Snapshot, limits: QueryLimits, client: str
) -> Outcome:
    """Try one, and judge."""
    texts: list[str] = []
    error: SandboxError | None = None
    try:
        with sandbox.run(escape.sql, snapshot=snapshot, client=client, limits=limits) as result:
            for batch in result.batches():
                if batch.nbytes < 1 << 20:
                    texts.append(str(batch.columns))
    except SandboxError as raised:
        error = raised
        texts.append(f"{raised} {raised.candidates}")
    is_leak = any(found not in escape.sql for text in texts for found in LEAK.findall(text))
    is_right = not is_leak and _is_expected(escape.expect, error)
    verdict = "leak" if is_leak else error.code if error else "answer"
    return Outcome(escape, verdict, is_right)


def attempts(sandbox: Sandbox, snapshot: Snapshot, limits: QueryLimits) -> Iterator[Outcome]:
    """Try all, one after the other; the snapshot is that of `specimen.py`."""
    for escape in load():
        yield attempt(sandbox, escape, snapshot, limits, "doctor")


def _is_expected(expect: str, error: SandboxError | None) -> bool:
    match expect:
        case "answer":
            return error is None
        case "refused":
            return isinstance(error, QueryError)
        case "harmless":
            return error is None or isinstance(error, QueryError)
        case _:
            return not isinstance(error, WorkerFault) or error.code == "worker_died"


def _unfold(sql: str) -> str:
    return REPEAT.sub(lambda match: match[1] * int(match[2]), sql)
