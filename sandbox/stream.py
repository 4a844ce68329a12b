"""The way of an answer out of a worker: Arrow IPC into a pipe, its outcome over the socket."""

import io
import os
import re
import socket
from collections.abc import Iterator
from itertools import chain

import pyarrow as pa

from sandbox.errors import TooLarge
from sandbox.instance import FIRST_SLOT
from sandbox.protocol import Frame, send

SLOT = re.compile(r"/(?:proc/\d+|dev)/fd/(\d+)")


def write(
    sock: socket.socket,
    out: int,
    head: Frame,
    schema: pa.Schema,
    batches: Iterator[pa.RecordBatch],
    max_rows: int | None,
    max_bytes: int,
) -> None:
    """Write an answer, cut at `max_rows` and refused at `max_bytes`; `head` is told before it.

    The first batch is computed before anything is said, so that most faults come alone.
    """
    first = next(batches, None)
    send(sock, {"op": "start"} | head)
    rows = size = 0
    is_cut = False
    with (
        io.FileIO(os.dup(out), "wb") as file,
        pa.ipc.new_stream(pa.PythonFile(file, mode="w"), schema) as writer,
    ):
        for batch in chain([first] if first is not None else [], batches):
            if max_rows is not None and rows + batch.num_rows > max_rows:
                batch = batch.slice(0, max_rows - rows)
                is_cut = True
            size += batch.nbytes
            if size > max_bytes:
                raise TooLarge("answer_bytes", {"max_bytes": max_bytes})
            rows += batch.num_rows
            if batch.num_rows:
                writer.write_batch(batch)
            if is_cut:
                break
    send(sock, {"op": "done", "rows": rows, "truncated": is_cut, "bytes": size})


def write_nothing(sock: socket.socket, out: int, head: Frame) -> None:
    """Write an answer without columns."""
    write(sock, out, head, pa.schema([]), iter(()), None, 0)


def renamed(
    schema: pa.Schema, batches: Iterator[pa.RecordBatch], names: list[str]
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Give the columns the names that the user wrote."""
    fields = [field.with_name(name) for field, name in zip(schema, names, strict=True)]
    schema = pa.schema(fields).with_metadata(schema.metadata)
    return schema, (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in batches)


def named(batch: pa.RecordBatch, labels: dict[int, str]) -> pa.RecordBatch:
    """Write the names of tables in place of their files, in an answer of EXPLAIN."""
    names = {FIRST_SLOT + slot: label for slot, label in labels.items()}

    def name_of(match: re.Match[str]) -> str:
        return names.get(int(match[1]), "…").ljust(len(match[0]))[: len(match[0]) + 60]

    arrays = [
        pa.array([SLOT.sub(name_of, value) if value else value for value in column.to_pylist()])
        if pa.types.is_string(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
