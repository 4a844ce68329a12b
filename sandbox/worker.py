"""A worker process: one hardened DuckDB, one query at a time, until it is killed or retired.

Started afresh by the supervisor (`process.py`) with a socket, a lifeline and nothing else. It
imports only the standard library, duckdb and pyarrow. The order at the start is forced: what holds
per thread, then the imports (which may need files that only root may read), then the rest.
"""

import contextlib
import fcntl
import importlib
import json
import os
import socket
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, Any, Self

from sandbox.errors import Cancelled, InvalidQuery, Refused, SandboxError, WorkerFault
from sandbox.parameters import Parameter, bound, named, used_only
from sandbox.protocol import NUMBER, Frame, Hangup, receive, send
from sandbox.walls import Builder

if TYPE_CHECKING:
    from sandbox.instance import Cursor, Instance
    from sandbox.plan import Plan

MAX_DEPTH = 20_000
Views = dict[str, list[tuple[str, int, int | None]]]  # name -> label, slot, version of each file


class Query:
    """What is known of the query at hand, so that its error can tell it too."""

    def __init__(self, request: Frame, out: int) -> None:
        self.request = request
        self.sql: str = request["sql"]
        self.out = out
        self.is_described: bool = request["is_described"]
        self.prefix = ""  # what stands before the text of the user in the statement that runs
        self.used: list[int] = []  # the slots that hold files
        self.parameters: list[dict[str, Any]] = []
        self.values: dict[str, Any] = {}


