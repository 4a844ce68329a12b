"""The sandbox as the rest of the platform sees it: give SQL, get an answer or one clear error.

It lives in the web process and never parses or runs a statement: it hands out places, gives open
files of versions to workers that ask for them by name, and kills what goes past its limits.
"""

import contextlib
import os
import secrets
import signal
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from catalogue.relations import Relation, Snapshot
from sandbox.admission import Admission, Ticket
from sandbox.errors import (
    Cancelled,
    DeadlineExceeded,
    InvalidQuery,
    QueryError,
    Refused,
    SandboxError,
    SyntaxFault,
    from_frame,
)
from sandbox.files import Files
from sandbox.limits import Limits, QueryLimits
from sandbox.names import ALL, Names, Pins
from sandbox.places import place_of
from sandbox.pool import Pool
from sandbox.process import Process
from sandbox.protocol import MAX_FILES_A_FRAME, Frame, Hangup
from sandbox.repeats import Key, Repeats, key_of
from sandbox.result import Description, Result, open_pipe, reason_of
from sandbox.walls import Wall
from sandbox.watchdog import Job, Watchdog

Versions = dict[str, dict[str, Any]]
KEPT_SNAPSHOTS = 16
PLACES_A_WORKER = 3  # as many again as may be long, for short ones
ANONYMOUS = QueryLimits()
MAX_PARAMS_BYTES = 1 << 20


