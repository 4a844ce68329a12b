"""The words of portals, cleaned; and the examples in the documentation of each function."""

import doctest
import importlib
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.licences import LICENCES, licence_id
from catalogue.records import LANGUAGES
from harvesters import fingerprint, formats, themes, wording
from tests.factories import dataset, distribution


@pytest.mark.parametrize(
    "module",
    ["catalogue.licences", "catalogue.http_body", "catalogue.net_guard", "harvesters.wording",
     "harvesters.formats", "harvesters.themes", "harvesters.fingerprint"],
)  # fmt: skip
def test_examples_in_the_documentation_are_true(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert (result.failed, result.attempted > 0) == (0, True)


@pytest.mark.parametrize(
    ("spelling", "url", "media_type", "name"),
    [
        ("CSV", "", None, "csv"), (".csv", "", None, "csv"), ("text/csv", "", None, "csv"),
        ("Csv (;)", "", None, "csv"), ("fichier csv", "", None, "csv"),
        ("SHP (L93)", "", None, "shp"), ("Esri Shapefile", "", None, "shp"),
        ("csv zippé", "", None, "zip"), ("GeoJSON", "", None, "geojson"),
        ("application/vnd.geo+json", "", None, "geojson"), ("Excel (XLSX)", "", None, "xlsx"),
        ("http://publications.europa.eu/resource/authority/file-type/CSV", "", None, "csv"),
        ("", "https://a.be/export?outputFormat=SHAPE-ZIP", None, "zip"),
        ("", "https://a.be/export?format=csv", None, "csv"),
        ("", "https://a.be/x.XLSX", None, "xlsx"), ("", "", "text/csv; charset=utf-8", "csv"),
        ("onbekend", "https://a.be/x.ods", None, "ods"), ("", "https://a.be/x", None, None),
        ("www:link", "https://a.be/page.html", None, "html"),
    ],
)  # fmt: skip
def test_format_is_told_from_whatever_stands_there(
    spelling: str, url: str, media_type: str | None, name: str | None
) -> None:
    assert formats.clean(spelling, url, media_type) == name


@pytest.mark.parametrize(
    ("spelling", "licence"),
    [
        ("lov2", "etalab-2.0"), ("Licence Ouverte v2.0 (Etalab)", "etalab-2.0"),
        ("https://www.etalab.gouv.fr/licence-ouverte-open-licence/", "etalab-2.0"),
        ("http://www.etalab.gouv.fr/pages/Licence_ouverte_Open_licence-5899923.html",
         "etalab-1.0"),
        ("ODC-ODbL", "odbl-1.0"), ("https://opendatacommons.org/licenses/odbl/", "odbl-1.0"),
        ("CC BY 4.0", "cc-by-4.0"), ("CC-BY-4.0", "cc-by-4.0"),
        ("http://creativecommons.org/licenses/by/4.0", "cc-by-4.0"), ("CC0", "cc0-1.0"),
        ("https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0",
         "modellicentie-gratis-hergebruik-1.0"),
        ("cc-by-nc", "cc-by-nc-4.0"), ("Open data licentie Fluvius", None), ("", None),
    ],
)  # fmt: skip
def test_licence_is_known_under_its_many_names(spelling: str, licence: str | None) -> None:
    assert licence_id(spelling) == licence


def test_licences_speak_three_languages_and_know_themselves() -> None:
    for licence in LICENCES.values():
        assert set(licence.title) == set(LANGUAGES)
        assert licence.url.startswith("https://")
        for name in (licence.id, licence.url, *licence.title.values(), *licence.aliases):
            assert licence_id(name) == licence.id, name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Date changed  jeu, 19/12/2019 - 03:00", "2019-12-19T02:00:00Z"),
        ("2026-03-01T08:00:00.123456", "2026-03-01T08:00:00Z"),
        ("2026-03-01T08:00:00+02:00", "2026-03-01T06:00:00Z"), ("2026-03-01", "2026-03-01"),
        ("31/02/2026", None), ("hier", None), ("", None), ("2026", None),
    ],
)  # fmt: skip
def test_moment_is_read_however_it_is_written(text: str, found: str | None) -> None:
    assert wording.moment(text) == found


@given(st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(ZoneInfo("Europe/Paris"))))  # noqa: DTZ001
def test_moment_survives_its_own_spelling(value: datetime) -> None:
    found = wording.moment(value.isoformat())
    assert found is not None
    assert wording.moment(found) == found
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found)


@given(st.text(max_size=80))
def test_no_text_upsets_the_cleaners(text: str) -> None:
    assert isinstance(wording.plain(text), str)
    wording.moment(text)
    wording.language(text)
    formats.clean(text, text, text)
    themes.codes(text)
    licence_id(text)
    link = wording.link(text, "https://a.be/")
    assert link is None or link.startswith(("https://", "http://"))


@given(st.text(max_size=80))
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = wording.plain(text.replace("<", "").replace("&", ""))
    assert wording.plain(once) == once


def test_scripts_are_no_text() -> None:
    assert wording.plain("<p>a</p><script>alert(1)</script><style>x</style><p>b</p>") == "a\n\nb"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://a.be/x https://b.be/y", "https://a.be/x"),
        ("  https://a.be/été?q=é ", "https://a.be/%C3%A9t%C3%A9?q=%C3%A9"),
        ("javascript:alert(1)", None), ("mailto:x@a.be", None), ("http://", None),
        ("https://a.be:port/", None), ("https://[::1/", None),
    ],
)  # fmt: skip
def test_link_is_an_address_or_nothing(text: str, found: str | None) -> None:
    assert wording.link(text) == found


def test_dataset_that_moved_is_known_again() -> None:
    old = dataset(remote_id="a", description={"fr": "x" * 50})
    same_file = dataset(
        remote_id="b",
        title={"fr": "Autre titre"},
        distributions=[distribution(url="http://example.org/velos.csv?use_labels=true")],
    )
    same_words = dataset(
        remote_id="c",
        description={"fr": "x" * 50},
        distributions=[distribution(url="https://example.org/c/export.csv")],
    )
    other = dataset(remote_id="d", distributions=[distribution(url="https://example.org/d.csv")])
    assert fingerprint.of_dataset(old) & fingerprint.of_dataset(same_file)
    assert fingerprint.of_dataset(old) & fingerprint.of_dataset(same_words)
    assert not fingerprint.of_dataset(old) & fingerprint.of_dataset(other)
