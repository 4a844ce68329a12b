"""Where a reader without a language in the address ends up, and what browsers may keep."""

import gzip

from flask.testing import FlaskClient


def test_start_follows_the_browser_then_the_cookie(pages: FlaskClient) -> None:
    response = pages.get("/", headers={"Accept-Language": "nl-BE,nl;q=0.9,en;q=0.5"})
    assert response.status_code == 302
    assert response.headers["Location"] == "/nl/"
    assert {"Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))
    pages.set_cookie("lang", "en")
    response = pages.get("/", headers={"Accept-Language": "nl"})
    assert response.headers["Location"] == "/en/"


def test_permanent_address_leads_to_the_readers_page(pages: FlaskClient) -> None:
    response = pages.get(
        "/datasets/stations-de-velos?table=stations", headers={"Accept-Language": "fr"}
    )
    assert response.headers["Location"] == "/fr/datasets/stations-de-velos?table=stations"
    assert pages.get("/datasets/none").status_code == 404


def test_unchanged_page_is_not_sent_twice(pages: FlaskClient) -> None:
    first = pages.get("/fr/datasets")
    etag = first.headers["ETag"]
    assert etag.startswith("W/")
    assert pages.get("/fr/datasets", headers={"If-None-Match": etag}).status_code == 304
    assert pages.get("/nl/datasets", headers={"If-None-Match": etag}).status_code == 200
    other = pages.get("/fr/datasets?q=velo", headers={"If-None-Match": etag})
    assert other.status_code == 200


def test_pages_of_the_signed_in_and_of_sql_are_not_kept(pages: FlaskClient) -> None:
    assert "ETag" not in pages.get("/fr/sql").headers
    assert "ETag" not in pages.get("/fr/sources").headers
    pages.set_cookie("session", "x")
    assert "ETag" not in pages.get("/fr/datasets").headers


def test_pages_are_packed_for_the_way(pages: FlaskClient) -> None:
    plain = pages.get("/fr/datasets/stations-de-velos")
    packed = pages.get("/fr/datasets/stations-de-velos", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 30_000
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_assets_are_kept_for_ever_and_sent_compressed(pages: FlaskClient) -> None:
    text = pages.get("/fr/about").text
    address = text.split('rel="stylesheet" href="')[1].split('"')[0]
    plain = pages.get(address, buffered=True)
    assert "immutable" in plain.headers["Cache-Control"]
    packed = pages.get(address, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert packed.headers["Content-Encoding"] == "br"
    assert packed.headers["Content-Type"] == "text/css; charset=utf-8"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) < len(plain.data) / 3
    assert pages.get("/assets/.stamp").status_code == 404
    assert pages.get("/assets/../i18n.py").status_code == 404
