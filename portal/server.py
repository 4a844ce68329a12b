"""Serves the portal: one process whose event loop holds every connection, and 64 threads that
compute answers.
"""

import errno
import logging
import multiprocessing
import resource
import socket
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from catalogue.errors import StoreError
from portal.gateway import Gateway
from portal.lifeline import die_with_parent
from portal.settings import load_settings

_THREADS = 64
_HEAD_WITHIN_MS = 15_000  # also how long a connection may lie idle
_CONNECTIONS = 2048  # granian accepts no more, idle ones included
_OTHER_FILES = 512
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
        code = "port-in-use" if error.errno == errno.EADDRINUSE else "host-unknown-here"
        raise StoreError(code, host=host, port=port, reason=error.strerror or "") from error


def serve(data: Path, host: str, port: int, *, on_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; tell when the first request is answered."""
    Thread(target=_wait_until_ready, args=(host, port, on_ready), daemon=True).start()
    multiprocessing.set_start_method("spawn", force=True)  # no thread or database handle inherited
    Granian(
        "portal",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_WITHIN_MS),
        workers=1,
        backpressure=_most_connections(),
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        respawn_interval=1,
    ).serve(target_loader=partial(load_app, data), wrap_loader=False)


def _most_connections() -> int:
    """Return how many connections this process may hold; each may have a socket and a file open."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _CONNECTIONS + _OTHER_FILES
    files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return max(_OTHER_FILES // 2, (files - _OTHER_FILES) // 2)


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


def load_app(data: Path) -> Gateway:
    """Make the application of a data folder, in the process that serves it."""
    die_with_parent()
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("portal.audit").setLevel(logging.INFO)

    # Only the serving process needs the slow libraries.
    from portal.assembly import assemble
    from portal.checking import rooms_of
    from portal.context import services_of
    from portal.gateway.kept_front import KeptFront
    from portal.own_tables import own_tables_of
    from portal.publisher_days import PublisherDays
    from portal.sweeping import keep_swept
    from portal.warming import warm

    proxies = load_settings(data).trusted_proxy_count
    app = assemble(data)
    warm(app)
    days = PublisherDays(services_of(app))
    keep_swept(rooms_of(app).sweep, own_tables_of(app).sweep, days.sweep)
    return Gateway(app, threads=_THREADS, trusted_proxy_count=proxies, front=KeptFront(app))