class Sandbox:
    """Run statements in workers; one for a web process, called from any thread.

    `folders` are those of the Parquet files: where given, and the system can, workers may open
    nothing else. `without` leaves out a layer ("gate", "engine", "system"): for the proof that
    the others hold alone, and that the escape corpus notices. Never for users.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        workers: int | None = None,
        folders: tuple[Path, ...] = (),
        without: tuple[str, ...] = (),
    ) -> None:
        self.limits = limits or Limits()
        self.workers = workers or os.cpu_count() or 1
        self._admission = Admission(
            self.limits, places=PLACES_A_WORKER * self.workers, long_places=self.workers
        )
        self._pool = Pool(self.limits, self.workers, folders=folders, without=without)
        self._watchdog = Watchdog(self.limits, self._admission)
        self._files = Files(folders)
        self._repeats = Repeats()
        self._names: OrderedDict[int, tuple[Snapshot, Names]] = OrderedDict()

    def __enter__(self) -> "Sandbox":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the workers; raise WorkerFault where none can start."""
        self._watchdog.start()
        self._pool.start()

    def close(self) -> None:
        """Kill the workers and give everything back."""
        self._pool.close()
        self._watchdog.close()
        self._files.close()

    def walls(self) -> list[Wall]:
        """Say which walls stand around the workers, and which could not be raised and why."""
        worker = self._pool.take(time.monotonic() + self.limits.start_timeout_s)
        self._pool.put_back(worker)
        return worker.walls

    def pids(self) -> list[int]:
        """List the processes of the workers."""
        return self._pool.pids()

    def run(
        self,
        sql: str,
        *,
        snapshot: Snapshot,
        params: dict[str, Any] | None = None,
        texts: dict[str, str] | None = None,
        is_lenient: bool = False,
        pins: Pins | None = None,
        client: str,
        limits: QueryLimits = ANONYMOUS,
        query_id: str | None = None,
        received_at: float | None = None,
    ) -> Result:
        """Run one reading statement; raise SandboxError. `received_at` is of time.monotonic().

        Values of `$name` are `params`, with types of JSON, and `texts`, as somebody typed them:
        read by the type of the parameter; where `is_lenient`, texts that the statement does not
        use are nothing wrong. `pins` give the versions of names that the statement leaves open.
        """
        received_at = time.monotonic() if received_at is None else received_at
        values = _Values(params or {}, texts or {}, is_lenient)
        asked = _Asked(sql, values, self._names_of(snapshot), pins or {})
        return self._run(asked, client, limits, query_id, received_at)

    def describe(
        self,
        sql: str,
        *,
        snapshot: Snapshot,
        client: str,
        limits: QueryLimits = ANONYMOUS,
    ) -> Description:
        """Judge and bind a statement without running it; raise SandboxError as `run` would."""
        values = _Values({}, {}, is_lenient=True)
        asked = _Asked(sql, values, self._names_of(snapshot), {}, is_described=True)
        result = self._run(asked, client, limits, None, time.monotonic())
        with result:
            result.table()
        return result.description

    def _run(
        self,
        asked: "_Asked",
        client: str,
        limits: QueryLimits,
        query_id: str | None,
        received_at: float,
    ) -> Result:
        sql, values = asked.sql, asked.values
        _check(sql, values, limits)
        deadline = received_at + limits.deadline_s
        query_id = query_id or secrets.token_hex(8)
        key = key_of(client, sql, values.params | values.texts, limits.deadline_s)
        if self._repeats.is_repeat(key):
            raise DeadlineExceeded("deadline", {"seconds": limits.deadline_s})
        ticket = self._admission.enter(client, query_id, limits, deadline)
        with contextlib.suppress(_NeverTaken):
            job = self._job_of(ticket, deadline, key)
            return self._begin(job, asked, received_at, is_first=True)
        job = self._job_of(ticket, deadline, key)
        return self._begin(job, asked, received_at)

    def _job_of(self, ticket: Ticket, deadline: float, key: Key) -> Job:
        """Take a worker for a query that has its place."""
        try:
            worker = self._pool.take(deadline)
        except SandboxError:
            self._admission.leave(ticket)
            raise
        ticket.started_at = time.monotonic()
        job = Job(worker, ticket, deadline, key)
        self._watchdog.add(job)
        if ticket.is_cancelled:
            job.end(Cancelled("cancelled"))
        return job

    def cancel(self, query_id: str, client: str) -> bool:
        """End a client's query, running or waiting; say whether there was one."""
        ticket = self._admission.cancel(query_id, client)
        if ticket is None:
            return False
        if job := self._watchdog.job_of(ticket):
            job.end(Cancelled("cancelled"))
        return True

    def _begin(
        self,
        job: Job,
        asked: "_Asked",
        received_at: float,
        *,
        is_first: bool = False,
    ) -> Result:
        """Start the statement; raise _NeverTaken where it keeps its place for another worker."""
        file, out = open_pipe()
        try:
            frame, versions = self._ask(job, asked, out)
        except BaseException as error:
            file.close()
            is_spent = not isinstance(error, _Answered)
            if is_first and isinstance(error, Hangup) and self._is_never_taken(job):
                raise _NeverTaken from error
            self._end(job, is_spent)
            if isinstance(error, Hangup):
                raise reason_of(job) from error
            if job.reason is not None and isinstance(error, SandboxError | _Answered):
                raise job.reason from None
            if isinstance(error, _Answered):
                raise error.error from None
            raise
        return Result(job, file, frame, versions, received_at, self._end)

    def _ask(self, job: Job, asked: "_Asked", out: int) -> tuple[Frame, Versions]:
        """Give the statement to the worker, and the files that it asks for."""
        worker, limits = job.worker, job.ticket.limits
        request = {
            "number": worker.query_count,
            "sql": asked.sql,
            "params": asked.values.params,
            "texts": asked.values.texts,
            "is_lenient": asked.values.is_lenient,
            "is_described": asked.is_described,
            "max_rows": limits.max_rows,
            "max_bytes": limits.max_bytes,
        }
        try:
            worker.send(request, [out])
        finally:
            os.close(out)
        versions: Versions = {}
        names: Pins = {}
        worker.receive()  # "taken"
        job.is_taken = True
        frame = worker.receive()
        if frame["op"] == "need":
            versions, names = self._give(worker, frame, asked)
            frame = worker.receive()
        if frame["op"] == "start":
            return frame | {"names": names}, versions
        if frame.get("retire"):
            raise from_frame(frame)
        raise _Answered(from_frame(frame))

    def _give(self, worker: Process, need: Frame, asked: "_Asked") -> tuple[Versions, Pins]:
        """Open what the worker asks for, if the caller may see it."""
        versions: Versions = {}
        names: Pins = {}
        views: dict[str, list[tuple[str, int, int | None]]] = {}
        files: list[int] = []
        try:
            if len(need["tables"]) > self.limits.max_tables:
                raise Refused("too_many_tables", {"count": self.limits.max_tables})
            for name, location in need["tables"]:
                try:
                    relations = asked.names.find(name, asked.pins)
                    self._count(len(files) + len(relations), relations[0])
                except QueryError as error:
                    error.line, error.column = place_of(asked.sql, location)
                    raise
                names[name] = [relation.version for relation in relations]
                is_all = name.endswith(f"@{ALL}")
                for relation in relations:
                    label = f"{relation.table}@{relation.version}" if is_all else name
                    versions[label] = {"version": relation.version, "sha256": relation.sha256}
                    part = label, len(files), relation.version if is_all else None
                    views.setdefault(name, []).append(part)
                    files.append(
                        self._files.open(
                            relation,
                            is_direct=worker.is_direct,
                            is_other_user=worker.is_other_user,
                        )
                    )
            answer = {
                "op": "give",
                "files": len(files),
                "views": views,
                "list": asked.names.tables() if need["list"] else [],
            }
            worker.send(answer, files[:MAX_FILES_A_FRAME])
            for start in range(MAX_FILES_A_FRAME, len(files), MAX_FILES_A_FRAME):
                worker.send({}, files[start : start + MAX_FILES_A_FRAME])
        except SandboxError as error:
            worker.send({"op": "stop"})
            worker.receive()
            raise _Answered(error) from error
        finally:
            for fd in files:
                os.close(fd)
        return versions, names

    def _count(self, count: int, relation: Relation) -> None:
        """Refuse more files than a worker has places for."""
        if count > self.limits.max_tables:
            params = {"count": count, "max": self.limits.max_tables, "table": relation.table}
            raise Refused("too_many_versions", params)

    def _names_of(self, snapshot: Snapshot) -> Names:
        kept = self._names.get(id(snapshot))
        if kept is not None:
            return kept[1]
        names = Names(snapshot)
        self._names[id(snapshot)] = (snapshot, names)
        while len(self._names) > KEPT_SNAPSHOTS:
            with contextlib.suppress(KeyError):
                self._names.popitem(last=False)
        return names

    def _is_never_taken(self, job: Job) -> bool:
        """Tell, and put the worker aside, where it died by itself before it had the statement."""
        if job.is_taken:
            return False
        with job.lock:
            if job.reason is not None:
                return False
            job.is_over = True
        self._watchdog.remove(job)
        self._pool.put_back(job.worker, is_spent=True)
        return True

    def _end(self, job: Job, is_spent: bool) -> None:
        with job.lock:
            job.is_over = True
            is_interrupted = job.reason is not None
            is_spent = is_spent or job.is_killed or (is_interrupted and job.is_heavy)
            is_spent = is_spent or not job.worker.catch_up()
            job.worker.signal(signal.SIGCONT)  # a stop may have crossed its last word
        if isinstance(job.reason, DeadlineExceeded):
            self._repeats.remember(job.key)
        self._watchdog.remove(job)
        self._pool.put_back(job.worker, is_spent=is_spent)
        self._admission.leave(job.ticket)


