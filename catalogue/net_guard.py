"""Decides which network addresses a harvester may reach, and connects to exactly those.

A portal's address, a link in its records or a redirect may point into the network that this
server stands in: to a database on loopback, to a router, to the metadata service of a cloud
(169.254.169.254). Checking the name is not enough, since a name may resolve to a public address
when checked and to a private one when connected to (DNS rebinding), and since one IPv4 address
has many spellings (`127.1`, `2130706433`, `::ffff:127.0.0.1`, `2002:7f00:1::`). So the connection
itself resolves once, checks every address, and opens the socket to an address that passed; the
host name is kept for TLS and the Host header. This file imports nothing of ours but the errors.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.poolmanager import PoolManager

from catalogue.errors import FetchError

Resolver = Callable[[str, int], list[str]]
Dialler = Callable[[str, int, HTTPConnection], socket.socket]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Spelled out after the IANA special-purpose registries: `is_global` of the standard library
# changed its mind between Python versions.
_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "3fff::/20")  # Teredo, ORCHID, documentation
)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that packets to this IPv6 address end at, if it carries one."""
    number = int(address)
    if address in _MAPPED or address in _NAT64:
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return ipaddress.IPv4Address((number >> 80) & 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE):  # ISATAP, RFC 5214
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return None


def is_public(address: str) -> bool:
    """Say whether an IP address, in any of its spellings, lies in the public Internet.

    >>> is_public("193.190.130.15"), is_public("::ffff:127.0.0.1"), is_public("64:ff9b::a9fe:a9fe")
    (True, False, False)
    """
    ip: Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _REFUSED_V4)
    inner = _embedded(ip)
    if inner is not None and not is_public(str(inner)):
        return False
    if ip in _MAPPED or ip in _NAT64:
        return True
    return ip in _PUBLIC_V6 and not any(ip in network for network in _REFUSED_V6)


def system_resolver(host: str, port: int) -> list[str]:
    """Return every address of a host name, in the order the system prefers, without repeats."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def dial(address: str, port: int, connection: HTTPConnection) -> socket.socket:
    """Connect to a numeric address; no name is looked up any more."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        for option in connection.socket_options or ():
            sock.setsockopt(*option)
        timeout = connection.timeout
        sock.settimeout(timeout if isinstance(timeout, int | float) else None)
        target = socket.getaddrinfo(
            address, port, family, socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )[0][4]
        sock.connect(target)
    except BaseException:
        sock.close()
        raise
    return sock


class Watch:
    """Ends a request at its deadline, even one that trickles a byte a minute.

    A time-out of the socket counts anew with each byte. So a timer shuts the connection down from
    outside, by a second descriptor of the same socket that neither TLS nor urllib3 knows about.
    """

    def __init__(self, seconds: float) -> None:
        self.is_expired = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(max(seconds, 0.0), self._expire)
        self._timer.daemon = True

    def _expire(self) -> None:
        with self._lock:
            self.is_expired = True
            self._cut()

    def _cut(self) -> None:
        for sock in self._sockets:
            # already closed by the other side: nothing left to end
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def follow(self, sock: socket.socket) -> None:
        """Watch this connection too, from now on."""
        with self._lock:
            self._sockets.append(sock.dup())
            if self.is_expired:
                self._cut()

    @contextmanager
    def running(self) -> Iterator["Watch"]:
        token = _WATCH.set(self)
        self._timer.start()
        try:
            yield self
        finally:
            self._timer.cancel()
            _WATCH.reset(token)
            with self._lock:
                for sock in self._sockets:
                    sock.close()
                self._sockets.clear()


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


def has_expired() -> bool:
    """Say whether the running request was ended at its deadline."""
    watch = _WATCH.get()
    return watch is not None and watch.is_expired


class NetGuard:
    """Resolves a host, refuses it unless every address is public, and connects to what it checked.

    `trusted_network` lets private and loopback addresses through. `resolve` and `dial` (which
    opens a socket to a numeric address) are parameters so that tests can lay an Internet of their
    own. Raises FetchError `host-unknown`, `address-refused` (both with `host`).
    """

    def __init__(
        self,
        *,
        trusted_network: bool = False,
        resolve: Resolver = system_resolver,
        dial: Dialler = dial,
    ) -> None:
        self.trusted_network = trusted_network
        self._resolve = resolve
        self._dial = dial

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host that may be connected to: all of them or none."""
        try:
            found = self._resolve(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            is_passing = getattr(error, "errno", None) == socket.EAI_AGAIN
            raise FetchError("host-unknown", host=host, is_passing=is_passing) from error
        if not found:
            raise FetchError("host-unknown", host=host, is_passing=False)
        # One bad address among good ones refuses the host: that mixture is how rebinding looks.
        if not self.trusted_network and not all(is_public(address) for address in found):
            raise FetchError("address-refused", host=host)
        return found

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """Open the socket of a urllib3 connection to the first checked address that answers."""
        port = connection.port or connection.default_port
        last: OSError | None = None
        for address in self.addresses(connection.host, port):
            try:
                return self._dial(address, port, connection)
            except OSError as error:
                last = error
        if isinstance(last, TimeoutError):
            raise ConnectTimeoutError(connection, "connecting took too long") from last
        raise NewConnectionError(connection, str(last)) from last

    def pool_manager(self, **options: Any) -> PoolManager:
        """Return a urllib3 pool manager whose every connection passes this guard."""
        manager = PoolManager(**options)
        plain, secure = _pool_classes(self)
        manager.pool_classes_by_scheme = {"http": plain, "https": secure}
        return manager


class _Watched:
    """The part that a guarded connection adds to urllib3's: its socket, and who watches it."""

    _lifeline: socket.socket | None = None

    def _keep(self, sock: socket.socket) -> socket.socket:
        self._lifeline = sock.dup()
        self._be_watched()
        return sock

    def _be_watched(self) -> None:
        watch = _WATCH.get()
        if watch is not None and self._lifeline is not None:
            watch.follow(self._lifeline)

    def _let_go(self) -> None:
        if self._lifeline is not None:
            self._lifeline.close()
            self._lifeline = None


def _pool_classes(
    guard: NetGuard,
) -> tuple[type[HTTPConnectionPool], type[HTTPSConnectionPool]]:
    """Make connection and pool classes bound to one guard: urllib3 takes classes, not objects."""

    class Plain(_Watched, HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return self._keep(guard.connect(self))

        def request(self, *args: Any, **options: Any) -> None:
            self._be_watched()
            super().request(*args, **options)

        def close(self) -> None:
            super().close()
            self._let_go()

    class Secure(_Watched, HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return self._keep(guard.connect(self))

        def request(self, *args: Any, **options: Any) -> None:
            self._be_watched()
            super().request(*args, **options)

        def close(self) -> None:
            super().close()
            self._let_go()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return PlainPool, SecurePool
