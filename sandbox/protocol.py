"""Frames between the supervisor and a worker: a length, a JSON object, and open files beside it.

The supervisor gives a worker the right to read a table by passing it an open file
(`SCM_RIGHTS`), never a path. Only the standard library is used: both sides import this file.
"""

import array
import json
import socket
import struct
from typing import Any

NUMBER = struct.Struct("<Q")  # of a query that must end, on the lifeline
HEADER = struct.Struct("<II")  # length of the JSON, number of files that come with it
MAX_FRAME_BYTES = 16 << 20
MAX_FILES_A_FRAME = 200  # the kernel's own limit is 253

Frame = dict[str, Any]


class Hangup(Exception):
    """The other side closed the connection or died."""


def send(sock: socket.socket, frame: Frame, files: tuple[int, ...] | list[int] = ()) -> None:
    """Send one frame with its files; raise Hangup where the other side is gone."""
    body = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    data = memoryview(HEADER.pack(len(body), len(files)) + body)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
    try:
        sent = sock.sendmsg([data], rights)
        if sent < len(data):
            sock.sendall(data[sent:])
    except OSError as error:
        raise Hangup from error


def receive(sock: socket.socket) -> tuple[Frame, list[int]]:
    """Wait for one frame and its files; raise Hangup at the end of the connection."""
    files: list[int] = []
    try:
        head = _exactly(sock, HEADER.size, files)
        length, expected = HEADER.unpack(head)
        if length > MAX_FRAME_BYTES:
            raise Hangup
        body = _exactly(sock, length, files)
    except OSError as error:
        raise Hangup from error
    if len(files) != expected:
        raise Hangup
    frame: Frame = json.loads(body.decode("utf-8", "surrogatepass"))
    return frame, files


def _exactly(sock: socket.socket, length: int, files: list[int]) -> bytes:
    parts = bytearray()
    room = socket.CMSG_SPACE(MAX_FILES_A_FRAME * array.array("i").itemsize)
    while len(parts) < length:
        data, messages, _flags, _address = sock.recvmsg(length - len(parts), room)
        for level, kind, payload in messages:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds = array.array("i")
                fds.frombytes(payload[: len(payload) - len(payload) % fds.itemsize])
                files.extend(fds)
        if not data:
            raise Hangup
        parts += data
    return bytes(parts)
