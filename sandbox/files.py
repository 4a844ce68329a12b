"""Open files of versions, to be handed to a worker.

Most often the file itself. A copy in memory where a worker could not open it again: its uid may not
read it, or this system lets no filter be put on system calls (see `seccomp.py`).
"""

import os
import stat
import threading
from collections import OrderedDict
from pathlib import Path

from catalogue.relations import Relation
from sandbox.errors import TooLarge, WorkerFault

COPY_BYTES = 512 << 20  # all copies together


class Files:
    """Open the files of versions; keep the copies that had to be made."""

    def __init__(self, folders: tuple[Path, ...] = ()) -> None:
        self._folders = tuple(folder.resolve() for folder in folders)
        self._copies: OrderedDict[str, tuple[int, int]] = OrderedDict()  # sha256 -> fd, size
        self._lock = threading.Lock()

    def open(self, relation: Relation, *, is_direct: bool, is_other_user: bool) -> int:
        """Open a version for reading; the caller closes it."""
        try:
            fd = os.open(relation.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError as error:
            raise WorkerFault("file_missing", {"table": relation.table}) from error
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            os.close(fd)
            raise WorkerFault("file_missing", {"table": relation.table})
        is_readable = not is_other_user or bool(status.st_mode & stat.S_IROTH)
        if is_direct and is_readable and self._is_inside(relation.path):
            return fd
        try:
            return self._copy(relation, fd, status.st_size)
        finally:
            os.close(fd)

    def _is_inside(self, path: str) -> bool:
        """Tell whether workers may open what lies there (see `landlock.py`)."""
        place = Path(path).resolve()
        return not self._folders or any(place.is_relative_to(each) for each in self._folders)

    def _copy(self, relation: Relation, source: int, size: int) -> int:
        with self._lock:
            if relation.sha256 in self._copies:
                self._copies.move_to_end(relation.sha256)
                return os.dup(self._copies[relation.sha256][0])
            held = sum(size for _, size in self._copies.values())
            while self._copies and held + size > COPY_BYTES:
                old, old_size = self._copies.popitem(last=False)[1]
                os.close(old)
                held -= old_size
            if size > COPY_BYTES:
                raise TooLarge("table_bytes", {"table": relation.table})
            copy = os.memfd_create("table", os.MFD_CLOEXEC)
            done = 0
            while done < size:
                done += os.sendfile(copy, source, done, size - done)
            os.fchmod(copy, 0o444)
            self._copies[relation.sha256] = (copy, size)
            return os.dup(copy)

    def close(self) -> None:
        """Give the copies back."""
        with self._lock:
            while self._copies:
                os.close(self._copies.popitem()[1][0])
