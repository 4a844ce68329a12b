"""What tests of the portal share: a small filled catalogue with its services, made once."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.services import Services
from tests.portal.pages.sample import services_of


@pytest.fixture(scope="session")
def sample_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with services_of(tmp_path_factory.mktemp("sample") / "data") as services:
        yield services


@pytest.fixture(scope="session")
def sample_app(sample_services: Services) -> Flask:
    return create_app(sample_services)


@pytest.fixture
def pages(sample_app: Flask) -> FlaskClient:
    return sample_app.test_client()
