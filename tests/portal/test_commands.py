"""The commands as a script calls them: arguments in, JSON and exit codes out."""

import json
import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal import assets
from portal.cli import main
from portal.cli.terminal import TerminalProgress
from tests.harvesters.portals import ckan_portal, html_page, published
from tests.portal import running
from tests.portal.running import free_port

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def written(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    file.write_text(content)
    return file


def test_check_gives_the_findings_in_the_language_asked_for(tmp_path: Path) -> None:
    file = written(tmp_path, "velos.csv", "nom,date\nGare,2026-02-31\n")
    schema = written(
        tmp_path,
        "schema.json",
        json.dumps({"fields": [{"name": "nom"}, {"name": "date", "type": "date"}]}),
    )
    texts = {}
    for lang in ("fr", "nl", "en"):
        done = run("check", file, "--schema", schema, "--lang", lang, "--json")
        (finding,) = json.loads(done.stdout)["tables"][0]["findings"]
        texts[lang] = finding["message"]
        assert done.exit_code == 1
        assert (finding["code"], finding["row"], finding["column"]) == ("type-error", 2, "date")
        assert "2026-02-31" in finding["message"]
    assert len(set(texts.values())) == 3


def test_check_sums_up_a_column_and_writes_the_corrected_file(tmp_path: Path) -> None:
    rows = "".join(f"{number};{number}.5\n" for number in range(1, 61))
    file = written(tmp_path, "a.csv", f"id;prix\n{rows}x;1,5\n")
    fields = [{"name": "id", "type": "integer"},
              {"name": "prix", "type": "number", "decimalChar": ","}]  # fmt: skip
    schema = written(tmp_path, "schema.json", json.dumps({"fields": fields}))
    done = run("check", file, "--schema", schema, "--lang", "nl")
    assert done.exit_code == 1
    assert "60 cellen hebben een punt voor de decimalen" in done.stdout
    assert done.stdout.count("Schrijf") == 2  # one for the column, one that no hint mends
    assert "--fix" in done.stderr
    out = tmp_path / "out.csv"
    answer = json.loads(run("check", file, "--schema", schema, "--fix", out, "--json").stdout)
    assert answer["corrected"]["cells_changed"] == 60
    assert answer["tables"][0]["column_hints"][0]["is_whole"]
    assert out.read_text() == file.read_text().replace(".", ",")
    again = json.loads(run("check", out, "--schema", schema, "--json").stdout)
    assert again["tables"][0]["error_count"] == 1


def test_corrected_file_never_takes_the_place_of_its_source(tmp_path: Path) -> None:
    file = written(tmp_path, "a.csv", "a\n1 000\n")
    link = tmp_path / "link.csv"
    link.symlink_to(file)
    schema = written(tmp_path, "s.json", '{"fields": [{"name": "a", "type": "integer"}]}')
    for out in (file, link):
        done = run("check", file, "--schema", schema, "--fix", out)
        assert (done.exit_code, file.read_text()) == (2, "a\n1 000\n")


def test_nothing_is_written_where_no_hint_mends(tmp_path: Path) -> None:
    file = written(tmp_path, "a.csv", "a\nx\n")
    schema = written(tmp_path, "s.json", '{"fields": [{"name": "a", "type": "integer"}]}')
    done = run("check", file, "--schema", schema, "--fix", tmp_path / "out.csv")
    assert done.exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "s.json"]


def test_check_of_a_good_file_ends_with_0(tmp_path: Path) -> None:
    assert run("check", written(tmp_path, "a.csv", "a\n1\n")).exit_code == 0


def test_check_tells_the_type_of_each_column_and_why(tmp_path: Path) -> None:
    file = written(tmp_path, "a.csv", "insee;surface\n01001;1,5\n")
    done = run("check", file, "--lang", "fr")
    told = done.stdout.replace("\u00a0", " ")
    assert "insee (string): zéro de tête à la ligne 2 : 01001" in told
    assert "surface (number): la seule valeur est un nombre" in done.stdout
    assert "1 ligne." in done.stderr
    (table,) = json.loads(run("check", file, "--json").stdout)["tables"]
    assert [(each["column"], each["type"]) for each in table["inferred"]] == [
        ("insee", "string"),
        ("surface", "number"),
    ]


