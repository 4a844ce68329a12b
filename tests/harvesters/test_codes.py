"""The list of codes is the truth: nothing is raised or signalled that is not in it."""

import ast
from collections import defaultdict
from pathlib import Path

import catalogue
import harvesters
from harvesters import codes

ROOMS = (Path(catalogue.__file__).parent, Path(harvesters.__file__).parent)
CLIENT = {"fetch.py", "http_body.py", "http_errors.py", "net_guard.py", "politeness.py",
          "received.py"}  # fmt: skip


def said() -> dict[str, set[str]]:
    """Return the literal codes given to FetchError, SettingsError, RunIssue and `signal`."""
    found: dict[str, set[str]] = defaultdict(set)
    files = [file for file in ROOMS[0].glob("*.py") if file.name in CLIENT]
    for file in [*files, *ROOMS[1].glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = str(getattr(node.func, "id", "") or getattr(node.func, "attr", ""))
            given = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "code")]
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found[name].add(value.value)
    return found


def test_every_code_is_listed() -> None:
    found = said()
    assert found["FetchError"] <= codes.FETCH
    assert found["SettingsError"] <= codes.SETTINGS
    assert found["RunIssue"] | found["signal"] <= codes.ISSUES


def test_every_listed_code_is_used() -> None:
    found = said()
    text = "".join(file.read_text("utf-8") for room in ROOMS for file in room.glob("*.py")
                   if file.name != "codes.py")  # fmt: skip
    assert found["SettingsError"] == codes.SETTINGS
    for code in codes.FETCH | codes.ISSUES:
        assert f'"{code}"' in text, code
