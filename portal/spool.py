"""Holds whole answers before their first byte goes out: in memory while small, then in a nameless
file.

So an answer has its length and its true status, a slow reader holds no worker of the sandbox, and
a client can tell a broken transfer from a whole one (see `conversions.py`). All answers together
take no more than a budget of the disk.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import Lock

from flask import Response
from werkzeug.wsgi import FileWrapper

from portal.errors import Refusal

IN_MEMORY_BYTES = 4 << 20
CHUNK_BYTES = 1 << 18
BUDGET_BYTES = 4_000_000_000


class Room:
    """The bytes that answers on the disk may take together."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._left = budget_bytes
        self._lock = Lock()

    def take(self, size: int) -> None:
        """Take room. Raises Refusal 429 where there is none."""
        with self._lock:
            if size > self._left:
                raise Refusal(429, "answers-waiting", headers={"Retry-After": "30"})
            self._left -= size

    def give_back(self, size: int) -> None:
        """Give room back."""
        with self._lock:
            self._left += size


def whole(
    chunks: Iterator[bytes], *, folder: Path, room: Room, max_bytes: int, media_type: str
) -> Response:
    """Return an answer of all chunks. Raises whatever they raise, and Refusal 413 beyond
    `max_bytes`.
    """
    # Closed with the response, or here where the answer does not come about.
    file = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES, dir=str(folder))  # noqa: SIM115
    size = 0
    try:
        for chunk in chunks:
            if size + len(chunk) > max_bytes:
                raise Refusal(413, "answer-too-large", maximum=max_bytes)
            room.take(len(chunk))
            size += len(chunk)
            file.write(chunk)
    except BaseException:
        file.close()
        room.give_back(size)
        raise
    file.seek(0)
    response = Response(FileWrapper(file, CHUNK_BYTES), content_type=media_type)
    response.content_length = size
    response.call_on_close(file.close)
    response.call_on_close(lambda: room.give_back(size))
    return response
