"""The answer of a WSGI application: made in a thread, sent by the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from typing import Any, NamedTuple
from wsgiref.types import WSGIApplication

from werkzeug.wsgi import FileWrapper

from portal.gateway.arriving import Arriving, Message

Send = Callable[[Message], Awaitable[None]]

# The server keeps some eight pieces for a client who reads slowly.
PIECE_BYTES = 1 << 16
# Whoever takes no piece for so long is no longer sent to.
PIECE_WITHIN_S = 60.0


class Answer(NamedTuple):
    """Status, headers and the first bytes; `rest` is None where these are all."""

    status: int
    headers: list[tuple[bytes, bytes]]
    first: bytes
    rest: Iterator[bytes] | None
    close: Callable[[], object]


def answer_of(application: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """Call an application and take the first bytes of its answer, in the thread that runs this."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], None]:
        started[:] = [(status, headers)]
        return _written

    environ["wsgi.file_wrapper"] = _file_pieces
    pieces = application(environ, start_response)
    close = getattr(pieces, "close", _nothing)
    try:
        rest = iter(pieces)
        first, is_all = _first_of(rest)
    except BaseException:
        close()
        raise
    status, headers = started[0]
    return Answer(
        status=int(status[:3]),
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        first=first,
        rest=None if is_all else rest,
        close=close,
    )


async def send_answer(answer: Answer, send: Send, *, body: Arriving, readers: Executor) -> None:
    """Send an answer at the pace of its client; end early where that has left.

    What goes wrong on the way is raised, and the server breaks the connection off: no client takes
    a part for the whole.
    """
    loop = asyncio.get_running_loop()
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    piece: bytes | None = answer.first
    if answer.rest is not None:
        body.watch()
        while piece is not None:
            upcoming = loop.run_in_executor(readers, next, answer.rest, None)
            try:
                async with asyncio.timeout(PIECE_WITHIN_S):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            finally:
                piece = await upcoming
            if body.has_left:
                return
    await send({"type": "http.response.body", "body": piece or b"", "more_body": False})


async def send_whole(answer: Answer, send: Send) -> None:
    """Send an answer whose first bytes are all."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.first, "more_body": False})


def _first_of(pieces: Iterator[bytes]) -> tuple[bytes, bool]:
    """Return the first bytes, and whether there are no more."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PIECE_BYTES:
            return b"".join(held), False
    return b"".join(held), True


def _file_pieces(file: Any, _: int = 0) -> FileWrapper:
    return FileWrapper(file, PIECE_BYTES)


def _written(_: bytes) -> None:
    raise NotImplementedError("write() of start_response")


def _nothing() -> None:
    pass
