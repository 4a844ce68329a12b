"""The rules that tools keep: lint, format, types, layers. Each is the tool's own verdict."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports", "--no-cache"],
    ],
    ids=lambda command: " ".join(command),
)
def test_the_tool_has_nothing_to_say(command: list[str]) -> None:
    executable = Path(sys.executable).parent / command[0]
    done = subprocess.run(  # noqa: S603  # our own tools
        [executable, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_starting_the_command_imports_none_of_the_slow_libraries() -> None:
    script = """
import sys, portal.cli
slow = {"frictionless", "duckdb", "pandas", "geopandas", "dbos", "pyarrow", "rdflib"}
slow &= sys.modules.keys()
sys.exit(f"imported: {sorted(slow)}" if slow else 0)
"""
    done = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_no_module_is_called_utils_or_the_like() -> None:
    names = {"utils", "helpers", "manager", "base", "common", "misc"}
    found = [path for path in ROOT.glob("*/**/*.py") if path.stem in names]
    assert [p for p in found if ".venv" not in p.parts and "node_modules" not in p.parts] == []
