"""A lease keeps two processes from working on the same thing: one holder at a time.

A holder on this machine has the lease as long as it lives, however long it sleeps; it is replaced
as soon as it is dead. A holder on another machine has it as long as it renews it.
"""

import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalogue.errors import Conflict
from catalogue.store import schema as db
from catalogue.store.database import Store, ahead, now

LEASE_S = 60.0
_RENEW_S = LEASE_S / 4
_LOOK_AGAIN_S = 0.2

log = logging.getLogger(__name__)


class Held:
    """A lease in hand."""

    def __init__(self, store: Store, name: str, holder: str) -> None:
        self.name = name
        self._store = store
        self._holder = holder

    def check(self) -> None:
        """Raise Conflict where somebody else took the lease: this machine was away too long."""
        with self._store.read() as connection:
            found = connection.execute(
                sa.select(db.lease.c.holder).where(db.lease.c.name == self.name)
            ).scalar()
        if found != self._holder:
            raise Conflict("lease-lost", name=self.name)


@contextmanager
def lease(store: Store, name: str, *, wait_s: float = 0.0) -> Iterator[Held]:
    """Hold the lease of this name; raise Conflict where a living process still holds it."""
    holder = f"{socket.gethostname()}|{os.getpid()}|{_birth(os.getpid())}|{os.urandom(4).hex()}"
    give_up = time.monotonic() + wait_s
    while True:
        try:
            with store.write() as connection:
                _take(connection, name, holder)
            break
        except (Conflict, sa.exc.IntegrityError) as error:  # two at once, on PostgreSQL
            if time.monotonic() >= give_up:
                raise Conflict("busy-elsewhere", name=name) from error
            time.sleep(_LOOK_AGAIN_S)
    done = Event()
    renewer = Thread(target=_renew, args=(store, name, holder, done), daemon=True)
    renewer.start()
    try:
        yield Held(store, name, holder)
    finally:
        done.set()
        renewer.join()
        with store.write() as connection:
            connection.execute(sa.delete(db.lease).where(*_is(name, holder)))


def held_by_the_living(store: Store) -> list[str]:
    """Return the names of the leases that a living process holds."""
    with store.read() as connection:
        rows = connection.execute(sa.select(db.lease)).all()
    return [row.name for row in rows if _lives(row.holder, row.expires_at)]


def _take(connection: Connection, name: str, holder: str) -> None:
    found = connection.execute(sa.select(db.lease).where(db.lease.c.name == name)).first()
    if found is not None:
        if _lives(found.holder, found.expires_at):
            raise Conflict("busy-elsewhere", name=name)
        connection.execute(sa.delete(db.lease).where(*_is(name, found.holder)))
    connection.execute(sa.insert(db.lease).values(name=name, holder=holder, expires_at=_expiry()))


def _renew(store: Store, name: str, holder: str, done: Event) -> None:
    while not done.wait(_RENEW_S):
        try:
            with store.write() as connection:
                connection.execute(
                    sa.update(db.lease).where(*_is(name, holder)).values(expires_at=_expiry())
                )
        except sa.exc.DBAPIError:
            log.warning("the lease %s could not be renewed; it is tried again", name)


def _is(name: str, holder: str) -> tuple[sa.ColumnElement[bool], ...]:
    return db.lease.c.name == name, db.lease.c.holder == holder


def _expiry() -> str:
    return ahead(LEASE_S)


def _lives(holder: str, expires_at: str) -> bool:
    host, pid, birth, _ = holder.split("|")
    if host != socket.gethostname() or not birth:
        return expires_at > now()  # nobody here can tell: its lease runs out by itself
    return _birth(int(pid)) == birth


def _birth(pid: int) -> str:
    """Return when a process began, so that a later one with its number is not taken for it.

    Empty where the system does not say, or for one that is no more.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else f"{boot}-{fields[18]}"
