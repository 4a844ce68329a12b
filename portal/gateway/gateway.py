"""The application of ASGI that carries requests to one of WSGI, and its answers back."""

import asyncio
import io
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol
from wsgiref.types import WSGIApplication

from portal.errors import Refusal
from portal.gateway.answer import Answer, Send, answer_of, send_answer, send_whole
from portal.gateway.arriving import Arriving, Input, Receive
from portal.gateway.environ import Scope, address_of, environ_of, has_body
from portal.gateway.places import Places
from portal.presence import PRESENCE, Presence

LONG_BODIES = 16
LONG_BODIES_PER_ADDRESS = 4
PLACE_WITHIN_S = 20.0
_READERS = 8
_READING = ("GET", "HEAD", "OPTIONS")
_LOOK_AFTER_S = 0.1
_LOOK_EVERY_S = 0.3


class Front(Protocol):
    """Answers what it can by itself, on the event loop; the application makes the rest."""

    async def answer(self, environ: dict[str, Any]) -> Answer | None:
        """Return an answer, or None where the application has to make it."""

    def made(self, environ: dict[str, Any], status: int | None) -> None:
        """Hear what became of a request that the application was given, no status where nothing
        did; only the first word counts.
        """

    def has_changed(self) -> None:
        """Hear that a request has changed something, before its answer is sent."""


class Gateway:
    """Runs an application in so many threads; none of them waits for a client, but for the few
    that take in a long body.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        threads: int,
        trusted_proxy_count: int = 0,
        front: Front | None = None,
    ) -> None:
        self._application = application
        self._trusted_proxy_count = trusted_proxy_count
        self._front = front
        self._threads = ThreadPoolExecutor(threads, "request")
        self._readers = ThreadPoolExecutor(_READERS, "answer")
        self._places = Places(LONG_BODIES, per_address=LONG_BODIES_PER_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        environ = environ_of(scope)
        if self._front is not None and (found := await self._front.answer(environ)) is not None:
            await send_whole(found, send)
            return
        try:
            await self._take_in(environ, receive, send)
        finally:
            if self._front is not None:
                self._front.made(environ, None)

    async def _take_in(self, environ: dict[str, Any], receive: Receive, send: Send) -> None:
        body = Arriving(receive, has_body=has_body(environ))
        is_long = await body.hold()
        if body.has_left:
            return
        if not is_long:
            await self._answer(environ, body, send)
            return
        address = address_of(environ, self._trusted_proxy_count)
        if not await self._places.take(address, within_s=PLACE_WITHIN_S):
            body.refuse(Refusal(503, "uploads-busy", headers={"Retry-After": "30"}, seconds=30))
            await self._answer(environ, body, send)
            return
        try:
            await self._answer(environ, body, send)
        finally:
            await self._places.give_back(address)

    async def _answer(self, environ: dict[str, Any], body: Arriving, send: Send) -> None:
        loop = asyncio.get_running_loop()
        environ[PRESENCE] = presence = Presence()
        environ["wsgi.input"] = io.BufferedReader(Input(body, loop))
        call = self._threads.submit(answer_of, self._application, environ)
        try:
            answer = await self._attend(call, body, presence)
            if self._front is not None:
                if environ["REQUEST_METHOD"] not in _READING:
                    self._front.has_changed()
                for_somebody = None if body.has_left else answer
                self._front.made(environ, for_somebody and for_somebody.status)
            if answer is None:
                return
            try:
                if not body.has_left:
                    await send_answer(answer, send, body=body, readers=self._readers)
            finally:
                if answer.rest is None:
                    answer.close()
                else:
                    await loop.run_in_executor(self._readers, answer.close)
        finally:
            await body.let_go()

    async def _attend(
        self, call: "Future[Answer]", body: Arriving, presence: Presence
    ) -> Answer | None:
        """Wait for an answer, and see to it that nobody works for a client who has left; None
        where the work had not even begun.
        """
        loop = asyncio.get_running_loop()
        done = asyncio.wrap_future(call)
        await asyncio.wait({done}, timeout=_LOOK_AFTER_S)
        while not done.done():
            body.watch()
            if body.has_left:
                if call.cancel():
                    return None
                await loop.run_in_executor(self._readers, presence.leave)
            await asyncio.wait({done}, timeout=_LOOK_EVERY_S)
        return done.result()
