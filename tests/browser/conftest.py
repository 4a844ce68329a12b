"""A real server on loopback, and Debian's Chromium that watches it; both are left out by name where
absent.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from portal.app import create_app
from portal.assets import BUILD
from portal.following import catch_up
from tests.browser.map_page import add_map_page, hydrants
from tests.placing import publish
from tests.portal.pages.network import publish_network
from tests.portal.pages.sample import services_of

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
]
FRONTEND = BUILD.parent.parent / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"


def chromium() -> str | None:
    found = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return found if Path(found).is_file() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium()
    if executable is None:
        pytest.skip("Chromium is not installed (apt-get install chromium, or CHROMIUM=path)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in portal/frontend)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (BUILD / "manifest.json").is_file():
        pytest.skip("the browser assets were not built (pip install -e .)")
    with services_of(tmp_path_factory.mktemp("site") / "data") as services:
        publish(services.store, "hydrants", hydrants())
        catch_up(services.store, services.search)
        publish_network(services.store)  # the search knows nothing of it: its counts stay
        app = create_app(services)
        add_map_page(app)
        with served(app) as port:
            yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    """Another site: each of its addresses is a page without a policy, its body is its query."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        body = unquote(environ["QUERY_STRING"])
        return [f"<!doctype html><title>elsewhere</title>{body}".encode()]

    with served(answer) as port:
        yield f"http://localhost:{port}"


@contextmanager
def served(app: Any) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, _made_whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def _made_whole(app: Any) -> Callable[..., Iterable[bytes]]:
    """Make each answer before it is sent: werkzeug forgets to close one whose reader has left."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        parts: Any = app(environ, start)
        try:
            return list(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return answer
