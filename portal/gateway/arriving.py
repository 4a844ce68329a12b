"""The body of a request as it comes in: whoever sends too slowly is not waited for."""

import asyncio
import io
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from portal.errors import Refusal

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]

# As Apache's `RequestReadTimeout body=20,MinRate=…`: so long for the first bytes, and a second
# more for each thousand that came.
GRACE_S = 20.0
LEAST_BYTES_PER_S = 1000
# A body of this size is waited for before a thread is taken; forms and queries are smaller.
HELD_BYTES = 65_536


class Arriving:
    """Takes in a body on the event loop, piece by piece."""

    def __init__(self, receive: Receive, *, has_body: bool) -> None:
        self.has_left = False
        self.is_ended = not has_body
        self._watching: asyncio.Task[None] | None = None
        self._receive = receive
        self._pieces: deque[bytes] = deque()
        self._refusal: Refusal | None = None
        self._received = 0
        self._waited_s = 0.0

    async def hold(self) -> bool:
        """Wait for the first 64 kB; return whether the body is longer than that."""
        while not self.is_ended and self._refusal is None and self._received < HELD_BYTES:
            await self._take()
        return not self.is_ended and self._refusal is None

    async def more(self) -> bytes:
        """Return the next bytes, none at the end. Raises Refusal 408 for who sends too slowly."""
        while not self._pieces and not self.is_ended and self._refusal is None:
            await self._take()
        if self._refusal is not None and not self._pieces:
            raise self._refusal
        return self.held()

    def held(self) -> bytes:
        """Return the next bytes that are here already."""
        return self._pieces.popleft() if self._pieces else b""

    def refuse(self, refusal: Refusal) -> None:
        """Wait no longer: whoever reads beyond what is here is told so."""
        self._refusal = refusal

    def watch(self) -> None:
        """Notice from now on when the client leaves; only a body that is here lets us look."""
        if self._watching is None and self.is_ended and not self.has_left:
            self._watching = asyncio.create_task(self._leaving())

    async def let_go(self) -> None:
        """Look no longer, and hold the connection no longer: the server closes it where a body is
        left unread.
        """
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
        self._watching = None
        self._receive = _gone  # a refusal that was raised still holds its frames, and so this

    async def _leaving(self) -> None:
        while not self.has_left:
            self.has_left = (await self._receive())["type"] == "http.disconnect"

    async def _take(self) -> None:
        clock = asyncio.get_running_loop().time
        began_at = clock()
        left_s = GRACE_S + self._received / LEAST_BYTES_PER_S - self._waited_s
        try:
            async with asyncio.timeout(left_s):
                message = await self._receive()
        except TimeoutError:
            self.refuse(Refusal(408, "body-overdue", headers={"Connection": "close"}))
            return
        self._waited_s += clock() - began_at
        self.has_left = message["type"] == "http.disconnect"
        if self.has_left:  # what came is not the whole: nobody may take it for that
            self.refuse(Refusal(400, "body-cut-off"))
            return
        self.is_ended = not message.get("more_body", False)
        piece = message.get("body", b"")
        if piece:
            self._received += len(piece)
            self._pieces.append(piece)


async def _gone() -> Message:
    return {"type": "http.disconnect"}


class Input(io.RawIOBase):
    """A body as `wsgi.input`: read in a thread, which waits for what has not come yet."""

    def __init__(self, arriving: Arriving, loop: asyncio.AbstractEventLoop) -> None:
        self._arriving = arriving
        self._loop = loop
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give the next bytes, none at the end. Raises Refusal where they do not come."""
        if not self._piece:
            self._piece = memoryview(self._arriving.held() or self._awaited())
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count

    def _awaited(self) -> bytes:
        if self._arriving.is_ended:
            return b""
        return asyncio.run_coroutine_threadsafe(self._arriving.more(), self._loop).result()
