"""A store of small tables, and a live sandbox over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.relations import Snapshot
from sandbox.specimen import specimen
from sandbox.supervisor import Sandbox


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder for the files of versions."""
    return tmp_path_factory.mktemp("objects")


@pytest.fixture(scope="session")
def snapshot(store: Path) -> Snapshot:
    """Publish the tables."""
    return specimen(store)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Start one sandbox with two workers for all tests."""
    with Sandbox(workers=2) as sandbox:
        yield sandbox
