"""The pages of sources and runs: names, reasons, outcomes of single records."""

import re

import pytest
from flask.testing import FlaskClient


def test_failed_run_gives_its_reason_instead_of_zeros(pages: FlaskClient) -> None:
    row = _row(pages.get("/nl/sources").text, "Essai")
    assert "mislukt" in row
    assert re.search('<p class="reason">[^<]{10,}</p>', row)
    assert "<b>0</b>" not in row


@pytest.mark.parametrize(
    ("lang", "name"), [("fr", "Données de départ"), ("nl", "Startgegevens"), ("en", "Starter data")]
)
def test_source_without_a_title_has_a_readable_name(
    pages: FlaskClient, lang: str, name: str
) -> None:
    text = pages.get(f"/{lang}/sources").text
    assert f">{name}</a>" in text
    assert ">odwb.be</a>" in text
    assert f'<h1 class="page-title">{name}</h1>' in pages.get(f"/{lang}/sources/starter").text


def test_one_record_is_not_many(pages: FlaskClient) -> None:
    text = pages.get("/fr/sources/test/runs/1").text
    assert "<td>ajoutée</td>" in text
    assert "ajoutées" in text


def _row(text: str, name: str) -> str:
    rows: list[str] = re.findall(r"<tr.*?</tr>", text, re.DOTALL)
    return next(row for row in rows if name in row)
