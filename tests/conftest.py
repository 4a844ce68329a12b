"""How the suite is spread over the cores: whole runs take them all, the tests of a file or two none
but their own, so that starting the others is not waited for.
"""

import os

import pytest

# What takes longest goes first, so that no core is left alone with it at the end.
LONGEST = (
    "browser/test_main_job.py",
    "browser/test_map.py",
    "portal/test_up.py",
    "house/test_quality.py",
    "house/test_wheel.py",
    "browser/",
)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return the number of processes: one a core for a folder or more, none for files."""
    files = [path for path in config.args if ".py" in path]
    is_narrowed = config.option.keyword or config.option.collectonly or config.option.lf
    if is_narrowed or len(files) == len(config.args) or config.option.capture == "no":
        return 0
    return len(os.sched_getaffinity(0))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within them and after them nothing changes its place."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    turns = (turn for turn, start in enumerate(LONGEST) if f"tests/{start}" in item.nodeid)
    return next(turns, len(LONGEST))
