"""Signing in and out through the page."""

import pytest
from flask.testing import FlaskClient

from portal.accounts.roles import Role
from portal.accounts.sign_in import add_user
from portal.services import Services

PASSWORD = "vier witte fietsen bij de Leie"  # noqa: S105  # of a test


@pytest.fixture(scope="module")
def steward(sample_services: Services) -> str:
    add_user(sample_services.store, name="steward", role=Role.STEWARD, password=PASSWORD)
    return "steward"


def test_right_password_opens_a_session_and_leads_on(pages: FlaskClient, steward: str) -> None:
    form = {"name": steward, "password": PASSWORD, "next": "/nl/sources"}
    response = pages.post("/nl/sign-in", data=form)
    assert response.status_code == 303
    assert response.headers["Location"] == "/nl/sources"
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "U bent aangemeld als steward." in pages.get("/nl/sign-in").text
    assert pages.post("/nl/sign-out").status_code == 303
    assert "Wachtwoord" in pages.get("/nl/sign-in").text


def test_wrong_password_says_so_in_the_readers_language(pages: FlaskClient, steward: str) -> None:
    response = pages.post("/fr/sign-in", data={"name": steward, "password": "onjuist-42"})
    assert response.status_code == 401
    assert 'role="alert"' in response.text
    assert "Set-Cookie" not in response.headers
    assert "onjuist-42" not in response.text


@pytest.mark.parametrize("address", ["//example.org", "https://example.org", "/\\example.org", ""])
def test_nobody_is_led_to_another_site(pages: FlaskClient, steward: str, address: str) -> None:
    form = {"name": steward, "password": PASSWORD, "next": address}
    assert pages.post("/fr/sign-in", data=form).headers["Location"] == "/fr/"


def test_form_of_another_site_is_refused_with_a_page(pages: FlaskClient, steward: str) -> None:
    response = pages.post(
        "/fr/sign-in",
        data={"name": steward, "password": PASSWORD},
        headers={"Origin": "https://example.org"},
    )
    assert response.status_code == 403
    assert '<html lang="fr">' in response.text
    assert "Set-Cookie" not in response.headers


def test_every_page_shows_who_is_signed_in_and_the_way_out(
    pages: FlaskClient, steward: str
) -> None:
    assert "Aanmelden</a>" in pages.get("/nl/about").text
    pages.post("/nl/sign-in", data={"name": steward, "password": PASSWORD})
    for path in ("/nl/about", "/nl/datasets", "/nl/nergens"):
        response = pages.get(path)
        assert "steward</a>" in response.text
        assert 'action="/nl/sign-out"' in response.text
        assert "Aanmelden</a>" not in response.text
        assert "ETag" not in response.headers
    pages.post("/nl/sign-out")
    assert "Aanmelden</a>" in pages.get("/nl/about").text
