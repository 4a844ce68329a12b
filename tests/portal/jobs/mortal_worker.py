"""A worker that dies by kill -9 where it is told to.

    python -m tests.portal.jobs.mortal_worker DATA SWITCH

The switch is a file of three numbers that is shared with who watches: after how many statements
that write it kills itself (0: never), how many it has seen, and whether it writes at this moment.
"""

import mmap
import os
import signal
import struct
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from portal.jobs.worker import work
from portal.settings import Settings

_FORM = struct.Struct("qqq")


class Switch:
    """The numbers, as both sides see them."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_FORM.size))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _FORM.size)

    @property
    def left(self) -> int:
        """Give after how many writes the worker dies."""
        return int(_FORM.unpack(self._memory)[0])

    @property
    def is_writing(self) -> bool:
        """Tell whether a transaction that writes is open."""
        return bool(_FORM.unpack(self._memory)[2])

    def arm(self, writes: int) -> None:
        """Let the worker die at a write from now on; 0 lets it live."""
        _FORM.pack_into(self._memory, 0, writes, 0, int(self.is_writing))

    def saw_write(self) -> None:
        """Count a write, and die where it is the one."""
        left, seen, _ = _FORM.unpack(self._memory)
        _FORM.pack_into(self._memory, 0, left, seen + 1, 1)
        if left and seen + 1 >= left:
            os.kill(os.getpid(), signal.SIGKILL)

    def saw_end(self) -> None:
        """Note that the transaction is over."""
        left, seen, _ = _FORM.unpack(self._memory)
        _FORM.pack_into(self._memory, 0, left, seen, 0)


def _watch(switch: Switch) -> None:
    def on_statement(connection: Connection, *rest: Any) -> None:
        database = connection.engine.url.database or ""
        is_write = rest[1].lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        if database.endswith("catalogue.db") and is_write:
            switch.saw_write()

    def on_end(_: Connection) -> None:
        switch.saw_end()

    sa.event.listen(Engine, "before_cursor_execute", on_statement)
    sa.event.listen(Engine, "commit", on_end)
    sa.event.listen(Engine, "rollback", on_end)


if __name__ == "__main__":
    _watch(Switch(Path(sys.argv[2])))
    work(Settings(data=Path(sys.argv[1]), sources=Path(sys.argv[1]) / "sources.toml"))
