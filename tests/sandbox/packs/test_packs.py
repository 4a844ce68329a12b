"""Packs of a small store: what is drawn, what comes along, and that it is the same everywhere."""

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalogue.errors import NotFound
from catalogue.store import Store
from catalogue.views import ViewError
from sandbox.packs import Made, PackError, read_recipe, written
from sandbox.packs.verifying import verify
from tests.sandbox.packs.small import STOPS, filled, made, publish


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = filled(tmp_path_factory.mktemp("packs") / "data")
    yield opened
    opened.close()


def rows(pack: Made, table: str) -> list[dict[str, str]]:
    text = pack.contents[f"data/{table}.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def counts(pack: Made) -> dict[str, tuple[int, int, int]]:
    return {t.table: (t.rows, t.sampled, t.left_out) for t in pack.manifest.tables}


TEN = '[[tables]]\ntable = "stops"\nrows = 10\n'


def test_rows_come_with_all_that_their_keys_lead_to(store: Store) -> None:
    pack = made(store, f"seed = 1\n{TEN}")
    stops = rows(pack, "stops")
    known, towns = {row["id"] for row in stops}, {row["code"] for row in rows(pack, "towns")}
    assert counts(pack)["stops"][1] == 10
    assert len(stops) > 10  # parents came along
    assert all(row["parent"] in known for row in stops if row["parent"])
    assert {row["town"] for row in stops} == towns
    assert all(key.is_closed for key in pack.manifest.keys)


def test_a_row_whose_key_leads_nowhere_is_left_out_or_kept_as_the_recipe_says(store: Store) -> None:
    every = '[[tables]]\ntable = "stops"\nrows = "all"\n'
    strict, kept = made(store, every), made(store, f'dangling = "keep"\n{every}')
    lost = {"00011", "00012"}
    assert not lost & {row["town"] for row in rows(strict, "stops")}
    assert counts(strict)["stops"][2] == 100 - len(rows(strict, "stops")) > 0
    assert lost < {row["town"] for row in rows(kept, "stops")}
    assert {k.to: k.is_closed for k in kept.manifest.keys} == {"stops": True, "towns": False}
    package = json.loads(kept.contents["datapackage.json"])
    schema = next(r["schema"] for r in package["resources"] if r["name"] == "stops")
    assert [k["reference"]["resource"] for k in schema["foreignKeys"]] == [""]


def test_keys_in_a_circle_are_closed(store: Store) -> None:
    pack = made(store, '[[tables]]\ntable = "people"\nrows = 1\n')
    people = {row["id"]: row["team"] for row in rows(pack, "people")}
    teams = {row["id"]: row["chief"] for row in rows(pack, "teams")}
    assert set(people.values()) == set(teams)
    assert set(teams.values()) <= set(people)


def test_a_recipe_names_keys_that_no_schema_declares(store: Store) -> None:
    named = '[[keys]]\ntable = "stops"\nfields = ["kind"]\nto = "kinds"\nto_fields = ["kind"]\n'
    publish(store, "kinds", pa.table({"kind": ["quay", "hall", "none"]}), {"fields": []})
    pack = made(store, TEN + named)
    assert {row["kind"] for row in rows(pack, "kinds")} == {r["kind"] for r in rows(pack, "stops")}
    with pytest.raises(PackError, match="pack-column-unknown"):
        made(store, TEN + named.replace('to_fields = ["kind"]', 'to_fields = ["x"]'))


def test_a_sample_depends_on_its_seed_and_on_nothing_else_of_the_recipe(store: Store) -> None:
    def sampled(recipe: str) -> set[str]:
        return {row["id"] for row in rows(made(store, recipe), "people")}

    part = '[[tables]]\ntable = "people"\nrows = 1\n'
    samples = [sampled(f"seed = {seed}\n{part}") for seed in range(12)]
    assert len({frozenset(each) for each in samples}) > 1
    other = '[[tables]]\ntable = "shapes"\n'
    assert sampled(f"seed = 3\n{other}{part}") == samples[3]


def test_strata_have_their_share_and_at_least_one_row(store: Store) -> None:
    pack = made(store, 'dangling = "keep"\n' + TEN + 'stratify = "kind"\n')
    drawn = Counter(row["kind"] for row in rows(pack, "stops"))
    assert drawn["hall"] >= 2  # a fifth of ten, and parents
    one = made(
        store, 'dangling = "keep"\n[[tables]]\ntable = "stops"\nrows = 12\nstratify = "town"'
    )
    assert len({row["town"] for row in rows(one, "stops")}) == 12
    with pytest.raises(PackError, match="pack-column-unknown"):
        made(store, TEN + 'stratify = "colour"\n')


@pytest.mark.parametrize(
    ("narrowing", "inside"),
    [
        ("where.kind__eq = 'hall'", lambda row: row["kind"] == "hall"),
        ("where.is_open__eq = true", lambda row: row["is_open"] == "true"),
        ("where.id__eq = ['s10', 's20']", lambda row: row["id"] in ("s10", "s20")),
        (
            "period = 'day'\n[period]\nfrom = 2024-10-25\nto = 2024-11-02",
            lambda row: "2024-10-25" <= row["day"] <= "2024-11-02",
        ),
        ("[area]\nmunicipalities = ['00002', '00003']", lambda row: row["town"] in "00002 00003"),
    ],
)
def test_only_rows_that_the_recipe_allows_are_drawn(
    store: Store, narrowing: str, inside: Any
) -> None:
    key_free = '[[tables]]\ntable = "stops"\nrows = "all"\n'
    pack = made(store, f"{key_free}{narrowing}\n")
    drawn = [row for row in rows(pack, "stops") if inside(row)]
    assert counts(pack)["stops"][1] == len(drawn) > 0
    parents = {row["parent"] for row in drawn}
    assert all(row["id"] in parents for row in rows(pack, "stops") if not inside(row))


def test_conditions_of_filter_and_area_all_hold(store: Store) -> None:
    both = 'where.code__eq = "00001"\n[area]\nmunicipalities = ["00002"]\n'
    pack = made(store, f'[[tables]]\ntable = "towns"\n{both}')
    assert rows(pack, "towns") == []
    box = made(store, '[[tables]]\ntable = "towns"\n[area]\nbbox = [3.0, 50, 3.35, 51]\n')
    assert [row["code"] for row in rows(box, "towns")] == ["00001", "00002", "00003"]
    assert box.manifest.tables[0].narrowed_by == ["area"]


EVERYTHING = "".join(
    f'[[tables]]\ntable = "{name}"\nrows = 9\n' for name in ("stops", "towns", "shapes", "people")
)


def test_the_order_of_rows_in_the_source_changes_no_byte(store: Store, tmp_path: Path) -> None:
    other = filled(tmp_path / "other", is_reversed=True)
    assert made(store, EVERYTHING).zipped() == made(other, EVERYTHING).zipped()
    other.close()


def test_the_recipe_in_the_pack_makes_the_same_pack_after_newer_versions(tmp_path: Path) -> None:
    own = filled(tmp_path / "own")
    before = made(own, EVERYTHING)
    publish(own, "stops", STOPS.slice(0, 5), {"fields": []})
    again = made(own, before.contents["pack.toml"].decode().partition("\n")[2])
    assert again.zipped() == before.zipped()
    assert made(own, EVERYTHING).zipped() != before.zipped()
    own.close()


def test_frictionless_finds_a_pack_valid(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = made(store, EVERYTHING)
    for path, content in pack.contents.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    report = frictionless.validate("datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    assert {task.name for task in report.tasks} == {"people", "shapes", "stops", "teams", "towns"}
    package = json.loads(pack.contents["datapackage.json"])
    (day,) = [
        field
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
        if field["name"] == "day"
    ]
    assert day == {"name": "day", "type": "date", "constraints": {"minimum": "2020-02-01"}}


def test_parquet_and_csv_hold_the_same_rows_and_geometry_stays_geometry(store: Store) -> None:
    pack = made(store, EVERYTHING)
    for table in pack.manifest.tables:
        held = pq.read_table(io.BytesIO(pack.contents[table.parquet]))
        assert held.num_rows == len(rows(pack, table.table)) == table.rows
    shapes = pq.ParquetFile(io.BytesIO(pack.contents["data/shapes.parquet"]))
    geo = json.loads(shapes.metadata.metadata[b"geo"])
    assert geo["columns"]["geometry"] == {"encoding": "WKB", "geometry_types": []}
    assert rows(pack, "shapes")[0]["geometry"] == "POINT (3.26 50.82)"


def test_the_manifest_names_versions_licences_and_attributions(store: Store) -> None:
    manifest = made(store, f"seed = 1\n{TEN}").manifest
    assert {table.table: table.version for table in manifest.tables} == {"stops": 1, "towns": 1}
    assert {source.licence for source in manifest.sources} == {"etalab-2.0"}
    for source in manifest.sources:
        assert "Licence Ouverte 2.0" in source.attribution["fr"]
        assert source.dataset in ("stops", "towns")


def test_a_zip_bears_no_trace_of_where_and_when_it_was_made(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(made(store, TEN).zipped())
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
    assert [each.filename for each in entries] == sorted(each.filename for each in entries)
    assert {(e.date_time, e.compress_type, e.create_system) for e in entries} == {
        ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 3)
    }
    manifest, issues = verify(file)
    assert issues == []
    assert manifest.id == "small"


def _changed(pack: Made, **contents: bytes | None) -> dict[str, bytes]:
    changed = dict(pack.contents)
    for name, content in contents.items():
        path = {"csv": "data/stops.csv", "more": "data/more.csv"}[name]
        if content is None:
            del changed[path]
        else:
            changed[path] = content
    return changed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"csv": b"id\n"}, "pack-file-changed"),
        ({"csv": None}, "pack-file-missing"),
        ({"more": b""}, "pack-file-unlisted"),
    ],
)
def test_a_changed_pack_is_told(
    store: Store, tmp_path: Path, change: dict[str, bytes | None], code: str
) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for path, content in _changed(made(store, TEN), **change).items():
            archive.writestr(path, content)
    assert [issue.code for issue in verify(file)[1]] == [code]


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\0" * 18, b"x" * 100])
def test_what_is_no_pack_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(content)
    with pytest.raises(PackError):
        verify(file)


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        ("", "pack-recipe-unreadable"),
        ("tables = []", "pack-table-count"),
        ("tables = [{table = 'stops; DROP'}]", "pack-table-name"),
        ("tables = [{table = 'stops'}, {table = 'stops@1'}]", "pack-table-twice"),
        ("tables = [{table = 'stops', rows = -1}]", "pack-recipe-unreadable"),
        ("tables = [{table = 'stops', colour = 1}]", "pack-recipe-unreadable"),
        ("tables = [{table = 'stops'}]\narea = {}", "pack-area-unclear"),
        ("tables = [{table = 'stops'}]\narea = {bbox = [1]}", "pack-area-unclear"),
        (
            "tables = [{table = 'stops'}]\nperiod = {from = 2026-01-01}",
            "pack-period-without-column",
        ),
        ("tables = [{table = 'stops', where = {kind__eq = {a = 1}}}]", "pack-where-unreadable"),
        ("tables = [{table = 'stops', where = {kind__like = 1}}]", "view-operator-unknown"),
        ("tables = [{table = 'stops', where = {x__eq = 1}}]", "view-column-unknown"),
        ("tables = [{table = 'stops', where = {day__eq = '1 OR 1=1'}}]", "view-value-unreadable"),
        ("tables = [{table = 'nowhere'}]", "table-unknown"),
        ("tables = [{table = 'stops@9'}]", "version-unknown"),
        ("x" * 200_000, "pack-recipe-too-long"),
        ("a = " + "[" * 5000, "pack-recipe-unreadable"),
    ],
)
def test_a_recipe_that_does_not_fit_is_refused_with_a_code(
    store: Store, recipe: str, code: str
) -> None:
    with pytest.raises((PackError, ViewError, NotFound)) as raised:
        made(store, recipe)
    assert raised.value.code == code


def test_a_recipe_written_is_read_as_it_was() -> None:
    text = """
id = "a"
seed = "naïve \\u007f \\n"
rows = "all"
[title]
fr = "Été « x »"
[area]
bbox = [3.0, 50.5, 3.5, 51.0]
[period]
from = "2026-01-01"
[[tables]]
table = "t@3"
stratify = "k"
period = "d"
area = false
[tables.where]
"odd name__gte" = 3.5
b__eq = ["x", "y"]
[[keys]]
table = "t"
fields = ["a"]
to = "u"
to_fields = ["b"]
"""
    recipe = read_recipe(text)
    assert read_recipe(written(recipe)) == recipe
