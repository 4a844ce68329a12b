"""The walls that the operating system gives a worker, raised one by one, each reported.

A wall that cannot be raised here (no privilege, another system) is no error: it is named with its
reason, and `eurometropolis doctor` shows the list. Some facts that decide the order: namespaces
and no_new_privs hold per thread, so they come before any thread; PR_SET_PDEATHSIG is forgotten when
the uid changes, and so is "dumpable", without which /proc/self/fd belongs to root.
Standard library only.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sandbox import landlock, seccomp

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CLONE_NEWNET, CLONE_NEWUSER, CLONE_NEWIPC = 0x40000000, 0x10000000, 0x08000000
CAPSET = {"x86_64": 126, "aarch64": 91}


@dataclass(frozen=True)
class Wall:
    """One wall around a worker, and whether it stands."""

    name: str
    stands: bool
    reason: str = ""  # why not; an error name of the system, or a word of ours

    def as_frame(self) -> dict[str, Any]:
        """Write it down for the way to the supervisor."""
        return asdict(self)


class Builder:
    """Raise walls and remember which stand."""

    def __init__(self) -> None:
        self.walls: list[Wall] = []
        self.is_linux = sys.platform == "linux"
        self.libc = ctypes.CDLL(None, use_errno=True)

    def raise_wall(self, name: str, build: Callable[[], None]) -> bool:
        """Try one wall."""
        if not self.is_linux and name not in ("rlimits", "environment"):
            self.walls.append(Wall(name, False, "not-linux"))
            return False
        try:
            build()
        except (OSError, KeyError, ValueError, AttributeError) as error:
            number = getattr(error, "errno", None)
            reason = os.strerror(number) if number else f"{type(error).__name__}"
            self.walls.append(Wall(name, False, reason))
            return False
        self.walls.append(Wall(name, True))
        return True

    def before_threads(self, parent: int, readable: tuple[str, ...]) -> None:
        """Raise what holds per thread, while there is only one."""
        self.raise_wall("dies_with_parent", lambda: self._die_with(parent))
        self.raise_wall("no_new_privileges", lambda: self._prctl(PR_SET_NO_NEW_PRIVS, 1))
        self.raise_wall("no_network", self._leave_network)
        self.raise_wall("first_to_be_killed", _volunteer_for_oom)
        self.raise_wall("files", lambda: self._close_files(readable))

    def drop_user(self, uid: int, parent: int) -> None:
        """Become nobody where we are root."""

        def drop() -> None:
            if os.geteuid() != 0:
                raise PermissionError(1, "not root")
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            self._prctl(PR_SET_DUMPABLE, 1)
            self._die_with(parent)

        self.raise_wall("unprivileged_user", drop)
        self.raise_wall("no_capabilities", self._drop_capabilities)

    def close_system_calls(self) -> None:
        """Filter the system calls of all threads."""
        self.raise_wall("system_calls", lambda: seccomp.install(self.libc))

    def limit(self, address_bytes: int, files: int) -> None:
        """Set the resource limits of this process."""

        def set_limits() -> None:
            _cap(resource.RLIMIT_CORE, 0)
            _cap(resource.RLIMIT_FSIZE, 0)
            _cap(resource.RLIMIT_NOFILE, files)
            if self.is_linux:
                _cap(resource.RLIMIT_AS, _address_space() + address_bytes)

        self.raise_wall("rlimits", set_limits)

    def _prctl(self, option: int, value: int) -> None:
        if self.libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")

    def _die_with(self, parent: int) -> None:
        self._prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(0)

    def _leave_network(self) -> None:
        flags = CLONE_NEWNET | CLONE_NEWIPC
        if os.geteuid() != 0:
            flags |= CLONE_NEWUSER
        if self.libc.unshare(flags) != 0:
            raise OSError(ctypes.get_errno(), "unshare")

    def _close_files(self, readable: tuple[str, ...]) -> None:
        if not readable:
            raise ValueError
        landlock.restrict(self.libc, readable)

    def _drop_capabilities(self) -> None:
        header = struct.pack("<IiI", 0x20080522, 0, 0)[:8]
        if self.libc.syscall(CAPSET[platform.machine()], header, bytes(24)) != 0:
            raise OSError(ctypes.get_errno(), "capset")


def _cap(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, value))


def _address_space() -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - the worker imports no pathlib for this
        return int(file.read().split()[0]) * resource.getpagesize()


def _volunteer_for_oom() -> None:
    with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123 - as above
        file.write("1000")
