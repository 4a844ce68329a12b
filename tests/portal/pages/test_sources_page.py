"""The pages of sources and runs: names, reasons, outcomes of single records."""

import re

import pytest
from flask.testing import FlaskClient

from catalogue.records import Change, Foreseen, RecordOutcome, RunRecord
from catalogue.store import runs
from portal.services import Services


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


def test_dry_run_tells_each_field_and_table_in_words(
    own_pages: FlaskClient, own_services: Services
) -> None:
    store = own_services.store
    record = RunRecord(
        remote_id="velos",
        outcome=RecordOutcome.CHANGED,
        title={"fr": "Vélos"},
        changes=[Change(field="title.fr", before="<b>Velos</b>", after="Vélos")],
        files=[Foreseen(file="velos.csv", outcome="version", row_count=1)],
    )
    run = runs.finish(store, runs.begin(store, "test"), status="dry-run", records=[record])
    text = own_pages.get(f"/fr/sources/test/runs/{run.id}").text
    assert "serait modifiée" in text
    assert "rien n’a été changé" in text
    assert "<del>&lt;b&gt;Velos&lt;/b&gt;</del>" in text
    assert "une nouvelle version, 1 ligne" in text
    told = own_pages.get(f"/api/v1/runs/{run.id}").get_json()["records"][0]
    assert told["changes"] == [{"field": "title.fr", "before": "<b>Velos</b>", "after": "Vélos"}]
    assert told["files"][0]["outcome"] == "version"
