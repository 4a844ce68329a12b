"""One worker process, seen from the supervisor."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from catalogue.spatial import spatial_extension
from sandbox.errors import WorkerFault
from sandbox.limits import Limits
from sandbox.protocol import NUMBER, Frame, Hangup, receive, send
from sandbox.walls import Wall

ROOT = Path(__file__).resolve().parent.parent
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from sandbox.worker import main; main(sys.argv[2])"
)
BEHIND = 19  # the least weight
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "HOME": "/nonexistent",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONDONTWRITEBYTECODE": "1",
}


# what an interpreter with duckdb reads while it starts, beside its own folders
SYSTEM_FILES = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom",
    "/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/sys/devices/system/cpu", "/sys/fs/cgroup",
)  # fmt: skip


def _readable(folders: tuple[Path, ...]) -> tuple[str, ...]:
    """Name all that a worker may open, if the folders of the data are known."""
    if not folders:
        return ()
    own: tuple[str | Path, ...] = (Path(__file__).parent, sys.prefix, sys.base_prefix, *sys.path)
    known = [str(path) for path in (*own, *SYSTEM_FILES) if str(path) and Path(path).exists()]
    # a checkout is on sys.path and may hold the data: only the package itself is needed of it
    known = [path for path in known if Path(path) != ROOT or path == str(Path(__file__).parent)]
    return (*dict.fromkeys(known), *(str(folder.resolve()) for folder in folders))


class Process:
    """Start, talk to, and kill one worker.

    Make it in a thread that lives as long as the supervisor: the kernel kills a worker when the
    thread that started it ends.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        folders: tuple[Path, ...] = (),
        without: tuple[str, ...] = (),
    ) -> None:
        self.socket, theirs = socket.socketpair()
        lifeline, self._lifeline = os.pipe()
        os.set_blocking(self._lifeline, False)
        self._lifeline_lock = threading.Lock()
        config = {
            "socket": theirs.fileno(),
            "lifeline": lifeline,
            "parent": os.getpid(),
            "memory_bytes": limits.memory_bytes,
            "address_bytes": limits.address_bytes,
            "threads": limits.threads,
            "time_zone": limits.time_zone,
            "slots": limits.max_tables,
            "spatial": None if (found := spatial_extension()) is None else str(found),
            "uid": limits.uid,
            "readable": _readable(folders) if "system" not in without else (),
            "without": without,
        }
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                [sys.executable, "-I", "-X", "utf8", "-c", START, str(ROOT), json.dumps(config)],
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), lifeline),
                start_new_session=True,
                cwd="/",
            )
        finally:
            theirs.close()
            os.close(lifeline)
        self.pid = self._process.pid
        self.walls: list[Wall] = []
        self.engine = ""
        self.is_direct = False
        self.is_other_user = False
        self.query_count = 0  # that it has ended: the number of the one at hand
        self._is_closed = False
        self._is_behind = False

    def wait_ready(self, timeout_s: float) -> None:
        """Wait for the worker's first word; raise WorkerFault with its reason."""
        self.socket.settimeout(timeout_s)
        try:
            frame, _ = receive(self.socket)
        except Hangup as hangup:
            raise WorkerFault("worker_start", detail="no answer") from hangup
        self.socket.settimeout(None)
        if frame["op"] != "ready":
            raise WorkerFault("worker_start", detail=frame.get("detail"))
        self.walls = [Wall(**wall) for wall in frame["walls"]]
        self.engine = frame["engine"]
        self.is_other_user = frame["uid"] != os.geteuid()
        stands = {wall.name for wall in self.walls if wall.stands}
        self.is_direct = "system_calls" in stands or sys.platform != "linux"

    def send(self, frame: Frame, files: list[int] | None = None) -> None:
        """Send a frame; raise Hangup."""
        send(self.socket, frame, files or [])

    def receive(self) -> Frame:
        """Wait for a frame; raise Hangup where the worker was killed."""
        return receive(self.socket)[0]

    def resident_bytes(self) -> int:
        """Say how much memory it holds; 0 where that cannot be known."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")

    def signal(self, number: int) -> None:
        """Send a signal to the worker, if it still lives."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def interrupt(self) -> None:
        """Tell it to end the query that it has; no promise that it hears."""
        with self._lifeline_lock, contextlib.suppress(OSError):
            if not self._is_closed:
                os.write(self._lifeline, NUMBER.pack(self.query_count))

    def give_way(self) -> None:
        """Let it have what processor others leave.

        Linux weighs sessions first where it groups by them (`autogroup`), then threads.
        """
        self._is_behind = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, self.pid, BEHIND)
        with contextlib.suppress(OSError):
            Path(f"/proc/{self.pid}/autogroup").write_text(str(BEHIND), "ascii")

    def catch_up(self) -> bool:
        """Let it have its share again; say whether the system allows that."""
        if self._is_behind:
            try:
                os.setpriority(os.PRIO_PGRP, self.pid, 0)
                with contextlib.suppress(FileNotFoundError):  # a system without such groups
                    Path(f"/proc/{self.pid}/autogroup").write_text("0", "ascii")
            except OSError:
                return False
            self._is_behind = False
        return True

    def kill(self) -> None:
        """Kill it at once; whoever waits for it sees the end of the connection."""
        self.signal(signal.SIGKILL)

    def is_alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process.poll() is None

    def exit_code(self) -> int | None:
        """Wait a moment for its end and give its code; negative is a signal."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(1.0)
        return None

    def close(self) -> None:
        """Kill it and give back what it held here."""
        with self._lifeline_lock:
            if self._is_closed:
                return
            self._is_closed = True
            os.close(self._lifeline)
        self.kill()
        self._process.wait()
        self.socket.close()
