"""A small application behind the gateway on the real server, with short patience: run as a module
with a port.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from granian import Granian
from granian.constants import Interfaces

from portal.bodies import BoundedRequest
from portal.errors import Refusal
from portal.gateway import Gateway, arriving, gateway
from portal.presence import when_client_leaves

GRACE_S = 1.0
THREADS = 8


def make() -> Gateway:
    """Return the application; its patience is that of a test."""
    arriving.GRACE_S = GRACE_S
    arriving.LEAST_BYTES_PER_S = 100_000
    gateway.PLACE_WITHIN_S = 0.5
    app = Flask("small")
    app.request_class = BoundedRequest
    left: list[str] = []
    lengths: list[int] = []

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> tuple[str, int, dict[str, str]]:
        return refusal.code, refusal.status, refusal.headers

    @app.get("/quick")
    def quick() -> dict[str, Any]:
        return {
            "left": left,
            "lengths": lengths,
            "cookies": request.cookies,
            "forwarded": request.headers.get("X-Forwarded-For"),
            "path": request.path,
        }

    @app.post("/length")
    def length() -> str:
        lengths.append(len(request.get_data()))
        return str(lengths[-1])

    @app.post("/unread")
    def unread() -> tuple[str, int]:
        return "no", 401

    @app.get("/large")
    def large() -> Response:
        return Response(iter([b"x" * 50_000] * 2000), headers={"Content-Length": "100000000"})

    @app.get("/broken")
    def broken() -> Response:
        return Response(_broken(), headers={"Content-Length": "1000000"})

    @app.get("/long/<name>")
    def long(name: str) -> str:
        is_left: list[bool] = []
        when_client_leaves(_both(lambda: left.append(name), lambda: is_left.append(True)))
        ends_at = time.monotonic() + 20
        while not is_left and time.monotonic() < ends_at:
            time.sleep(0.02)
        return "done"

    return Gateway(app.wsgi_app, threads=THREADS)


def _broken() -> Iterator[bytes]:
    yield b"x" * 500_000
    raise OSError("the disk went away")


def _both(*duties: Callable[[], object]) -> Callable[[], object]:
    return lambda: [duty() for duty in duties]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[3]))
    Granian(
        "small",
        port=int(sys.argv[1]),
        interface=Interfaces.ASGINL,
        websockets=False,
        backpressure=1024,
    ).serve(target_loader=make, wrap_loader=False)