def test_check_on_a_terminal_shows_that_it_goes_on_then_columns_then_cells(tmp_path: Path) -> None:
    rows = "".join(f"Gare {n},{'douze' if n % 2 else 12}\n" for n in range(30_000))
    file = written(tmp_path, "gares.csv", f"nom,bornes\n{rows}")
    fields = [{"name": "nom"}, {"name": "bornes", "type": "integer"}]
    schema = written(tmp_path, "schema.json", json.dumps({"fields": fields}))
    command = [*running.COMMAND, "check", file, "--schema", schema, "--lang", "fr"]
    screen, terminal = pty.openpty()
    with subprocess.Popen(  # noqa: S603  # our own command
        command, env=running.environment(), stdin=terminal, stdout=terminal, stderr=terminal
    ) as started:
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # Linux's way to say that the other end is closed
            while part := os.read(screen, 65_536):
                shown += part
    os.close(screen)
    text = shown.decode()
    places = [
        text.index(words)
        for words in (
            "Contrôle de gares.csv",
            "Par colonne et par règle",
            "15\u202f000\r\n",
            "«\u00a0douze\u00a0» n’est pas un nombre entier",
            "15\u202f000 fautes dans 30\u202f000 lignes",
        )
    ]
    assert places == sorted(places)
    assert started.returncode == 1


def test_check_tells_which_columns_look_like_personal_data(tmp_path: Path) -> None:
    rows = "".join(f"Lille,a.b{n}@gmail.com\n" for n in range(20))
    file = written(tmp_path, "contacts.csv", f"commune,contact\n{rows}")
    told = run("check", file, "--lang", "nl")
    assert told.exit_code == 0
    assert "Vóór het publiceren: persoonsgegevens?" in told.stdout
    assert "kolom “contact”" in told.stdout.lower()
    answer = json.loads(run("check", file, "--json").stdout)
    (found,) = answer["tables"][0]["personal_data"]
    assert (found["column"], found["params"]["cause"]) == ("contact", "email")
    assert "gmail" not in json.dumps(found)