class _Values(NamedTuple):
    """The values of parameters, with types of JSON or as typed."""

    params: dict[str, Any]
    texts: dict[str, str]
    is_lenient: bool


class _Asked(NamedTuple):
    """A statement with all that its answer depends on."""

    sql: str
    values: _Values
    names: Names
    pins: Pins
    is_described: bool = False


class _NeverTaken(Exception):
    """A worker was dead before it had the statement: another one can have it."""


class _Answered(Exception):
    """An error after which the worker is ready for the next query."""

    def __init__(self, error: SandboxError) -> None:
        super().__init__()
        self.error = error


def _check(sql: str, values: _Values, limits: QueryLimits) -> None:
    """Refuse what need not go to a worker at all."""
    if not sql.strip():
        raise Refused("empty")
    try:
        data = sql.encode()
    except UnicodeEncodeError as error:  # half of a pair: no text, and DuckDB would not take it
        line, column = place_of(sql, len(sql[: error.start].encode()))
        raise SyntaxFault("bad_character", line=line, column=column) from error
    if len(data) > limits.sql_bytes:
        raise Refused("sql_too_long", {"max_bytes": limits.sql_bytes})
    try:
        size = len(msgspec.json.encode(values))
    except (TypeError, ValueError) as error:
        names = ", ".join(map(str, values.params | values.texts))
        raise InvalidQuery("parameter_type", {"name": names[:100]}) from error
    if size > MAX_PARAMS_BYTES:
        raise Refused("params_too_long", {"max_bytes": MAX_PARAMS_BYTES})
