"""What tests of the portal share: a small filled catalogue with its services, made once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.search import SearchIndex
from catalogue.store import Store, open_store
from portal.app import create_app
from portal.following import catch_up
from portal.kept import forget
from portal.services import Services
from portal.settings import Settings
from tests.portal.pages.network import publish_network
from tests.portal.pages.sample import fill, services_of


@pytest.fixture(scope="session")
def sample_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with services_of(tmp_path_factory.mktemp("sample") / "data") as services:
        yield services


@pytest.fixture(scope="session")
def sample_app(sample_services: Services) -> Flask:
    return create_app(sample_services)


@pytest.fixture
def pages(sample_app: Flask) -> FlaskClient:
    # What another test was given is not given again: this one may change how pages are made.
    forget(sample_app)
    return sample_app.test_client()


@pytest.fixture(scope="module")
def own_services(
    tmp_path_factory: pytest.TempPathFactory, sample_services: Services
) -> Iterator[Services]:
    """The same catalogue for the tests of one file, which change it."""
    with _catalogue_beside(sample_services, tmp_path_factory.mktemp("own") / "data") as services:
        yield services


@pytest.fixture(scope="module")
def own_app(own_services: Services) -> Flask:
    return create_app(own_services)


@pytest.fixture
def own_pages(own_app: Flask) -> FlaskClient:
    forget(own_app)
    return own_app.test_client()


@pytest.fixture(scope="session")
def network_services(
    tmp_path_factory: pytest.TempPathFactory, sample_services: Services
) -> Iterator[Services]:
    """The same catalogue with the tables of the digital network."""
    folder = tmp_path_factory.mktemp("network") / "data"
    with _catalogue_beside(sample_services, folder, publish_network) as services:
        yield services


@pytest.fixture
def network_pages(network_services: Services) -> FlaskClient:
    return create_app(network_services).test_client()


@contextmanager
def _catalogue_beside(
    sample: Services, folder: Path, fill_more: Callable[[Store], None] = lambda store: None
) -> Iterator[Services]:
    """Fill another store with the same; the sandbox is shared."""
    store = open_store(folder)
    fill(store)
    fill_more(store)
    search = SearchIndex(None)
    catch_up(store, search)
    yield Services(Settings(data=folder), store, search, sample.sandbox)
    search.close()
    store.close()
