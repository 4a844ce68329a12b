from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalogue.search import SearchIndex
from catalogue.store import Store, open_store
from portal import api
from portal.api.context import EXTENSION
from portal.services import Services
from portal.settings import Settings
from sandbox.limits import Limits
from sandbox.supervisor import Sandbox
from tests.portal.api.published import fill


class Client(FlaskClient):
    """A client that reads answers to their end, so that their files are closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits(memory_bytes=256 << 20, threads=1), workers=2) as started:
        yield started


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def app(store: Store, sandbox: Sandbox) -> Iterator[Flask]:
    """The API alone on a small store, as the application registers it."""
    search = SearchIndex()
    fill(store, search)
    app = Flask("portal", static_folder=None)
    app.extensions[EXTENSION] = Services(Settings(data=store.folder), store, search, sandbox)
    for blueprint in api.blueprints:
        app.register_blueprint(blueprint)
    app.test_client_class = Client
    yield app
    search.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
