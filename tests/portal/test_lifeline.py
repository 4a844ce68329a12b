"""No child outlives who started it, not even one that was still starting when its parent went."""

import subprocess
import sys

from tests.portal import running

CHILD = """
import sys, time
from portal.lifeline import die_with_parent
die_with_parent(int(sys.argv[1]))
time.sleep(60)
"""


def test_a_child_whose_parent_went_before_it_asked_ends_at_once() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])  # ours
    gone.wait()
    late = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-c", CHILD, str(gone.pid)],
        env=running.environment(),
        timeout=20,
        check=False,
    )
    assert late.returncode == 1


def test_a_child_goes_when_its_parent_is_killed() -> None:
    starter = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {CHILD!r}, str(os.getpid())])\n"
        "print(child.pid, flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    parent = subprocess.Popen(  # noqa: S603  # ours
        [sys.executable, "-c", starter],
        env=running.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline()
    parent.kill()
    parent.wait()
    # The child holds the other end of the pipe for as long as it lives.
    assert parent.communicate(timeout=20)
