"""The answer of one query, as it comes from its worker."""

import contextlib
import fcntl
import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import pyarrow as pa

from sandbox.errors import Cancelled, SandboxError, TooLarge, WorkerFault, from_frame
from sandbox.protocol import Frame, Hangup
from sandbox.watchdog import Job

LEAVE_S = 0.2  # how long a worker may take to see that its reader has left
PIPE_BYTES = 1 << 20


class Description(NamedTuple):
    """What is known of a statement without its rows."""

    parameters: list[dict[str, Any]]  # name, type, kind
    versions: dict[str, dict[str, Any]]  # of the tables that it reads: version, sha256
    names: dict[str, list[int]]  # each name in it, in lower case, with the versions that it means
    is_repeatable: bool
    is_ordered: bool


class Result:
    """An answer that is read once, batch by batch or as the bytes of its stream, or closed early.

    `row_count` and `truncated` are known when the batches are read out. A fault on the way raises:
    what was read until then is not the answer. Where it `is_repeatable`, the same statement gives
    the same values on the same versions; else it used the time, chance, or the list of tables.
    """

    def __init__(
        self,
        job: Job,
        file: io.BufferedReader,
        head: Frame,
        versions: dict[str, dict[str, Any]],
        received_at: float,
        on_end: Callable[[Job, bool], None],
    ) -> None:
        self.columns: list[dict[str, str]] = head["columns"]
        self.versions = versions
        self.parameters: list[dict[str, Any]] = head["parameters"]  # name, type, kind
        self.is_repeatable: bool = head["is_repeatable"]
        self.names: dict[str, list[int]] = head["names"]  # in the statement -> versions
        self.is_ordered: bool = head["is_ordered"]  # it says in which order its rows come
        self.engine = job.worker.engine
        self.query_id = job.ticket.query_id
        self.row_count: int | None = None
        self.truncated = False
        self._job = job
        self._file = file
        self._received_at = received_at
        self._ended_at: float | None = None
        self._on_end = on_end

    def __enter__(self) -> "Result":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # where __init__ did not get far
            self.close()

    @property
    def description(self) -> Description:
        """Give what is known of the statement."""
        return Description(
            self.parameters, self.versions, self.names, self.is_repeatable, self.is_ordered
        )

    @property
    def elapsed_ms(self) -> float:
        """Give the time from arrival to the end of the answer, or to now."""
        end = time.monotonic() if self._ended_at is None else self._ended_at
        return round((end - self._received_at) * 1000, 3)

    @property
    def schema(self) -> pa.Schema:
        """Give the types of the columns."""
        return self._reader.schema

    @cached_property
    def _reader(self) -> pa.RecordBatchStreamReader:
        try:
            return pa.ipc.open_stream(self._file)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._outcome_of_failure() from error

    def stream(self) -> Iterator[bytes]:
        """Give the answer as the worker wrote it, an Arrow IPC stream: nothing is decoded."""
        while piece := self._file.read1(PIPE_BYTES):
            yield piece
        self._complete()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read the answer; the worker waits while nobody reads."""
        while self._ended_at is None:
            try:
                batch = self._reader.read_next_batch()
            except StopIteration:
                self._complete()
                return
            except (pa.ArrowInvalid, OSError) as error:
                raise self._outcome_of_failure() from error
            yield batch

    def table(self) -> pa.Table:
        """Read the whole answer into memory."""
        return pa.Table.from_batches(list(self.batches()), self.schema)

    def close(self) -> None:
        """Stop reading, and free the worker at once."""
        if self._ended_at is not None:
            return
        self._file.close()
        self._job.end(Cancelled("cancelled"))
        is_left = False
        sock = self._job.worker.socket
        with contextlib.suppress(Hangup, OSError):
            sock.settimeout(LEAVE_S)
            frame = self._job.worker.receive()
            sock.settimeout(None)
            is_left = frame["op"] in ("done", "error") and not frame.get("retire")
        self._end(is_spent=not is_left)

    def _complete(self) -> None:
        try:
            frame = self._job.worker.receive()
        except Hangup as hangup:
            raise self._lost() from hangup
        if frame["op"] != "done":
            raise self._failed(frame)
        self.row_count = frame["rows"]
        self.truncated = frame["truncated"]
        self._end(is_spent=False)

    def _outcome_of_failure(self) -> SandboxError:
        try:
            frame = self._job.worker.receive()
        except Hangup:
            return self._lost()
        return self._failed(frame)

    def _failed(self, frame: Frame) -> SandboxError:
        self._end(is_spent=bool(frame.get("retire")) or frame["op"] != "error")
        if self._job.reason is not None:
            return self._job.reason
        return from_frame(frame) if frame["op"] == "error" else WorkerFault("worker_fault")

    def _lost(self) -> SandboxError:
        self._end(is_spent=True)
        return reason_of(self._job)

    def _end(self, *, is_spent: bool) -> None:
        if self._ended_at is None:
            self._ended_at = time.monotonic()
            self._file.close()
            self._on_end(self._job, is_spent)


def reason_of(job: Job) -> SandboxError:
    """Say why a worker is gone."""
    if job.reason is not None:
        return job.reason
    if job.is_heavy and job.worker.exit_code() == -signal.SIGKILL:  # the kernel's, out of memory
        return TooLarge("memory")
    return WorkerFault("worker_died", detail=f"exit code {job.worker.exit_code()}")


def open_pipe(size: int = PIPE_BYTES) -> tuple[io.BufferedReader, int]:
    """Make the pipe for an answer: a file to read from, a descriptor to give away."""
    reading, writing = os.pipe()
    with contextlib.suppress(OSError, AttributeError):  # Linux only, and within the user's quota
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, size)
    return io.BufferedReader(io.FileIO(reading), size), writing
