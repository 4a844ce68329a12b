"""The check of a file without an account: form, report, corrected file; kept for an hour only."""

import csv
import io
import os
import re
import time
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import checking
from portal.app import create_app
from portal.checking import asking, rooms, work
from portal.public_forms import Gate
from portal.services import Services
from tablecheck.report import Finding, Report

HEADER = (
    "name,municipality_code,district,status,docks_counted,longitude,latitude,source_date,source_url"
)
DIRTY = f"""{HEADER}
Annappes,59009,,In service,24,"3,14862",50.6258,22/12/2025,https://example.org/a
Boulevard de Valmy,59009,,in_service,douze,"3,126501",50.61915,23/12/2025,https://example.org/b
<b>Gare</b>,59350,,in_service,30,"3,07",50.637,31/02/2026,https://example.org/c
"""


@pytest.fixture(autouse=True)
def nobody_has_sent_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "GATE", Gate(most=60, least_s=0))


def sent(
    client: FlaskClient, data: bytes, name: str = "stations.csv", lang: str = "nl", **form: str
) -> TestResponse:
    fields = {**form, "file": (io.BytesIO(data), name)}
    return client.post(f"/{lang}/check", data=fields, content_type="multipart/form-data")


@pytest.fixture(scope="module")
def app(sample_services: Services) -> Flask:
    return create_app(sample_services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def report(app: Flask) -> str:
    """The address of the report on the dirty file."""
    answer = sent(app.test_client(), DIRTY.encode())
    assert answer.status_code == 303
    return str(answer.location)


def test_report_says_what_is_wrong_where_and_how_to_mend_it(
    client: FlaskClient, report: str
) -> None:
    page = client.get(report)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "Gecontroleerd met het schema" in page.text  # found by the header: nobody named it
    assert page.text.count('name="hint"') == 3
    assert re.findall(r"<mark>([^<]+)</mark>", page.text)[:2] == ["In service", "3,14862"]
    assert "<b>Gare</b>" not in page.text
    assert "31/02/2026" in page.text
    french = client.get(report.replace("/nl/", "/fr/"))
    assert "Vérifié avec le schéma" in french.text


def test_findings_of_one_column_and_rule_are_shown_alone(client: FlaskClient, report: str) -> None:
    page = client.get(f"{report}?column=docks_counted&code=type-error")
    assert re.findall(r"<mark>([^<]+)</mark>", page.text) == ["douze"]


def test_corrected_file_follows_the_hints_chosen_and_no_other(
    client: FlaskClient, report: str
) -> None:
    page = client.get(report).text
    hints = dict(re.findall(r'name="hint" value="(\d+)" checked> [^<]*\((\w+)\)', page))
    dates = next(number for number, column in hints.items() if column == "source_date")
    answer = client.get(f"{report}/corrected?hint={dates}")
    assert "stations-corrected.csv" in answer.headers["Content-Disposition"]
    assert answer.text == DIRTY.replace("22/12/2025", "2025-12-22").replace(
        "23/12/2025", "2025-12-23"
    )
    assert client.get(f"{report}/corrected").status_code == 400


def test_twins_hold_every_finding(client: FlaskClient, report: str) -> None:
    told = client.get(f"{report}/report.json").get_json(force=True)
    assert told["schema_name"] == "bike-share-station"
    assert len(told["findings"]) == told["error_count"] == 8
    rows = list(csv.DictReader(io.StringIO(client.get(f"{report}/report.csv").text.lstrip("﻿"))))
    assert len(rows) == 8
    assert all(row["message"] for row in rows)


def test_text_is_pasted_and_a_named_schema_holds(client: FlaskClient) -> None:
    form = {"pasted": "a;b\n1;2\n", "schema": "bike-share-station"}
    answer = client.post("/en/check", data=form)
    assert answer.status_code == 303
    assert "errors were found" in client.get(answer.location).text
    again = client.post(answer.location, data={"schema": "none"})
    assert "No error was found in 1 row." in client.get(again.location).text


@pytest.mark.parametrize(
    ("data", "form", "status"),
    [(b"", {}, 400), (b"a,b\n1,2\n", {"schema": "../x"}, 400)],
    ids=["empty file", "unknown schema"],
)
def test_what_cannot_be_checked_is_said_on_the_form(
    client: FlaskClient, data: bytes, form: dict[str, str], status: int
) -> None:
    answer = sent(client, data, **form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text


def test_too_large_a_file_is_refused_and_leaves_nothing(
    client: FlaskClient, sample_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sample_services.settings.data / "checks"
    before = set(folder.iterdir()) if folder.exists() else set()
    monkeypatch.setattr(rooms, "MAX_BYTES", 10)
    answer = sent(client, b"a,b\n1,2\n3,4\n")
    assert answer.status_code == 413
    assert "MB" in answer.text
    assert set(folder.iterdir()) == before


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\b.csv", "x" * 500 + ".csv", ".csv"])
def test_names_of_files_reach_no_folder(client: FlaskClient, name: str) -> None:
    answer = sent(client, b"a,b\n1,2\n", name, lang="en")
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200


def test_after_its_hour_a_check_is_gone(client: FlaskClient, sample_services: Services) -> None:
    address = str(sent(client, b"a,b\n1,2\n").location)
    room = sample_services.settings.data / "checks" / address.rpartition("/")[2]
    kept = msgspec.json.decode((room / "check.json").read_bytes(), type=checking.Checked)
    old = msgspec.structs.replace(kept, created_at=time.time() - checking.KEPT_S - 1)
    (room / "check.json").write_bytes(msgspec.json.encode(old))
    assert client.get(address).status_code == 404
    os.utime(room, (0, 0))
    sent(client, b"a,b\n1,2\n")
    assert not room.exists()


@pytest.mark.parametrize("token", ["x", "..%2f..%2fcatalogue", "A" * 32])
def test_a_report_that_is_not_there_is_no_fault(client: FlaskClient, token: str) -> None:
    assert client.get(f"/fr/check/{token}").status_code == 404


def test_one_address_cannot_send_for_ever(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "GATE", Gate(most=1, least_s=0))
    sent(client, b"a,b\n1,2\n")
    assert sent(client, b"a,b\n1,2\n").status_code == 429


def test_a_page_of_a_hundred_thousand_findings_reads_only_its_own(tmp_path: Path) -> None:
    room = tmp_path / ("A" * 32)
    room.mkdir()
    found = tuple(
        Finding(code="type-error" if n % 2 else "constraint-error", column="a", row=n)
        for n in range(100_000)
    )
    work.write_findings(Report(findings=found), room / "0.arrow")
    page = rooms.Rooms(tmp_path).found(room.name, 0, code="type-error", start=49_990, count=100)
    assert page.total == 50_000
    assert [each.row for each in page.findings] == list(range(99_981, 100_000, 2))


def test_program_gets_the_report_as_json(client: FlaskClient) -> None:
    data = {"file": (io.BytesIO(DIRTY.encode()), "stations.csv")}
    answer = client.post("/api/v1/check?lang=fr", data=data, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    told = answer.get_json(force=True)
    assert not told["valid"]
    assert client.get(told["report"]).status_code == 200
    assert told["tables"][0]["findings"][0]["message"].startswith("Ligne 2")
    refused = client.post("/api/v1/check", data={})
    assert refused.status_code == 400
    assert refused.get_json(force=True)["error"]["code"] == "check-nothing"
