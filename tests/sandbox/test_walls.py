"""The walls of the operating system, and what they say of themselves."""

import os
import platform
import sys
from pathlib import Path

import pytest

from sandbox import seccomp
from sandbox.supervisor import Sandbox

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@LINUX
def test_every_wall_is_named_and_those_without_privilege_stand(sandbox: Sandbox) -> None:
    walls = {wall.name: wall for wall in sandbox.walls()}
    assert all(wall.stands or wall.reason for wall in walls.values())
    for name in ("dies_with_parent", "no_new_privileges", "rlimits", "system_calls"):
        assert walls[name].stands, walls[name]
    if os.geteuid() == 0:
        assert walls["unprivileged_user"].stands


@LINUX
def test_worker_is_nobody_without_rights_or_environment(sandbox: Sandbox) -> None:
    for pid in sandbox.pids():
        status = Path(f"/proc/{pid}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert fields["Seccomp"].strip() == "2"
        assert fields["NoNewPrivs"].strip() == "1"
        assert int(fields["CapEff"], 16) == 0
        if os.geteuid() == 0:
            assert fields["Uid"].split() == ["65534"] * 4
            assert fields["Groups"].strip() == ""
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"PATH=" not in environment
        assert b"EUROMETROPOLIS" not in environment


@LINUX
def test_worker_holds_no_file_but_its_own(sandbox: Sandbox) -> None:
    for pid in sandbox.pids():
        targets = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
        allowed = ("/dev/null", "socket:", "pipe:", "anon_inode:")
        assert all(target.startswith(allowed) for target in targets), targets


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_filter_is_written_for_both_machines(machine: str) -> None:
    code = seccomp.program(machine)
    assert len(code) % 8 == 0
    assert len(code) // 8 < 4096


def test_unknown_machine_has_no_filter() -> None:
    with pytest.raises(KeyError):
        seccomp.program("vax")
    assert platform.machine()
