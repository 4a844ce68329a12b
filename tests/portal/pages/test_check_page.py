"""The check of a file without an account: form, report, corrected file; kept for an hour only."""

import csv
import io
import os
import re
import time
from pathlib import Path

import msgspec
import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import checking
from portal.app import create_app
from portal.checking import asking, rooms
from portal.checking.found import write_findings
from portal.public_forms import Gate
from portal.services import Services
from portal.sweeping import keep_swept
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


def test_each_rule_says_what_is_expected_and_which_values_are_wrong(
    client: FlaskClient, report: str
) -> None:
    page = client.get(report.replace("/nl/", "/en/")).text
    table = page[page.index('id="rules"') : page.index('id="rows"')]
    lines = [re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", line)) for line in table.split("<tr>")[2:]]
    dates = next(line for line in lines if "source_date" in line)
    assert "Date of the record source_date type of value: a date" in dates
    assert "22/12/2025 · 23/12/2025 · 31/02/2026" in dates
    assert "…" not in dates  # these are all
    picked = client.get(f"{report.replace('/nl/', '/en/')}?column=source_date&code=type-error")
    assert "type of value: a date <a href" in picked.text


def test_warning_of_a_file_in_order_is_told_beside_the_verdict(client: FlaskClient) -> None:
    days = "".join(f"{day:02}/01/2026;x\n" for day in range(1, 29)) + "31/02/2026;y\n"
    page = client.get(sent(client, b"d;n\n" + days.encode(), lang="en").location).text
    verdict = page[page.index("No error was found in 29 rows.") :]
    assert re.match(r'[^<]* <a href="#rows">1 thing is worth a look.</a>', verdict)
    row = page[page.index('class="bad-rows"') :]
    assert re.findall(r"<td>(.*?)</td>", row)[:2] == ["<mark>31/02/2026</mark>", "…"]


def test_example_of_a_hint_is_not_shown_twice(client: FlaskClient) -> None:
    row = 'Place {},59009,,in_service,24,"3,14",50.6258,2025-12-22,https://example.org/a\n'
    text = HEADER + "\n" + "".join(row.format(number) for number in range(5))
    page = client.get(sent(client, text.encode()).location).text
    hints = page[page.index('class="check-hints"') : page.index("</form>")]
    assert hints.count("3,14") == 1


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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\\\\b.csv", "b.csv"),
        ("x" * 500 + ".csv", "x" * 196 + ".csv"),
        (".csv", "csv"),
        ("a/", "a"),
        ("..", "file"),
        ("a\u202evsc.exe", "avsc.exe"),
    ],
)
def test_names_of_files_reach_no_folder(client: FlaskClient, name: str, shown: str) -> None:
    answer = sent(client, b"a,b\n1,2\n", name, lang="en")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert f'<h1 class="page-title">Check of {shown}</h1>' in page.text


