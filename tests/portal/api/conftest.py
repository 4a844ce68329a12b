"""The API on a small store. Tests share it: none may change what is there, only add."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from catalogue.search import SearchIndex
from catalogue.store import Store, open_store
from portal import api
from portal.context import EXTENSION
from portal.services import Services
from portal.settings import Settings
from sandbox.limits import Limits
from sandbox.supervisor import Sandbox
from tests.portal.api.published import fill
from tests.portal.running import serving

Seen = list[tuple[str, str, str | None]]


class Client(FlaskClient):
    """A client that reads answers to their end, so that their files are closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits(memory_bytes=256 << 20, threads=1), workers=2) as started:
        yield started


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(tmp_path_factory.mktemp("api") / "data")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def app(store: Store, sandbox: Sandbox) -> Iterator[Flask]:
    """The API alone, as the application registers it."""
    search = SearchIndex()
    fill(store, search)
    yield make_app(store, search, sandbox)
    search.close()


def make_app(store: Store, search: SearchIndex, sandbox: Sandbox) -> Flask:
    """Make the application; `app.extensions["seen"]` lists its requests."""
    app = Flask("portal", static_folder=None)
    app.test_client_class = Client
    app.extensions[EXTENSION] = Services(Settings(data=store.folder), store, search, sandbox)
    seen: Seen = []
    app.extensions["seen"] = seen

    @app.before_request
    def note() -> None:
        seen.append((request.method, request.path, request.headers.get("Range")))

    for blueprint in api.blueprints:
        app.register_blueprint(blueprint)
    return app


@pytest.fixture
def fresh_app(tmp_path: Path, sandbox: Sandbox) -> Iterator[Flask]:
    """The same on a store of its own, for a test that breaks something."""
    opened = open_store(tmp_path / "data")
    search = SearchIndex()
    fill(opened, search)
    yield make_app(opened, search, sandbox)
    search.close()
    opened.close()


@pytest.fixture
def requests_seen(app: Flask) -> Seen:
    """Method, path and range of every request of the test."""
    seen: Seen = app.extensions["seen"]
    seen.clear()
    return seen


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The application on loopback; its address without a final slash."""
    listening = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture(scope="session")
def granian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The server as it really runs, on an empty data folder; its port."""
    with serving(tmp_path_factory.mktemp("served")) as port:
        yield port


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
