"""`backup` beside a running server and `restore`, as an administrator calls them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from tests.portal.running import command, serving


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_store_moves_to_another_folder_while_it_is_served(tmp_path: Path) -> None:
    (tmp_path / "stations.csv").write_text("insee;places\n01001;12\n59350;7\n")
    data, back = tmp_path / "data", tmp_path / "back"
    with serving(data):
        run("publish", tmp_path / "stations.csv", "--title", "Stations", "--data", data)
        done = command("backup", str(tmp_path / "b.tar"), "--data", str(data), "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["missing"] == []
    restored = run("restore", tmp_path / "b.tar", "--data", back, "--json")
    assert restored.exit_code == 0, restored.stderr
    assert json.loads(restored.stdout)["files"] == made["files"] >= 3
    sql = 'SELECT sum(places) FROM "stations@1"'
    assert run("sql", sql, "--format", "csv", "--data", back).stdout.split()[-1] == "19"


def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run("sources", "list", "--data", data).exit_code == 0
    assert run("backup", tmp_path / "b", "--data", data).exit_code == 0
    for arguments, words in (
        (("backup", tmp_path / "b", "--data", data), "not overwritten"),
        (("backup", tmp_path / "c", "--data", tmp_path / "none"), "no catalogue"),
        (("backup", tmp_path / "c.tar", "--link", "--data", data), "--link"),
        (("restore", tmp_path / "b", "--data", data), "not empty"),
        (("restore", tmp_path / "none", "--data", tmp_path / "back"), "no backup"),
        (("restore", data / "catalogue.db", "--data", tmp_path / "back"), "no backup"),
    ):
        done = run(*arguments)
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert words in done.stderr
    assert not (tmp_path / "none").exists()


def test_metadata_in_postgresql_are_left_to_its_own_tool(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('database_url = "postgresql+psycopg://db/store"\n')
    done = run("backup", tmp_path / "b", "--data", tmp_path)
    assert done.exit_code == 2
    assert "pg_dump" in done.stderr
    assert not (tmp_path / "b").exists()


def test_a_store_that_lacks_an_object_ends_with_1(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert run("publish", tmp_path / "a.csv", "--title", "A", "--data", data).exit_code == 0
    next((data / "objects").glob("*/*")).unlink()
    done = run("backup", tmp_path / "b", "--data", data)
    assert done.exit_code == 1
    assert "objects/" in done.stderr
    assert run("restore", tmp_path / "b", "--data", tmp_path / "back").exit_code == 1