class Lifeline:
    """What the supervisor holds the other end of: it names a query that must end, and its own
    death, by whatever cause, ends this process.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()
        self._number: int | None = None  # of the query at hand
        self._cursor: Cursor | None = None
        self._told: int | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def hold(self, number: int, cursor: "Cursor") -> Self:
        """Let the supervisor interrupt a query while this is entered."""
        with self._lock:
            self._number, self._cursor = number, cursor
        return self

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._number = self._cursor = None

    def check(self) -> None:
        """Raise where the query at hand must end, though the engine had nothing to interrupt."""
        with self._lock:
            if self._number is not None and self._number == self._told:
                raise Cancelled("cancelled")

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._fd, NUMBER.size):
                with self._lock:
                    (self._told,) = NUMBER.unpack(data)
                    if self._cursor is not None and self._number == self._told:
                        self._cursor.interrupt()
        os._exit(0)


class Worker:
    """Answer the queries that come over a socket."""

    def __init__(
        self,
        sock: socket.socket,
        instance: "Instance",
        lifeline: Lifeline,
        *,
        slots: int,
        is_gated: bool = True,
    ) -> None:
        self._sock = sock
        self._lifeline = lifeline
        self._slots = slots
        self._is_gated = is_gated
        self._instance = instance
        self._plans = importlib.import_module("sandbox.plan")
        self._faults = importlib.import_module("sandbox.faults")
        self._streams = importlib.import_module("sandbox.stream")

    def serve(self) -> None:
        """Serve until the supervisor hangs up."""
        while True:
            request, files = receive(self._sock)
            send(self._sock, {"op": "taken"})  # a worker that dies before never saw the statement
            self.answer(request, files[0])

    def answer(self, request: Frame, out: int) -> None:
        """Answer one query; every fault of the query goes back as an error."""
        query = Query(request, out)
        is_rewritten = False
        try:
            with (
                self._instance.cursor() as cursor,
                self._lifeline.hold(request["number"], cursor),
            ):
                plan = self._plans.Plan(query.sql, cursor, self._instance.functions, self._is_gated)
                is_rewritten = plan.is_rewritten
                self._run(query, plan, cursor)
        except SandboxError as error:
            self._report(error, query)
        except BrokenPipeError:
            self._report(WorkerFault("reader_left"), query)
        except RecursionError:
            self._report(Refused("too_deep"), query)
        except Exception as error:
            if not self._faults.is_engine_error(error):
                fault = WorkerFault("worker_fault", {"type": type(error).__name__})
                self._report(fault, query)
                return
            fault = self._faults.fault_of(query.prefix + query.sql, error)
            if query.prefix and fault.line == 1 and fault.column is not None:
                fault.column = max(1, fault.column - len(query.prefix))
            if is_rewritten:  # a place in a text that the user did not write
                fault.line = fault.column = None
            self._report(named(query.sql, fault, query.values), query)
        finally:
            for fd in [*query.used, out]:
                with contextlib.suppress(OSError):
                    os.close(fd)

    def _report(self, error: SandboxError, query: "Query") -> None:
        error.parameters = query.parameters
        frame = error.as_frame()
        frame["retire"] = isinstance(error, WorkerFault) and error.code != "reader_left"
        send(self._sock, frame)

    def _run(self, query: "Query", plan: "Plan", cursor: "Cursor") -> None:
        views, tables = self._ask(plan, query.used)
        for name, parts in views.items():
            cursor.view(name, [(slot, version) for _, slot, version in parts])
        self._bind(query, plan, cursor, views)
        if query.is_described:
            self._describe(query, plan, cursor)
            return
        params = query.values
        statement = plan.statement(tables, params)
        self._lifeline.check()
        columns = cursor.execute(statement, params)
        casts = cursor.casts()
        if any(casts) and (text := plan.wrapped(statement, casts)):
            cursor.execute(text, params)
        schema, batches = cursor.batches()
        if plan.explain:
            labels = {slot: label for parts in views.values() for label, slot, _ in parts}
            batches = (self._streams.named(batch, labels) for batch in batches)
        if any(casts):
            names = [column["name"] for column in columns]
            schema, batches = self._streams.renamed(schema, batches, names)
        head = {"columns": columns} | self._head(query, plan)
        limits = query.request["max_rows"], query.request["max_bytes"]
        self._streams.write(self._sock, query.out, head, schema, batches, *limits)

    def _head(self, query: "Query", plan: "Plan") -> Frame:
        return {
            "is_repeatable": plan.is_repeatable,
            "is_ordered": plan.is_ordered,
            "parameters": query.parameters,
        }

    def _describe(self, query: "Query", plan: "Plan", cursor: "Cursor") -> None:
        """Say what is known of the statement, in an answer without columns."""
        if not plan.explain and not plan.is_rewritten:
            query.prefix = importlib.import_module("sandbox.instance").PREPARE
            cursor.prepare(query.sql)
            query.prefix = ""
        head: Frame = {"columns": []} | self._head(query, plan)
        self._streams.write_nothing(self._sock, query.out, head)

    def _bind(self, query: "Query", plan: "Plan", cursor: "Cursor", views: Views) -> None:
        """Find the parameters of the statement and the value of each."""
        params, texts = query.request["params"], query.request["texts"]
        if not plan.is_judged:
            query.values = params | texts
            return
        found: list[Parameter] = []
        if plan.reading.parameters:
            found = plan.parameters(cursor.columns(views), self._instance.results)
        query.parameters = [parameter.as_frame() for parameter in found]
        if query.request["is_lenient"]:
            texts = used_only(found, texts)
        if query.is_described:
            return
        query.values = bound(query.sql, found, params, texts)

    def _ask(self, plan: "Plan", used: list[int]) -> tuple[Views, list[str]]:
        """Ask the supervisor for the tables; it gives open files, or stops the query."""
        first_slot = importlib.import_module("sandbox.instance").FIRST_SLOT
        if not plan.names and not plan.wants_list:
            return {}, []
        wanted = [[table.name, table.location] for table in plan.reading.tables.values()]
        send(self._sock, {"op": "need", "tables": wanted, "list": plan.wants_list})
        answer: dict[str, Any] = {"files": 0, "views": {}, "list": []}
        files: list[int] = []
        while True:
            frame, more = receive(self._sock)
            files += more
            answer |= frame
            if len(files) >= answer["files"]:
                break
        if answer["op"] == "stop":
            raise InvalidQuery("stopped")
        # Many files that come at once get the numbers of the slots: out of the way first.
        for index, fd in enumerate(files):
            files[index] = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, first_slot + self._slots)
            os.close(fd)
        for slot, fd in enumerate(files):
            os.dup2(fd, first_slot + slot)
            used.append(first_slot + slot)
            os.close(fd)
        return answer["views"], answer["list"]


def main(argument: str) -> None:
    """Raise the walls, get ready, serve."""
    config: dict[str, Any] = json.loads(argument)
    sock = socket.socket(fileno=config["socket"])
    try:
        _leave_folder()
        walls = Builder()
        walls.before_threads(config["parent"], tuple(config["readable"]))
        lifeline = Lifeline(config["lifeline"])
        # duckdb would import it with the first parameter, for types that no request carries
        sys.modules["pandas"] = None  # type: ignore[assignment]  # Python's own way to say no
        sys.setrecursionlimit(MAX_DEPTH)
        worker, engine = _get_ready(sock, lifeline, config)
        if "system" not in config["without"]:
            walls.drop_user(config["uid"], config["parent"])
            walls.limit(config["address_bytes"], 100 + 2 * config["slots"] + 64)
            walls.close_system_calls()
        hello: Frame = {
            "op": "ready",
            "engine": engine,
            "uid": os.geteuid(),
            "walls": [wall.as_frame() for wall in walls.walls],
        }
        send(sock, hello)
    except Exception as error:  # the supervisor says it; there is no other way out from here
        send(sock, {"op": "failed", "detail": f"{type(error).__name__}: {error}"})
        raise
    with contextlib.suppress(Hangup):
        worker.serve()
    os._exit(0)


def _get_ready(
    sock: socket.socket, lifeline: Lifeline, config: dict[str, Any]
) -> tuple[Worker, str]:
    """Build the instance and run a query of each kind, so that nothing is imported later."""
    module = importlib.import_module("sandbox.instance")
    instance = module.Instance(
        memory_bytes=config["memory_bytes"],
        threads=config["threads"],
        time_zone=config["time_zone"],
        slots=config["slots"],
        spatial=config["spatial"],
        is_locked="engine" not in config["without"],
    )
    near, far = socket.socketpair()
    warm = Worker(near, instance, lifeline, slots=config["slots"])
    params: dict[str, Any] = {"a": 1, "b": "x", "c": 1.5, "d": None, "e": [1, 2], "f": {"g": True}}
    names = ", ".join(f"${name}" for name in params)
    for sql, values in (
        (f"SELECT {names}, DATE '2026-01-01', 1.5::DECIMAL(4, 1), now()", params),
        ("PIVOT (VALUES (1, 'a')) AS t(x, y) ON y USING sum(x)", {}),
        ("EXPLAIN SELECT 1", {}),
        ("SELEC", {}),
    ):
        reading, writing = os.pipe()
        request = {
            "number": 0,
            "sql": sql,
            "params": values,
            "texts": {},
            "is_lenient": False,
            "is_described": False,
            "max_rows": None,
            "max_bytes": 1 << 20,
        }
        warm.answer(request, writing)
        os.close(reading)
    near.close()
    far.close()
    is_gated = "gate" not in config["without"]
    worker = Worker(sock, instance, lifeline, slots=config["slots"], is_gated=is_gated)
    return worker, module.ENGINE


def _leave_folder() -> None:
    """Stand in a folder that is empty and no longer exists."""
    folder = tempfile.mkdtemp(prefix="sandbox-")
    os.chdir(folder)
    os.rmdir(folder)  # noqa: PTH106 - no pathlib in workers
