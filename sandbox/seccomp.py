"""A filter on system calls for workers: no sockets, no programs, no children, nothing written.

Needs no privilege, so it also stands on a laptop and in a container. Besides the refusals it makes
`readlink` answer "not a link": DuckDB resolves `/proc/<pid>/fd/100` before it compares it with its
list of allowed paths, and would then see the real path. (Measured with 1.5.5: with a resolved path
the list would have to be rebuilt, 150 ms, for each new version; so it never changes.)
"""

import ctypes
import errno
import os
import platform
import struct

ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LD, JEQ, JSET, JGE, RET = 0x20, 0x15, 0x45, 0x35, 0x06
SET_MODE_FILTER, TSYNC = 1, 1
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CLONE_THREAD = 0x00010000
X32 = 0x40000000

# number of each call on x86_64 and aarch64; None where it does not exist
CALLS: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "socketpair": (53, 199),
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kill": (62, 129), "tkill": (200, 130), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "mount": (165, 40), "umount2": (166, 39), "chroot": (161, 51), "pivot_root": (155, 41),
    "unshare": (272, 97), "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "bpf": (321, 280), "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "memfd_create": (319, 279), "truncate": (76, 45), "ftruncate": (77, 46),
    "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "unlink": (87, None), "unlinkat": (263, 35), "rmdir": (84, None),
    "mkdir": (83, None), "mkdirat": (258, 34), "mknod": (133, None), "mknodat": (259, 33),
    "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36),
    "creat": (85, None), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
    "fchmodat2": (452, 452), "chown": (92, None), "fchown": (93, 55), "fchownat": (260, 54),
    "lchown": (94, None), "utimensat": (280, 88), "utimes": (235, None), "utime": (132, None),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
}  # fmt: skip
NOT_A_LINK = {"readlink": (89, None), "readlinkat": (267, 78)}
NOT_THERE = {"clone3": (435, 435), "openat2": (437, 437)}  # glibc falls back to clone and openat
OPENS = {"open": ((2, None), 1), "openat": ((257, 56), 2)}  # with the place of the flags
CLONE = (56, 220)
SECCOMP_CALL = (317, 277)
ARCHES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def _op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)


def _answer(number: int | None, result: int) -> bytes:
    if number is None:
        return b""
    return _op(JEQ, number, 0, 1) + _op(RET, result)


def program(machine: str) -> bytes:
    """Write the filter for a machine; raise KeyError where we have no table of its calls."""
    column, arch = ARCHES[machine]
    code = _op(LD, 4) + _op(JEQ, arch, 1, 0) + _op(RET, KILL) + _op(LD, 0)
    if machine == "x86_64":
        code += _op(JGE, X32, 0, 1) + _op(RET, KILL)
    for numbers in CALLS.values():
        code += _answer(numbers[column], ERRNO | errno.EPERM)
    for numbers in NOT_A_LINK.values():
        code += _answer(numbers[column], ERRNO | errno.EINVAL)
    for numbers in NOT_THERE.values():
        code += _answer(numbers[column], ERRNO | errno.ENOSYS)
    for opening, place in OPENS.values():
        if (number := opening[column]) is not None:
            code += _op(JEQ, number, 0, 4) + _op(LD, 16 + 8 * place)
            code += _op(JSET, WRITES, 0, 1) + _op(RET, ERRNO | errno.EACCES) + _op(RET, ALLOW)
    code += _op(JEQ, CLONE[column], 0, 3) + _op(LD, 16)
    code += _op(JSET, CLONE_THREAD, 1, 0) + _op(RET, ERRNO | errno.EPERM)
    return code + _op(RET, ALLOW)


def install(libc: ctypes.CDLL) -> None:
    """Put the filter on every thread of this process; raise OSError or KeyError."""
    machine = platform.machine()
    code = program(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    number = SECCOMP_CALL[ARCHES[machine][0]]
    result = libc.syscall(number, SET_MODE_FILTER, TSYNC, header)
    if result != 0:
        raise OSError(ctypes.get_errno() or errno.EPERM, "seccomp")