def test_check_by_an_unknown_schema_is_wrong_usage(tmp_path: Path) -> None:
    done = run("check", written(tmp_path, "a.csv", "a\n1\n"), "--schema", "municipalitie")
    assert done.exit_code == 2
    assert "municipalitie" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_publish_answers_dataset_tables_and_report(tmp_path: Path) -> None:
    file = written(tmp_path, "codes.csv", "insee;n\n01001;1\n")
    data = tmp_path / "data"
    done = run("publish", file, "--title", "Codes", "--data", data, "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert answer["dataset"] == "codes"
    assert answer["report"]["error_count"] == 0
    assert [(t["name"], t["version"], t["rows"]) for t in answer["tables"]] == [("codes", 1, 1)]


def test_publish_of_a_bad_file_tells_what_to_mend_and_keeps_it(tmp_path: Path) -> None:
    file = written(tmp_path, "codes.csv", "a;b\n1;2;3\n")
    done = run("publish", file, "--title", "Codes", "--data", tmp_path / "data", "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (answer["tables"], answer["report"]["findings"][0]["code"]) == ([], "extra-cell")


def test_a_type_for_a_column_that_is_not_there_is_refused_with_those_that_are(
    tmp_path: Path,
) -> None:
    file = written(tmp_path, "codes.csv", "insee;n\n01001;1\n")
    data = tmp_path / "data"
    done = run("publish", file, "--title", "C", "--type", "inse=string", "--data", data)
    assert done.exit_code in (1, 2)
    assert "insee" in done.output
    assert run("publish", file, "--title", "C", "--type", "insee", "--data", data).exit_code == 2


def test_harvest_prints_one_line_of_json_a_source(tmp_path: Path) -> None:
    with ckan_portal([published("velos"), published("ecoles")]) as portal:
        sources = written(
            tmp_path,
            "sources.toml",
            f'[[sources]]\nid = "mine"\nprotocol = "ckan"\nurl = "{portal.url}"\n'
            "trusted_network = true\n",
        )
        options = ("--sources", sources, "--data", tmp_path / "data", "--json")
        told = run("harvest", "mine", "--dry-run", *options[:-1])
        dry = run("harvest", "mine", "--dry-run", *options)
        first = run("harvest", "mine", *options)
        again = run("harvest", *options)
        portal.mischief = html_page
        failed = run("harvest", *options)
    assert "would be added: velos" in told.stdout
    assert "tableau.csv: a new table of 1 row" in told.stdout
    lines = [json.loads(done.stdout) for done in (dry, first, again, failed)]
    assert [line["status"] for line in lines] == ["dry-run", "done", "done", "failed"]
    assert [line["counts"]["added"] for line in lines] == [2, 2, 0, 0]
    assert lines[2]["counts"]["unchanged"] == 2
    assert lines[3]["reason"]["code"] == "html-instead-of-data"
    assert [done.exit_code for done in (dry, first, again, failed)] == [0, 0, 0, 1]
    assert {record["remote_id"] for record in lines[1]["records"]} == {"velos", "ecoles"}


def test_progress_in_lines_tells_how_far_each_stage_came(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with TerminalProgress("odwb") as progress:
        for stage, done, total in (("list", 1, None), ("list", 3, None), ("fetch", 3, 3)):
            progress(stage, done, total)
    assert capsys.readouterr().err.splitlines() == [
        "odwb: records read: 1",
        "odwb: records read: 3",
        "odwb: files fetched: 3/3",
    ]


def test_harvest_of_an_unknown_source_names_those_there_are(tmp_path: Path) -> None:
    done = run("harvest", "startr", "--data", tmp_path / "data")
    assert done.exit_code == 2
    assert "starter" in done.stderr


def test_a_key_that_no_source_has_is_refused_by_name(tmp_path: Path) -> None:
    sources = written(
        tmp_path,
        "sources.toml",
        '[[sources]]\nid = "a"\nprotocol = "ckan"\nurl = "https://a.example"\nevry_hours = 3\n',
    )
    done = run("harvest", "--sources", sources, "--data", tmp_path / "data")
    assert done.exit_code == 2
    assert "there is no key “evry_hours”. Did you mean “every_hours”?" in done.stderr
    assert "Traceback" not in done.output


def test_sources_are_listed_with_their_last_run(tmp_path: Path) -> None:
    listed = json.loads(run("sources", "list", "--json", "--data", tmp_path / "data").stdout)
    assert "starter" in [row["source"]["id"] for row in listed]


def test_up_without_its_assets_says_how_to_build_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "BUILD", tmp_path)
    assets.manifest.cache_clear()
    done = run("up", "--data", tmp_path / "data", "--port", free_port())
    assert done.exit_code == 2
    assert "pip install" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_doctor_says_what_stands(tmp_path: Path) -> None:
    done = run("doctor", "--json", "--data", tmp_path / "data")
    parts = {row["name"]: row["stands"] for row in json.loads(done.stdout)}
    assert parts["store"]
    assert any(name.startswith("sandbox ") for name in parts)


def test_doctor_says_where_the_thesaurus_is_wrong(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "thesaurus.toml").write_text('[bike]\nfr = ["petite reine"]\n', encoding="utf-8")
    assert doctor_on_thesaurus(data) == (True, "0 concepts added by thesaurus.toml, 1 extended")
    (data / "thesaurus.toml").write_text('[bike]\nde = ["Rad"]\n', encoding="utf-8")
    is_right, note = doctor_on_thesaurus(data)
    assert not is_right
    assert ("thesaurus.toml" in note, "bike" in note, "`de`" in note) == (True, True, True)


def doctor_on_thesaurus(data: Path) -> tuple[bool, str]:
    done = run("doctor", "--json", "--data", data)
    row = next(row for row in json.loads(done.stdout) if row["name"] == "thesaurus")
    assert row["stands"] or done.exit_code == 1
    return row["stands"], row["note"]


def test_a_disk_that_is_full_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_text("a\n" + "1\n" * 2_000_000)
    limited = ["bash", "-c", 'ulimit -f 2048; exec "$@"', "bash", *running.COMMAND]
    done = subprocess.run(  # noqa: S603  # our own command
        [*limited, "publish", str(file), "--title", "Large", "--data", str(tmp_path / "data")],
        env=running.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert str(tmp_path) not in done.stderr
    assert list((tmp_path / "data" / "tmp").iterdir()) == []


def test_the_language_asked_for_is_that_of_every_sentence(tmp_path: Path) -> None:
    file = written(tmp_path, "codes.csv", "a\n1\n")
    said = {
        lang: run("publish", file, "--title", "C", "--lang", lang, "--data", tmp_path / lang).stderr
        for lang in ("fr", "nl", "en")
    }
    assert len(set(said.values())) == 3


def test_publish_says_what_was_assumed(tmp_path: Path) -> None:
    file = tmp_path / "velos.csv"
    file.write_bytes("nom\nÉcole\n".encode("cp1252"))
    done = run("publish", file, "--title", "V", "--data", tmp_path / "data")
    assert done.exit_code == 0
    assert "cp1252" in done.stdout


def test_a_token_made_in_the_terminal_opens_what_it_is_for(tmp_path: Path) -> None:
    data = tmp_path / "data"
    added = CliRunner().invoke(
        main,
        ["users", "add", "alice", "--admin", "--password-stdin", "--data", str(data)],
        input="drie groene bussen in Doornik\n",
    )
    assert added.exit_code == 0, added.output
    done = run("users", "token", "alice", "--label", "tests", "--scope", "sql", "--data", data)
    secret = done.stdout.strip()
    assert len(secret) > 40
    (listed,) = json.loads(run("users", "tokens", "alice", "--json", "--data", data).stdout)
    assert (listed["label"], listed["scopes"]) == ("tests", ["sql"])
    assert secret not in json.dumps(listed)
