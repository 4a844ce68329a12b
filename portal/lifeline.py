"""Lets a child process end with its parent, however the parent ends."""

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from threading import Thread

_PR_SET_PDEATHSIG = 1
_POLL_S = 0.5


def die_with_parent(parent: int | None = None) -> None:
    """End this process as soon as the one that started it has gone, a `kill -9` included; at once,
    where it had gone before this was called.

    `parent` is its process id, which multiprocessing tells by itself. Linux signals it at once;
    elsewhere a thread looks twice a second.
    """
    if parent is None:
        known = multiprocessing.parent_process()
        parent = known.pid if known is not None else os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # before the signal was set
        os._exit(1)
    # PDEATHSIG follows the parent's *thread*.
    Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_S)
    os._exit(1)
