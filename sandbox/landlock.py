"""Landlock: files that a worker may open, whatever its uid. Needs no privilege (Linux 5.13)."""

import ctypes
import errno
import os
import struct

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
GET_VERSION = 1
PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
EVERY_FILE_RIGHT = (1 << 13) - 1  # ABI 1: execute, write, read, and all that makes and removes
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
BIND_TCP, CONNECT_TCP = 1, 2


def restrict(libc: ctypes.CDLL, readable: tuple[str, ...]) -> None:
    """Leave this thread, and those it starts, nothing but reading below `readable`."""
    version = libc.syscall(CREATE_RULESET, None, 0, GET_VERSION)
    if version < 1:
        raise OSError(ctypes.get_errno() or errno.ENOSYS, "landlock")
    rights = EVERY_FILE_RIGHT
    rights |= REFER if version >= 2 else 0
    rights |= TRUNCATE if version >= 3 else 0
    rights |= IOCTL_DEV if version >= 5 else 0
    attributes = (
        struct.pack("<QQ", rights, BIND_TCP | CONNECT_TCP)
        if version >= 4
        else (struct.pack("<Q", rights))
    )
    ruleset = libc.syscall(CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    try:
        for path in readable:
            _allow(libc, ruleset, path)
        if libc.syscall(RESTRICT_SELF, ruleset, 0) != 0:
            raise OSError(ctypes.get_errno(), "landlock")
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = READ_FILE | (READ_DIR if os.path.isdir(path) else 0)  # noqa: PTH112 - no pathlib here
        rule = struct.pack("<Qi", rights, place)
        if libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), "landlock")
    finally:
        os.close(place)