@pytest.mark.parametrize("how", ["file", "pasted"])
def test_more_than_a_request_may_carry_is_refused_on_the_form(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(asking, "MAX_BYTES", 10)
    monkeypatch.setattr(asking, "MAX_PASTED_BYTES", 20)
    monkeypatch.setattr(asking, "_FORM_BYTES", 10_000)
    answer = (
        sent(client, b"a" * 20_000, lang="en")
        if how == "file"
        else client.post(
            "/en/check", data={"pasted": "a" * 200}, content_type="multipart/form-data"
        )
    )
    assert answer.status_code == 413
    said = "The file is larger than" if how == "file" else "The text pasted is larger"
    assert said in answer.text
    assert 'role="alert"' in answer.text
    told = client.post(
        "/api/v1/check",
        data={"file": (io.BytesIO(b"a" * 20_000), "a.csv")},
        content_type="multipart/form-data",
    )
    assert told.get_json(force=True)["error"]["code"] == "check-too-large"


def made_before(room: Path, seconds: float) -> None:
    kept = msgspec.json.decode((room / "check.json").read_bytes(), type=checking.Checked)
    old = msgspec.structs.replace(kept, created_at=time.time() - seconds)
    (room / "check.json").write_bytes(msgspec.json.encode(old))


def test_after_its_hour_a_check_is_gone(
    app: Flask, client: FlaskClient, sample_services: Services
) -> None:
    address = str(sent(client, b"a,b\n1,2\n").location)
    younger = str(sent(client, b"a,b\n1,2\n").location)
    room = sample_services.settings.data / "checks" / address.rpartition("/")[2]
    made_before(room, checking.KEPT_S + 1)  # a file that was written into it keeps it no longer
    assert client.get(address).status_code == 404
    checking.rooms_of(app).sweep()
    assert not room.exists()
    assert client.get(younger).status_code == 200


def test_what_has_no_report_goes_by_when_it_was_touched(tmp_path: Path) -> None:
    kept = rooms.Rooms(tmp_path)
    kept.sweep()  # nothing was ever checked here
    for place in ("A" * 32, "B" * 32, "scratch/tablecheck-x"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "scratch" / "part").touch()
    for place in ("A" * 32, "scratch/tablecheck-x", "scratch/part"):
        os.utime(tmp_path / place, (0, 0))
    kept.sweep()
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["B" * 32, "scratch"]


def test_sweeper_finds_what_a_server_before_it_left(tmp_path: Path) -> None:
    left = tmp_path / ("A" * 32)
    left.mkdir()
    os.utime(left, (0, 0))
    keep_swept(rooms.Rooms(tmp_path).sweep)
    until = time.monotonic() + 5
    while left.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not left.exists()


@pytest.mark.parametrize("what", ["corrected?hint=0", "report.json", "report.csv", ""])
def test_what_is_swept_on_the_way_is_gone_and_no_fault(
    app: Flask, client: FlaskClient, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(sent(client, DIRTY.encode()).location)
    token = address.rpartition("/")[2]
    kept = checking.rooms_of(app)
    get = kept.get

    def swept_meanwhile(asked: str) -> checking.Checked:
        checked = get(asked)
        made_before(kept._folder / asked, checking.KEPT_S + 1)
        kept.sweep()
        return checked

    monkeypatch.setattr(kept, "get", swept_meanwhile)
    if what:
        answer = client.get(f"{address}/{what}")
    else:
        answer = client.post(address, data={"schema": "none"})
    assert answer.status_code == 404
    assert not (kept._folder / token).exists()


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
    write_findings(Report(findings=found), room / "0.arrow")
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


def test_reader_that_ended_meanwhile_is_started_again(app: Flask, client: FlaskClient) -> None:
    sent(client, b"a,b\n1,2\n")
    for reader in checking.rooms_of(app)._idle:
        assert reader._pool is not None
        for process in list(reader._pool._processes.values()):
            process.kill()
            process.join()
    assert sent(client, b"a,b\n1,2\n").status_code == 303


def test_form_offers_to_take_the_file_as_it_is(client: FlaskClient) -> None:
    page = client.get("/en/check").text
    values = re.findall(r'<option value="([^"]*)"', page)
    assert sent(client, b"a,b\n1,2\n", schema=values[1]).status_code == 303
    assert values[:2] == ["", "none"]


def test_what_is_counted_but_not_listed_is_said(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = msgspec.structs.replace(rooms._LIMITS, max_findings=4)
    monkeypatch.setattr(rooms, "_LIMITS", limits)
    row = "Gare,59009,,in_service,{},{},50.6,2025-12-22,https://example.org/a\n"
    rows = [row.format("x", "3.1")] * 50 + [row.format("5", "x")] * 10
    data = f"{HEADER}\n{''.join(rows)}".encode()
    address = str(sent(client, data, lang="en", schema="bike-share-station").location)
    page = client.get(address).text
    ((listed, counted),) = re.findall(r"(\d+) of (\d+) are listed", page)
    told = client.get(f"{address}/report.json").get_json(force=True)
    warnings = len(told["findings"]) - told["listed_error_count"]
    assert int(listed) == len(told["findings"])
    assert int(counted) == told["error_count"] + warnings > int(listed)
    # Of a rule that is broken further down, the page says how often, though none is listed.
    late = client.get(f"{address}?column=longitude&code=type-error").text
    assert "0 of 10 are listed" in late


def test_columns_that_look_like_personal_data_are_told(client: FlaskClient) -> None:
    people = "".join(f"{n},jan.peeters{n}@gmail.com\n" for n in range(5))
    for data, form in (
        (f"n,contact\n{people}", {"schema": "none"}),
        (f"docks_counted,contact\nx,a.b@gmail.com\n{people}", {"schema": "bike-share-station"}),
    ):
        address = str(sent(client, data.encode(), lang="en", **form).location)
        page = client.get(address).text
        assert "seems to hold private e-mail addresses" in page
        assert "Remove the column" in page
        told = client.get(f"{address}/report.json").get_json(force=True)
        assert [one["column"] for one in told["personal_data"]] == ["contact"]


def test_sheets_of_one_schema_are_judged_together(client: FlaskClient) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, docks in (("a", "4"), ("b", "x"), ("c", "5")):
        sheet = book.create_sheet(name)
        sheet.append(HEADER.split(","))
        place = ["3.1", "50.6", "2025-12-22", "https://example.org/a"]
        sheet.append([f"Gare {name}", "59009", "", "in_service", docks, *place])
    data = io.BytesIO()
    book.save(data)
    address = str(sent(client, data.getvalue(), "s.xlsx").location)
    told = [client.get(f"{address}/report.json?table={n}").get_json(force=True) for n in range(3)]
    assert [one["name"] for one in told] == ["a", "b", "c"]
    assert {one["schema_name"] for one in told} == {"bike-share-station"}
    bad = [any(f["value"] == "x" for f in one["findings"]) for one in told]
    assert bad == [False, True, False]


def test_valid_file_may_be_published_next(client: FlaskClient) -> None:
    page = client.get(sent(client, b"a,b\n1,2\n", lang="en").location).text
    assert 'class="button button-primary" href="/en/publish?check=' in page


def test_a_file_is_checked_as_it_is_where_no_schema_is_wanted(client: FlaskClient) -> None:
    page = client.get("/en/check").text
    (wanted,) = re.findall(r'<option value="([^"]*)">no schema', page)
    sent = client.post("/en/check", data={"pasted": "a\n1\n", "schema": wanted})
    assert sent.status_code == 303, sent.text
