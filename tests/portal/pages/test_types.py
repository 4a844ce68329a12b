"""Names of types and forms of dates, numbers and days as the reader writes them."""

import pytest
from flask import Flask

from catalogue.records import Column, Source, Version
from portal.i18n import day, moment
from portal.pages import types
from portal.pages.columns import described_columns
from portal.pages.source_names import source_name


@pytest.mark.parametrize(
    ("code", "name", "is_number"),
    [
        ("HUGEINT", "nombre entier", True),
        ("UBIGINT", "nombre entier", True),
        ("DECIMAL(18,3)", "nombre", True),
        ("TIMESTAMP WITH TIME ZONE", "date et heure", False),
        ("INTEGER[]", "liste", False),
        ("STRUCT(a INTEGER)", "structure", False),
        ("VARCHAR", "texte", False),
        ("ODDITY", "oddity", False),
    ],
)
def test_sql_type_is_said_in_words(
    sample_app: Flask, code: str, name: str, is_number: bool
) -> None:
    with sample_app.test_request_context("/fr/"):
        assert types.sql_type(code) == name
        assert types.is_number_type(code) is is_number


def test_types_and_dates_of_a_check_are_said_in_words(sample_app: Flask) -> None:
    with sample_app.test_request_context("/nl/"):
        assert types.schema_type("string") == "tekst"
        assert types.schema_type("datetime") == "datum en tijd"
        assert types.date_form("%d/%m/%Y") == "dd/mm/jjjj"
    with sample_app.test_request_context("/fr/"):
        assert types.date_form("%d/%m/%Y %H:%M") == "jj/mm/aaaa hh:min"


def test_first_of_a_month_is_written_as_french_does(sample_app: Flask) -> None:
    with sample_app.test_request_context("/fr/"):
        assert day("2026-01-01") == "1er janvier 2026"
        assert day("2026-01-11") == "11 janvier 2026"
        assert moment("2026-02-01T11:00:00Z") == "1er février 2026, 12:00"
    with sample_app.test_request_context("/nl/"):
        assert day("2026-01-01") == "1 januari 2026"


def test_bounds_have_the_decimal_sign_of_the_reader(sample_app: Flask) -> None:
    rules = {"minimum": 2.5, "maximum": 1900}
    column = Column(name="a", type="DOUBLE", field={"name": "a", "constraints": rules})
    version = Version(
        table="a",
        n=1,
        sha256="",
        logical_sha256="",
        raw_sha256="",
        row_count=0,
        size_bytes=0,
        created_at="",
        columns=[column],
        schema={},
        recipe={},
        report={},
    )
    with sample_app.test_request_context("/fr/"):
        assert described_columns(version)[0].constraints == ["au moins 2,5", "au plus 1900"]


def test_source_without_a_title_is_named_after_its_publisher(sample_app: Flask) -> None:
    source = Source(id="x", protocol="ckan", url="https://data.example.org/api")
    with sample_app.test_request_context("/nl/"):
        assert source_name(source).text == "data.example.org"
