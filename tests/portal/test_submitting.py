"""A steward's file in the browser, from upload to published; nothing is lost on the way."""

import gzip
import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # publishes no types
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalogue.search import SearchIndex
from catalogue.store import (
    Store,
    accounts,
    audit,
    datasets,
    open_store,
    queries,
    submissions,
    versions,
)
from catalogue.store.queries import QueryText
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE, sha256
from portal.app import create_app
from portal.publishing import Publication, publish_file
from portal.services import Services
from portal.settings import Settings

CLEAN = "name,places,opened\nA,12,2026-03-01\nB,30,2026-03-02\n"
DESCRIBED = {
    "go": "next",
    "title-nl": "Parkings van Menen",
    "title-fr": "Parkings de Menin",
    "description-nl": "Elke rij is een parking.",
    "publisher": "Stad Menen",
    "licence": "cc-by-4.0",
    "themes": ["TRAN"],
    "keywords-nl": "parking, auto",
    "spatial": ["34027"],
    "frequency": "ANNUAL",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def client(store: Store, sample_services: Services) -> Iterator[FlaskClient]:
    search = SearchIndex()
    services = Services(Settings(data=store.folder), store, search, sample_services.sandbox)
    yield create_app(services).test_client()
    search.close()


@pytest.fixture
def steward(client: FlaskClient, store: Store) -> FlaskClient:
    return signed_in(client, store, Role.STEWARD)


def signed_in(client: FlaskClient, store: Store, role: Role, name: str = "") -> FlaskClient:
    who = name or f"the-{role}"
    account = accounts.add_user(store, name=who, role=role.value, password_hash="x")  # noqa: S106  # never compared
    accounts.begin_session(store, account.id, sha256(who), from_now(hours=1))
    client.set_cookie(COOKIE, who)
    return client


def upload(client: FlaskClient, data: bytes | str, name: str, **more: str) -> str:
    """Send a file; return the address of the submission."""
    raw = data.encode() if isinstance(data, str) else data
    sent = client.post("/en/publish", data={"file": (io.BytesIO(raw), name), **more})
    assert sent.status_code == 303, sent.text
    return sent.location.removesuffix("/columns")


def send(client: FlaskClient, address: str, step: str, **form: object) -> TestResponse:
    """Send the form of a step in the edition that its page shows."""
    page = client.get(f"{address}/{step}").text
    edition = re.search(r'name="edition" value="(\d+)"', page)
    assert edition, page
    return client.post(f"{address}/{step}", data={"edition": edition[1], **form})


def published(client: FlaskClient, address: str, **form: object) -> str:
    """Describe and publish; return the id of the dataset."""
    described = send(client, address, "describe", **DESCRIBED)
    assert described.status_code == 303, described.text
    done = send(client, address, "review", **form)
    assert done.status_code == 303, done.text
    return done.location.rpartition("/")[2]


def test_a_file_becomes_a_dataset_with_what_was_said_of_it(
    steward: FlaskClient, store: Store
) -> None:
    address = upload(steward, CLEAN, "parkings.csv")
    kept = send(
        steward, address, "columns", go="next", schema="none", column="places",
        **{"type-0": "string", "label-0-nl": "Plaatsen", "label-0-fr": "Places", "unit-0": "cars"},
    )  # fmt: skip
    assert kept.location.endswith("/check")
    assert "No error was found in 2 rows" in steward.get(kept.location).text
    assert not datasets.generation(store)  # nothing is public yet
    dataset_id = published(steward, address)
    entry = datasets.get(store, dataset_id)
    dataset = entry.dataset
    assert dataset.title == {"nl": "Parkings van Menen", "fr": "Parkings de Menin"}
    assert dataset.publisher.title == {"fr": "Stad Menen"}
    assert (dataset.licence, dataset.themes, dataset.frequency) == ("cc-by-4.0", ["TRAN"], "ANNUAL")
    assert dataset.keywords == {"nl": ["parking", "auto"]}
    assert dataset.spatial == ["34027"]
    (table,) = entry.tables
    assert table.current is not None
    fields = {column.name: column.field for column in table.current.columns}
    assert fields["places"]["type"] == "string"
    assert fields["places"]["labels"] == {"nl": "Plaatsen", "fr": "Places"}
    assert steward.get(f"/en/datasets/{dataset_id}").status_code == 200


def test_units_and_code_lists_go_with_the_column_and_stay_for_the_next_version(
    steward: FlaskClient, store: Store
) -> None:
    address = upload(steward, CLEAN, "parkings.csv")
    codes = {"codes-0-fr": "A = Parking aérien\nB", "codes-0-nl": "A = Bovengronds", "unit-1": "m²"}
    send(steward, address, "columns", schema="none", column=["name", "places"], **codes)
    page = steward.get(f"{address}/columns").text
    assert "A = Parking aérien\nB</textarea>" in page
    assert "A = Bovengronds</textarea>" in page
    dataset_id = published(steward, address)
    (table,) = datasets.get(store, dataset_id).tables
    package = steward.get(f"/datasets/{dataset_id}/datapackage.json").get_json()
    name, places = package["resources"][0]["schema"]["fields"][:2]
    label = {"fr": "Parking aérien", "nl": "Bovengronds"}
    assert name["categories"] == [{"value": "A", "label": label}, {"value": "B"}]
    assert places["unit"] == "m²"
    shown = steward.get(f"/nl/datasets/{dataset_id}/columns/name").text
    assert "Bovengronds" in shown
    assert "volgens de uitgever" in shown
    assert "· m²" in steward.get(f"/en/datasets/{dataset_id}/columns").text
    newer = upload(steward, CLEAN + "C,4,2026-03-03\n", "parkings.csv", dataset=dataset_id)
    assert "A = Bovengronds</textarea>" in steward.get(f"{newer}/columns").text
    published(steward, newer)
    current = versions.latest(store, table.name)
    assert current is not None
    assert current.n == 2
    assert current.columns[1].field["unit"] == "m²"
    too_many = "\n".join(str(number) for number in range(400))
    last = upload(steward, CLEAN, "parkings.csv")
    refused = send(steward, last, "columns", column="name", **{"codes-0-fr": too_many})
    assert refused.status_code == 400


def test_the_step_of_the_description_says_which_field_brings_the_missing_points(
    steward: FlaskClient, store: Store
) -> None:
    address = upload(steward, CLEAN, "parkings.csv")
    before = steward.get(f"{address}/describe").text
    wanted = dict(
        re.findall(r'<li><a href="#(\w+)">[^<]*</a>: [^<]*<span[^>]*>(\d+) points', before)
    )
    assert wanted == {
        "keywords": "30", "themes": "30", "spatial": "20", "licence": "10", "publisher": "10",
    }  # fmt: skip
    assert "265 of 405 points: good" in before
    assert send(steward, address, "describe", **{**DESCRIBED, "go": "stay"}).status_code == 303
    after = steward.get(f"{address}/describe").text
    assert re.search(r"(\d+) of 405 points: excellent", after), after
    foreseen = re.findall(r"(\d+) of 405 points", after)
    dataset_id = published(steward, address)
    quality = steward.get(f"/en/datasets/{dataset_id}/quality").text
    assert re.findall(r"(\d+) of 405 points", quality) == foreseen


def test_wrong_cells_of_one_sheet_of_three_are_mended_in_place(
    steward: FlaskClient, store: Store
) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Parkings"
    page.append(["Parkings, state of 1 November"])
    page.append(["name", "places", "opened"])
    for number in range(20):
        places = f"{number} pl." if number % 5 == 0 else number
        page.append([f"P{number}", places, "31/02/2026" if number == 7 else "01/03/2026"])
    book.create_sheet("Notes").append(["note"])
    book.create_sheet("Prices").append(["zone", "price"])
    raw = io.BytesIO()
    book.save(raw)
    address = upload(steward, raw.getvalue(), "parkings.xlsx")
    other = {"has-parts": "1", "part": "Prices", "shown-part": "Parkings"}
    chosen = send(steward, address, "columns", go="next", schema="none", **other)
    assert chosen.location.endswith("/columns")  # the columns of that sheet were not shown yet
    kept = send(
        steward, address, "columns", go="next", schema="none", part="Parkings",
        column=["places", "opened"], **{"type-0": "integer", "type-1": "date", "has-parts": "1",
           "shown-part": "Parkings"},
    )  # fmt: skip
    assert kept.status_code == 303, kept.text
    page_text = steward.get(kept.location).text
    cells = re.findall(r'name="(cell-\d+-\d+)" value="([^"]*)"', page_text)
    assert ("cell-10-3", "31/02/2026") in cells, page_text
    refused = send(steward, address, "check", drop="10")  # without a reason
    assert refused.status_code == 400
    form = {key: text.split()[0] for key, text in cells if key.endswith("-2")}
    was = {key.replace("cell", "was"): text for key, text in cells}
    mended = send(steward, address, "check", drop="10", reason="no such day", **form, **was)
    assert mended.status_code == 303, mended.text
    after = steward.get(mended.location).text
    assert "4 cells were written anew." in after
    assert "1 row was left out." in after
    assert "No error was found in 19 rows" in after
    assert "no such day" in after
    entry = datasets.get(store, published(steward, address))
    (table,) = entry.tables
    assert table.part == "Parkings"
    assert table.current is not None
    assert table.current.row_count == 19
    (record,) = [submissions.get(store, address.rpartition("/")[2]).record]
    assert store.objects.raw_path(record.mendings[0].before_sha256).is_file()  # as it came


def test_a_renamed_column_is_a_major_change_that_names_the_query_it_breaks(
    steward: FlaskClient, store: Store
) -> None:
    address = upload(steward, CLEAN, "parkings.csv")
    dataset_id = published(steward, address)
    (table,) = datasets.get(store, dataset_id).tables
    account = accounts.add_user(store, name="dev", role="developer", password_hash="x")  # noqa: S106
    for title, sql, is_pinned in (
        ("Many places", f"SELECT places FROM {table.name}", False),  # noqa: S608
        ("Names alone", f"SELECT name FROM {table.name}", False),  # noqa: S608
        ("Of one version", f'SELECT places FROM "{table.name}@1"', False),  # noqa: S608
        ("Kept as it was", f"SELECT places FROM {table.name}", True),  # noqa: S608
    ):
        text = QueryText(title=title, sql=sql, is_pinned=is_pinned)
        queries.add(store, text, {}, author_id=account.id)
    shown = steward.get(f"/en/datasets/{dataset_id}").text
    assert f"/en/publish?dataset={dataset_id}" in shown
    newer = upload(steward, CLEAN.replace("places", "capacity"), "parkings.csv", dataset=dataset_id)
    review = steward.get(f"{newer}/review").text
    assert "Major change" in review
    assert "Many places" in review
    assert not any(title in review for title in ("Names alone", "Of one version", "Kept as it was"))
    assert send(steward, newer, "review").status_code == 400
    assert send(steward, newer, "review", breaks="1").status_code == 303
    assert [version.n for version in versions.history(store, table.name)] == [2, 1]


def test_columns_in_which_one_type_prevails_are_shown_with_it(steward: FlaskClient) -> None:
    rows = [[f"P{number}", "8 pl." if number == 6 else number] for number in range(30)]
    address = upload(steward, sheets(Parkings=[["name", "places"], *rows]), "parkings.xlsx")
    page = steward.get(f"{address}/columns").text
    assert "one type, but 1 is not: row 8 holds “8 pl.”" in page
    assert re.search(r'<option value="integer" selected>', page)
    assert "(a whole number, text)" in page
    kept = send(
        steward, address, "columns", go="next", schema="none", column=["name", "places"],
        part="Parkings", **{"type-1": ""},
    )  # fmt: skip
    assert kept.status_code == 303
    assert "selected>whole number" not in steward.get(f"{address}/columns").text  # left so


def test_a_new_dataset_of_several_tables_waits_until_they_are_chosen(steward: FlaskClient) -> None:
    pages = sheets(Parkings=[["name"], ["A"]], Notes=[["note"], ["x"]])
    address = upload(steward, pages, "parkings.xlsx")
    send(steward, address, "describe", **DESCRIBED)
    assert 'columns#parts"' in steward.get(f"{address}/review").text
    refused = send(steward, address, "review")
    assert refused.status_code == 400
    assert "several tables" in refused.text
    send(steward, address, "columns", schema="none", part=["Parkings"], **{"has-parts": "1"})
    assert send(steward, address, "review").status_code == 303


def sheets(**rows_by_name: list[list[object]]) -> bytes:
    """Return a workbook of a few sheets."""
    book, raw = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in rows_by_name.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(raw)
    return raw.getvalue()


def test_types_that_were_overruled_for_columns_that_are_gone_stand_in_no_way(
    steward: FlaskClient, store: Store
) -> None:
    address = upload(steward, CLEAN, "parkings.csv")
    send(steward, address, "columns", schema="none", column="places", **{"type-0": "string"})
    dataset_id = published(steward, address)
    newer = upload(steward, CLEAN.replace("places", "capacity"), "parkings.csv", dataset=dataset_id)
    assert send(steward, newer, "review", breaks="1").status_code == 303
    again = upload(steward, CLEAN, "parkings.csv", dataset=dataset_id)
    assert send(steward, again, "review", breaks="1").status_code == 303
    (table,) = datasets.get(store, dataset_id).tables
    assert table.current is not None
    assert [column.type for column in table.current.columns][1] == "BIGINT"  # as it follows


def test_more_rows_are_a_patch_and_the_same_file_makes_no_version(
    steward: FlaskClient, store: Store
) -> None:
    dataset_id = published(steward, upload(steward, CLEAN, "parkings.csv"))
    same = upload(steward, CLEAN, "parkings.csv", dataset=dataset_id)
    assert "no new version is made" in steward.get(f"{same}/review").text
    assert published(steward, same) == dataset_id
    more = upload(steward, CLEAN + "C,4,2026-03-03\n", "parkings.csv", dataset=dataset_id)
    review = steward.get(f"{more}/review").text
    assert "Patch:" in review
    assert re.search(r"Rows added</dt><dd>1<", review)
    assert published(steward, more) == dataset_id
    (table,) = datasets.get(store, dataset_id).tables
    assert table.current is not None
    assert table.current.n == 2


def test_nothing_is_published_while_something_is_missing_or_wrong(
    steward: FlaskClient, store: Store
) -> None:
    address = upload(steward, "name,day\nA,31/02/2026\n", "days.csv")
    send(steward, address, "columns", go="next", schema="none", column="day", **{"type-0": "date"})
    incomplete = send(steward, address, "describe", **{"go": "next", "title-en": "x"})
    assert incomplete.status_code == 400
    for field in ("title", "description", "publisher", "licence", "themes"):
        assert f'href="#{field}"' in incomplete.text
    assert send(steward, address, "review").status_code == 400
    saved = send(steward, address, "describe", **{**DESCRIBED, "go": "stay"})
    assert saved.status_code == 303
    refused = send(steward, address, "review")
    assert refused.status_code == 400
    assert "1 errors stand in the way" in refused.text
    assert datasets.generation(store) == 0


def test_who_was_overtaken_is_told_and_overwrites_nothing(
    steward: FlaskClient, store: Store
) -> None:
    address = upload(steward, CLEAN, "parkings.csv")
    old = {"edition": "1", **DESCRIBED}
    assert send(steward, address, "describe", **DESCRIBED).status_code == 303
    late = steward.post(f"{address}/describe", data={**old, "publisher": "Somebody else"})
    assert late.status_code == 409
    assert "has saved this file since" in late.text
    assert "Somebody else" in late.text  # what was typed is not lost
    assert submissions.get(store, address.rpartition("/")[2]).record.said.publisher == "Stad Menen"
    published(steward, address)
    assert steward.get(f"{address}/columns").status_code == 409


def test_personal_data_need_a_reason(steward: FlaskClient, store: Store) -> None:
    address = upload(steward, "naam;rijksregister\nA;93.05.18-223.61\n", "leden.csv")
    send(steward, address, "describe", **DESCRIBED)
    assert "look like personal data" in steward.get(f"{address}/review").text
    assert send(steward, address, "review").status_code == 400
    assert send(steward, address, "review", reason="a test number").status_code == 303
    (entry,) = datasets.since(store, 0)
    assert not entry.drafts
    assert entry.tables[0].current is not None


def test_a_checked_file_goes_on_to_be_published(steward: FlaskClient) -> None:
    sent = steward.post("/en/check", data={"file": (io.BytesIO(CLEAN.encode()), "p.csv")})
    token = sent.location.rpartition("/")[2]
    assert f"/en/publish?check={token}" in steward.get(sent.location).text
    assert token in steward.get(f"/en/publish?check={token}").text
    begun = steward.post("/en/publish", data={"check": token})
    assert begun.status_code == 303
    assert "p.csv" in steward.get(begun.location).text


def test_only_stewards_come_in(client: FlaskClient, store: Store) -> None:
    page = client.get("/en/publish").text
    assert "Sign in to publish" in page
    assert 'type="file"' not in page
    signed_in(client, store, Role.DEVELOPER)
    form = {"file": (io.BytesIO(CLEAN.encode()), "p.csv")}
    assert client.post("/en/publish", data=form).status_code == 403
    signed_in(client, store, Role.STEWARD)
    address = upload(client, CLEAN, "p.csv")
    client.set_cookie(COOKIE, f"the-{Role.DEVELOPER}")
    for step in ("columns", "check", "describe", "review"):
        assert client.get(f"{address}/{step}").status_code == 403
        assert client.post(f"{address}/{step}").status_code == 403


def test_hostile_files_and_texts_stay_texts(steward: FlaskClient, store: Store) -> None:
    script = "<script>alert(1)</script>"
    address = upload(steward, f"b,{script}\n=1+1,{script} x\n", f"../../{script}.csv")
    for step in ("columns", "check", "describe", "review"):
        assert script not in steward.get(f"{address}/{step}").text
    form = {f"{key}-nl": script for key in ("title", "description", "keywords")}
    send(steward, address, "describe", **{**DESCRIBED, **form, "publisher": script})
    assert script not in steward.get(f"{address}/review").text
    sent = send(steward, address, "review")
    assert sent.status_code == 303, sent.text
    dataset_id = sent.location.rpartition("/")[2]
    assert script not in steward.get(f"/nl/datasets/{dataset_id}").text
    assert (store.folder.parent / f"{script}.csv").exists() is False


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02" * 50, b"PK\x03\x04broken"])
def test_what_is_no_table_is_said_and_nothing_breaks(steward: FlaskClient, data: bytes) -> None:
    sent = steward.post("/en/publish", data={"file": (io.BytesIO(data), "x.xlsx")})
    if sent.status_code == 303:
        address = sent.location.removesuffix("/columns")
        assert steward.get(f"{address}/columns").status_code == 200
        assert steward.get(f"{address}/check").status_code == 200
        assert "Publish now" in steward.get(f"{address}/review").text
    else:
        assert sent.status_code == 400


def zipped(name: str, data: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return raw.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("name", "data", "answer"),
    [
        ("wide.csv", lambda: b"c," * 100_000 + b"c\n", "at most 2000 are read"),
        ("bomb.zip", lambda: zipped("a.csv", b"1,2\n" * 50_000_000), "far more than its size"),
        ("bomb.csv.gz", lambda: gzip.compress(b"0" * 100_000_000), "far more than its size"),
        ("picture.svg", lambda: SVG, "Files of this kind (XML) cannot be read"),
        ("picture.csv", lambda: SVG, "Files of this kind (XML) cannot be read"),
        ("page.csv", lambda: b"<html><script>alert(1)</script>", "The file is a web page"),
        ("both.csv", lambda: b"%PDF-1.4\n" + zipped("a.csv", b"a,b\n1,2\n"), "it is a PDF file"),
        ("both.xlsx", lambda: b"GIF89a/*" + SVG + b"*/=1,2\n3,4\n", "it is a GIF file"),
    ],
)
def test_files_made_to_harm_are_answered_in_a_sentence_on_each_step(
    steward: FlaskClient, store: Store, name: str, data: Callable[[], bytes], answer: str
) -> None:
    address = upload(steward, data(), name)
    assert "No table could be read of this file" in steward.get(f"{address}/columns").text
    assert answer in steward.get(f"{address}/check").text
    send(steward, address, "describe", **DESCRIBED)
    refused = send(steward, address, "review")
    assert refused.status_code == 400
    for page in (refused.text, *(steward.get(f"{address}/{n}").text for n in ("columns", "check"))):
        assert "alert(1)" not in page
    assert datasets.generation(store) == 0


def test_a_dataset_of_another_source_takes_no_file(
    steward: FlaskClient, store: Store, tmp_path: Path
) -> None:
    sent = steward.post(
        "/en/publish", data={"dataset": "nowhere", "file": (io.BytesIO(b"a\n1\n"), "a.csv")}
    )
    assert sent.status_code == 404


def test_what_the_command_published_is_updated_in_the_browser(
    steward: FlaskClient, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    file = tmp_path / "clubs.csv"
    file.write_text(CLEAN)
    publish_file(store, file, Publication(title="Clubs", language="nl", publisher="Stad Menen"))
    newer = upload(steward, CLEAN + "C,1,2026-01-01\n", "clubs2.csv", dataset="clubs")
    described = {"title-nl": "Clubs en verenigingen"}
    send(steward, newer, "describe", **{**DESCRIBED, **described})
    done = send(steward, newer, "review")
    assert done.location.endswith("/datasets/clubs")
    assert datasets.get(store, "clubs").dataset.title["nl"] == "Clubs en verenigingen"
    told = [record.getMessage() for record in caplog.records if record.name == "portal.audit"]
    assert any(text.startswith("file-published: dataset:clubs") for text in told)
    _, lines = audit.page(store, subject="dataset:clubs", limit=9, offset=0)
    assert [(line.action, line.details["after"]) for line in lines] == [
        ("file-published", ["clubs@2"])
    ]


def test_files_on_their_way_are_not_swept(steward: FlaskClient, store: Store) -> None:
    from catalogue.store.referenced import sha256s

    address = upload(steward, CLEAN, "parkings.csv")
    record = submissions.get(store, address.rpartition("/")[2]).record
    assert record.raw_sha256 in sha256s(store)
    assert "parkings.csv" in steward.get("/en/publish").text
    discarded = steward.post(f"{address}/discard")
    assert discarded.status_code == 303
    assert record.raw_sha256 not in sha256s(store)
    assert steward.get(f"{address}/columns").status_code == 404


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def test_a_sheet_under_another_name_is_the_same_table(steward: FlaskClient, store: Store) -> None:
    rows: list[list[object]] = [["name", "places"], ["A", 12], ["B", 30]]
    dataset_id = published(steward, upload(steward, CLEAN, "parkings.csv"))
    first = upload(steward, workbook(y2026=rows), "parkings.xlsx", dataset=dataset_id)
    assert "Major change" in steward.get(f"{first}/review").text  # a column less, not another table
    assert published(steward, first, breaks="1") == dataset_id
    rows.append(["C", 4])
    second = upload(steward, workbook(y2027=rows), "parkings.xlsx", dataset=dataset_id)
    assert published(steward, second) == dataset_id
    (table,) = datasets.get(store, dataset_id).tables
    assert table.current is not None
    assert (table.current.n, table.current.row_count) == (3, 3)


def test_a_table_that_the_file_does_not_bring_is_named_and_stays(
    steward: FlaskClient, store: Store
) -> None:
    rows: list[list[object]] = [["name", "places"], ["A", 12], ["B", 30]]
    both = upload(steward, workbook(cars=rows, bicycles=rows), "parkings.xlsx")
    chosen = {"has-parts": "1", "part": ["cars", "bicycles"], "schema": "none"}
    send(steward, both, "columns", **chosen)
    dataset_id = published(steward, both)
    one = upload(steward, workbook(cars=rows, others=rows), "parkings.xlsx", dataset=dataset_id)
    told = steward.get(f"{one}/review").text
    assert "no longer in" in told  # what was chosen before is missing now
    send(steward, one, "columns", **{**chosen, "part": "cars"})
    told = steward.get(f"{one}/review").text
    assert re.search(r"does not bring the table \w*bicycles: it stays", told)
    assert published(steward, one) == dataset_id
    assert len(datasets.get(store, dataset_id).tables) == 2
