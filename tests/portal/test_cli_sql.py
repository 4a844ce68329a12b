"""`eurometropolis sql` as a script calls it."""

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it ships no types
import pytest
from click.testing import CliRunner, Result

from catalogue.store import open_store
from portal.cli import main

FAR = (
    "SELECT date '20000-01-01' AS far, date 'infinity' AS never, timestamp '-infinity' AS ever,"
    " date '0044-03-15 (BC)' AS ides, [date '20000-01-01'] AS list,"
    " 340282366920938463463374607431768211455::UHUGEINT AS huge,"
    " 170141183460469231731687303715884105727::HUGEINT AS large, 12.50::DECIMAL(9, 2) AS price,"
    " timestamp_ns '2026-01-01 00:00:00.123456789' AS exact, ST_Point(3, 50) AS place"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("sql") / "data"
    open_store(folder).close()
    (folder / "settings.toml").write_text("[sandbox]\nworkers = 1\n")
    return folder


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(data: Path, *arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["sql", "--data", str(data), *arguments], input=stdin)


def test_dates_and_numbers_beyond_pythons_are_shown(data: Path) -> None:
    done = run(data, FAR)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1].split() == [
        "20000-01-01", "infinity", "-infinity", "-0043-03-15", '["20000-01-01"]',
        "340282366920938463463374607431768211455", "170141183460469231731687303715884105727",
        "12.50", "2026-01-01T00:00:00.123456789", "POINT", "(3", "50)",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "json", "ndjson", "parquet", "arrow", "xlsx"])
def test_dates_and_numbers_beyond_pythons_are_written(data: Path, kind: str) -> None:
    done = run(data, FAR, "--format", kind)
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes


def test_cell_does_not_steer_the_terminal(data: Path) -> None:
    done = run(data, "SELECT 'a' || chr(27) || '[2J' || chr(10) || 'b' AS x")
    assert done.stdout.splitlines()[1] == r"a\x1b[2J\nb"


def test_parameters_are_json_or_text(data: Path) -> None:
    sql = "SELECT $n + 1 AS n, $code AS code, $list[2] AS item, $text AS text"
    values = ["n=41", "code=01001", "$list=[1, 2]", "text=a=b"]
    done = run(data, sql, "--json", *(part for value in values for part in ("--param", value)))
    assert json.loads(done.stdout)["rows"] == [[42, "01001", 2, "a=b"]]
    assert run(data, "SELECT $n", "--param", "n").exit_code == 2


def test_a_value_is_read_by_the_type_that_it_is_used_as(data: Path) -> None:
    sql = "SELECT $code::VARCHAR AS code, 5 > $least AS is_more"
    done = run(data, sql, "-p", "code=59350", "-p", "$least=4", "--json")
    assert json.loads(done.stdout)["rows"] == [["59350", True]]
    wrong = run(data, sql, "-p", "code=59350", "-p", "least=many", "--json")
    error = json.loads(wrong.stdout)["error"]
    assert (wrong.exit_code, error["code"], error["column"]) == (1, "parameter_integer", 36)
    assert "“least”" in error["message"]


OWN = "code;n\n01001;1\n59350;2\n"


def test_an_own_file_stands_beside_the_tables(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "own file.csv"
    file.write_text(OWN)
    sql = "SELECT code, n + 1 AS n FROM mine WHERE code < $code"
    done = run(data, sql, "--with", f"mine={file}", "-p", "code=5", "--json")
    assert json.loads(done.stdout)["rows"] == [["01001", 2]]  # a code stays text
    assert run(data, "SHOW TABLES", "--with", f"mine={file}", "--json").stdout.count("mine") == 1
    twice = run(data, "FROM mine", "--with", f"mine={file}", "--with", f"mine={file}")
    assert twice.exit_code == 2
    assert "“mine”" in twice.stderr
    assert "mine" not in run(data, "SHOW TABLES", "--json").stdout


@pytest.mark.parametrize(
    ("content", "option"),
    [
        (OWN, "Mine={file}"),
        (OWN, "{file}"),
        (OWN, "mine={file}.gone"),
        (OWN, 'a" AS SELECT 1; --={file}'),
        ("a;b\n1;2\n1;2;3;4\n", "mine={file}"),
        ("", "mine={file}"),
    ],
)
def test_a_file_that_cannot_be_read_ends_the_command(
    data: Path, tmp_path: Path, content: str, option: str
) -> None:
    file = tmp_path / "own.csv"
    file.write_text(content)
    done = run(data, "FROM mine", "--with", option.format(file=file))
    assert done.exit_code in (1, 2)
    assert "Traceback" not in done.output
    assert done.stdout == ""


def test_an_own_file_of_several_tables_names_them_by_its_sheets(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Deuxième feuille")):
        sheet.append(["a", "b"])
        sheet.append([1, "x"])
    book.save(file)
    names = run(data, "SHOW TABLES", "--with", f"mine={file}", "--json")
    assert [row[0] for row in json.loads(names.stdout)["rows"]] == [
        "mine_deuxieme_feuille",
        "mine_sheet",
    ]


def test_statement_is_read_from_the_standard_input(data: Path) -> None:
    done = run(data, "-", "--format", "csv", stdin=b"\xef\xbb\xbfSELECT 'caf\xc3\xa9'\n AS x;\n")
    assert done.stdout_bytes == "x\r\ncafé\r\n".encode()
    done = run(data, "-", stdin=b"SELECT '\xff'")
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit)
    assert done.stderr.startswith("1:9: ")


def test_error_in_json_has_code_sentence_and_place(data: Path) -> None:
    done = run(data, "SELECT\n 'abc'::INTEGER", "--json")
    assert done.exit_code == 1
    error = json.loads(done.stdout)["error"]
    assert (error["code"], error["line"], error["column"]) == ("value_conversion", 2, 7)
    assert "“abc”" in error["message"]
    assert done.stderr == ""


def test_error_in_the_middle_of_an_answer_stands_alone_in_json(data: Path) -> None:
    sql = "SELECT CASE WHEN x = 900000 THEN error('boom') ELSE 'a' END FROM range(1000000) t(x)"
    done = run(data, sql, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == "query_failed"


def test_error_says_the_words_of_duckdb_behind_the_sentence(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_BE.UTF-8")
    done = run(data, "SELECT 'abc'::INTEGER")
    assert done.exit_code == 1
    assert "DuckDB : Conversion Error: Could not convert string 'abc'" in done.stderr


@pytest.mark.parametrize("is_json", [True, False])
def test_mistyped_folder_makes_no_new_store(tmp_path: Path, is_json: bool) -> None:
    wrong = tmp_path / "dta"
    done = run(wrong, "SHOW TABLES", *(["--json"] if is_json else []))
    assert done.exit_code == 2
    assert not wrong.exists()
    if is_json:
        assert json.loads(done.stdout)["error"]["code"] == "store-missing"
    else:
        assert str(wrong) in done.stderr


def test_help_says_the_deadline(data: Path) -> None:
    assert "60 seconds" in " ".join(run(data, "--help").stdout.split())
