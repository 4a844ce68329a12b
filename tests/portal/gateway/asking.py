"""Asks the gateway as the server does, without a server."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, NamedTuple, TypeVar

from portal.gateway import Gateway

T = TypeVar("T")


class Answered(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@contextmanager
def loop_beside() -> Iterator[Callable[[Coroutine[Any, Any, T]], T]]:
    """Run a loop in a thread of its own: that of a browser test may still run in this one."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def asked(gateway: Gateway, address: str, method: str, headers: dict[str, str]) -> Answered:
    path, _, query = address.partition("?")
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    pairs = [(n.encode(), v.encode()) for n, v in {"host": "here", **named}.items()]
    scope = {
        "type": "http",
        "method": method,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 5000),
        "headers": pairs,
    }
    await gateway(scope, receive, send)
    told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return Answered(sent[0]["status"], told, b"".join(each["body"] for each in sent[1:]))
