"""A lease keeps two processes from working on the same thing: one holder at a time, renewed while
it lives.

A holder that died is replaced at once where it ran on this machine, else when its lease has run
out.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalogue.errors import Conflict
from catalogue.store import schema as db
from catalogue.store.database import Store, now

LEASE_S = 60.0
_RENEW_S = LEASE_S / 4


@contextmanager
def lease(store: Store, name: str) -> Iterator[None]:
    """Hold the lease of this name. Raises Conflict where a living process holds it."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
    with store.write() as connection:
        _take(connection, name, holder)
    done = Event()
    renewer = Thread(target=_renew, args=(store, name, holder, done), daemon=True)
    renewer.start()
    try:
        yield
    finally:
        done.set()
        renewer.join()
        with store.write() as connection:
            connection.execute(sa.delete(db.lease).where(*_is(name, holder)))


def _take(connection: Connection, name: str, holder: str) -> None:
    found = connection.execute(sa.select(db.lease).where(db.lease.c.name == name)).first()
    if found is not None:
        if found.expires_at > now() and _lives(found.holder):
            raise Conflict("busy-elsewhere", name=name)
        connection.execute(sa.delete(db.lease).where(db.lease.c.name == name))
    connection.execute(sa.insert(db.lease).values(name=name, holder=holder, expires_at=_expiry()))


def _renew(store: Store, name: str, holder: str, done: Event) -> None:
    while not done.wait(_RENEW_S):
        with store.write() as connection:
            connection.execute(
                sa.update(db.lease).where(*_is(name, holder)).values(expires_at=_expiry())
            )


def _is(name: str, holder: str) -> tuple[sa.ColumnElement[bool], ...]:
    return db.lease.c.name == name, db.lease.c.holder == holder


def _expiry() -> str:
    return (datetime.now(UTC) + timedelta(seconds=LEASE_S)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _lives(holder: str) -> bool:
    host, pid, _ = holder.rsplit(":", 2)
    if host != socket.gethostname():
        return True  # nobody here can tell: its lease runs out by itself
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
