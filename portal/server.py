"""Serves the portal: one process of 64 blocking threads, so that slow downloads do not stop the
quick pages.
"""

import logging
import multiprocessing
import socket
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from catalogue.errors import StoreError
from portal.lifeline import die_with_parent

if TYPE_CHECKING:
    from flask import Flask

_THREADS = 64
_BACKPRESSURE = 256
_ASK_EVERY_S = 0.2


def check_port(host: str, port: int) -> None:
    """Raise StoreError where the address cannot be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        code = "port-in-use" if error.errno is not None and error.errno > 0 else "host-unknown-here"
        raise StoreError(code, host=host, port=port, reason=error.strerror or "") from error


def serve(data: Path, host: str, port: int, *, on_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; tell when the first request is answered."""
    Thread(target=_wait_until_ready, args=(host, port, on_ready), daemon=True).start()
    multiprocessing.set_start_method("spawn", force=True)  # no thread or database handle inherited
    Granian(
        "portal",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=_THREADS,
        backpressure=_BACKPRESSURE,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        respawn_interval=1,
    ).serve(target_loader=partial(load_app, data), wrap_loader=False)


def _wait_until_ready(host: str, port: int, on_ready: Callable[[], None]) -> None:
    """Ask as a visitor would; on all addresses of the machine, at its own."""
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # told apart, not bound
    while True:
        connection = HTTPConnection(asked, port, timeout=_ASK_EVERY_S * 10)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == HTTPStatus.OK:
                on_ready()
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(_ASK_EVERY_S)


def load_app(data: Path) -> "Flask":
    """Make the application of a data folder, in the process that serves it."""
    die_with_parent()
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("portal.audit").setLevel(logging.INFO)
    from portal.assembly import assemble  # only the serving process needs the slow libraries

    return assemble(data)
