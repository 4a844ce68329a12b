"""Harmonised tables in the catalogue: made of what is harvested and published, dataset like any
other, new when a source is.
"""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from catalogue.errors import NotFound, SettingsError
from catalogue.harmonised.records import LeftOut, Making, making_of
from catalogue.points import points
from catalogue.records import Publisher, Side, Version
from catalogue.store import Store, datasets, open_store, versions
from portal.cli import main
from portal.harmonising import SOURCE_ID, refresh, refresh_quietly
from portal.harvesting import run_source
from portal.publishing import Publication, publish_file
from tests.harvesters.gbfs_portal import GbfsPortal, gbfs_2_portal, gbfs_3_portal
from tests.harvesters.portals import Published, published, running
from tests.placing import boundaries, publish
from tests.portal.test_harvesting import QUICK

REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared/real"))
TABLE = "bike_share_stations"
HEAD = "station_id;name;lat;lon;capacity\n"
LILLE = published("velo-lille", f"{HEAD}1;Gare;50.6365;3.0706;30\n2;Rihour;50.6359;3.0625;20\n")
KORTRIJK = published(
    "fiets-kortrijk", f"{HEAD}K1;Markt;50.8277;3.2649;12\nK2;Station;50.8247;3.2644;\n",
    publisher="Stad Kortrijk",
)  # fmt: skip
MEL = Publisher(id="mel", title={"fr": "MEL"}, side=Side.FRANCE)
STAD = Publisher(id="kortrijk", title={"nl": "Stad Kortrijk"}, side=Side.FLANDERS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


def harvest(store: Store, portal: GbfsPortal, source_id: str, publisher: Publisher) -> None:
    source = portal.source(id=source_id, publisher=publisher, languages=["fr"])
    run = run_source(store, source, fetch_settings=QUICK)
    assert run.status == "done", run


def version_of(store: Store) -> Version:
    return versions.get(store, TABLE)


def rows(store: Store) -> list[dict[str, Any]]:
    return pq.read_table(store.objects.parquet_path(version_of(store).sha256)).to_pylist()


def making(store: Store) -> Making:
    found = making_of(version_of(store).recipe)
    assert found is not None
    return found


def test_systems_of_both_sides_and_both_generations_are_one_table(store: Store) -> None:
    with gbfs_2_portal([LILLE]) as south, gbfs_3_portal([KORTRIJK]) as north:
        harvest(store, south, "velo", MEL)
        harvest(store, north, "fiets", STAD)
    assert version_of(store).n == 2  # the first system, then both
    assert [(r["name"], r["system"], r["capacity"], r["side"]) for r in rows(store)] == [
        ("Markt", "Jeu fiets-kortrijk", 12, "VLG"),
        ("Station", "Jeu fiets-kortrijk", None, "VLG"),
        ("Gare", "Jeu velo-lille", 30, "FR"),
        ("Rihour", "Jeu velo-lille", 20, "FR"),
    ]
    assert [(one.taken, one.sides) for one in making(store).contributions] == [
        (2, {"VLG": 2}), (2, {"FR": 2}),
    ]  # fmt: skip


def test_each_row_leads_to_the_row_that_it_was_made_of(store: Store) -> None:
    with gbfs_2_portal([LILLE]) as portal:
        harvest(store, portal, "velo", MEL)
    for row in rows(store):
        origin = versions.get(store, row["_source"], row["_version"])
        table = pq.read_table(store.objects.parquet_path(origin.sha256))
        assert table.slice(row["_row"] - 1, 1).to_pylist()[0]["name"] == row["name"]


def test_it_is_a_dataset_with_the_licences_sides_and_sources_of_its_inputs(store: Store) -> None:
    with gbfs_2_portal([LILLE]) as south, gbfs_3_portal([KORTRIJK]) as north:
        harvest(store, south, "velo", MEL)
        (known,) = datasets.of_source(store, SOURCE_ID)
        assert (known.id, known.dataset.licence) == ("bike-share-stations", "cc-by-4.0")
        north.datasets[0].changes["license_id"] = "etalab-2.0"
        harvest(store, north, "fiets", STAD)
    (known,) = datasets.of_source(store, SOURCE_ID)
    assert known.dataset.licence == "cc-by-4.0 + etalab-2.0"
    assert known.dataset.sides == [Side.FRANCE, Side.FLANDERS]
    assert [(o.publisher, o.licence) for o in making(store).inputs] == [
        ("kortrijk", "etalab-2.0"), ("mel", "cc-by-4.0"),
    ]  # fmt: skip
    assert version_of(store).report["error_count"] == 0


def test_a_harvest_without_anything_new_makes_no_new_version(store: Store) -> None:
    with gbfs_2_portal([LILLE]) as portal:
        harvest(store, portal, "velo", MEL)
        before = datasets.generation(store)
        harvest(store, portal, "velo", MEL)
    assert datasets.generation(store) == before
    assert [outcome.status for outcome in refresh(store)] == ["unchanged"]
    assert [outcome.status for outcome in refresh(store, is_forced=True)] == ["unchanged"]
    assert version_of(store).n == 1


def test_a_new_version_of_a_source_makes_a_new_version(store: Store) -> None:
    with gbfs_2_portal([published("velo-lille", LILLE.csv)]) as portal:
        harvest(store, portal, "velo", MEL)
        portal.datasets[0].csv += b"3;Wazemmes;50.6270;3.0480;18\n"
        harvest(store, portal, "velo", MEL)
    assert version_of(store).n == 2
    assert {row["_version"] for row in rows(store)} == {2}
    assert len(rows(store)) == 3
    first = making_of(versions.get(store, TABLE, 1).recipe)
    assert first is not None
    assert [one.version for one in first.inputs] == [1]


def test_another_licence_of_a_source_changes_the_description_and_no_version(store: Store) -> None:
    with gbfs_2_portal([published("velo-lille", LILLE.csv)]) as portal:
        harvest(store, portal, "velo", MEL)
        portal.datasets[0].changes["license_id"] = "etalab-2.0"
        harvest(store, portal, "velo", MEL)
    (known,) = datasets.of_source(store, SOURCE_ID)
    assert (known.dataset.licence, version_of(store).n) == ("etalab-2.0", 1)


def test_dirty_rows_are_left_out_and_told(store: Store) -> None:
    dirty = f"{HEAD}1;Gare;50.6365;3.0706;30\n;Sans id;50.63;3.06;4\n3;Nulle part;;;4\n" + (
        '4;"Point; virgule, et ""guillemets""";50.6359;3.0625;-3\n5;Inversé;3.06;50.63;4\n'
    )
    with gbfs_2_portal([published("velo-lille", dirty)]) as portal:
        harvest(store, portal, "velo", MEL)
    assert [r["name"] for r in rows(store)] == ["Gare", 'Point; virgule, et "guillemets"']
    (told,) = making(store).contributions
    assert (told.read, told.taken) == (5, 2)
    assert sum(one.rows for one in told.left_out) == 3
    assert told.emptied == [LeftOut(column="capacity", why="minimum", rows=1)]


def test_the_same_id_in_two_feeds_of_a_system_is_told_with_what_differs(store: Store) -> None:
    other = published("velo-lille", LILLE.csv.replace(b";30", b";36"))
    with gbfs_2_portal([LILLE]) as old, gbfs_3_portal([other]) as new:
        harvest(store, old, "velo", MEL)
        harvest(store, new, "velo-3", MEL)
    assert making(store).differing == {"name": 0, "capacity": 1}
    (one,) = making(store).differences
    assert (one.label, {one.left.value, one.right.value}) == ("Gare", {"30", "36"})
    assert [row["_also_in"] is not None for row in rows(store)] == [True, True]


def test_boundaries_in_the_store_give_the_municipalities(store: Store) -> None:
    codes = ["59350", *[code for code in points() if code.startswith("59")][:8]]
    publish(store, "communes", boundaries(list(dict.fromkeys(codes)), half=0.02))
    with gbfs_2_portal([LILLE]) as portal:
        harvest(store, portal, "velo", MEL)
    assert {(r["municipality_code"], r["municipality_code_from"]) for r in rows(store)} == {
        ("59350", "boundary")
    }
    assert making(store).is_bounded
    (known,) = datasets.of_source(store, SOURCE_ID)
    assert known.dataset.spatial == ["59350"]


def test_boundaries_that_come_later_make_it_anew(store: Store) -> None:
    with gbfs_2_portal([LILLE]) as portal:
        harvest(store, portal, "velo", MEL)
    assert {row["municipality_code"] for row in rows(store)} == {None}
    codes = ["59350", *[code for code in points() if code.startswith("59")][:8]]
    publish(store, "communes", boundaries(list(dict.fromkeys(codes)), half=0.02))
    assert [outcome.status for outcome in refresh(store)] == ["published"]
    assert {row["municipality_code"] for row in rows(store)} == {"59350"}


def test_a_source_that_is_gone_gives_nothing_more(store: Store) -> None:
    with gbfs_2_portal([LILLE]) as south, gbfs_3_portal([KORTRIJK]) as north:
        harvest(store, south, "velo", MEL)
        harvest(store, north, "fiets", STAD)
    (known,) = datasets.of_source(store, "velo")
    datasets.archive(store, known.id)
    refresh(store)
    assert {row["side"] for row in rows(store)} == {"VLG"}
    (known,) = datasets.of_source(store, "fiets")
    datasets.archive(store, known.id)
    assert [outcome.status for outcome in refresh(store)] == ["empty"]
    assert version_of(store).n == 3  # what was published stays


def test_a_published_file_of_the_schema_is_taken_at_once(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "stations.csv"
    file.write_text(
        "name,municipality_code,district,status,docks_counted,longitude,latitude,source_date,"
        "source_url\nGrand-Place,57081,,in_service,12,3.3889,50.6059,2026-05-01,"
        "https://tournai.example.be/velos\n"
    )
    said = Publication(
        title="Vélos de Tournai", language="fr", schema="bike-share-station", licence="cc0-1.0"
    )
    assert publish_file(store, file, said).ingested.published
    (row,) = rows(store)
    assert (row["name"], row["side"], row["municipality_code_from"]) == (
        "Grand-Place", "WAL", "source",
    )  # fmt: skip


def test_a_declaration_in_a_folder_makes_another_table(store: Store, tmp_path: Path) -> None:
    with gbfs_2_portal([LILLE]) as portal:
        harvest(store, portal, "velo", MEL)
    text = (Path(__file__).parents[2] / "data/harmonised/bike_share_stations.toml").read_text()
    folder = tmp_path / "declared"
    folder.mkdir()
    (folder / "other.toml").write_text(text.replace(f'table = "{TABLE}"', 'table = "others"'))
    (outcome,) = refresh(store, folder=folder)
    assert (outcome.status, outcome.table, outcome.rows) == ("published", "others", 2)


def test_a_broken_declaration_stops_no_harvest_and_is_logged(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bad.toml").write_text('tabel = "x"\n')
    monkeypatch.setattr("catalogue.harmonised.declaration.folder", lambda _name: tmp_path)
    with caplog.at_level(logging.ERROR):
        refresh_quietly(store)
    assert "tabel: there is no key" in caplog.text
    with pytest.raises(SettingsError):
        refresh(store)


def test_an_unknown_name_is_refused_with_those_there_are(store: Store) -> None:
    with pytest.raises(NotFound) as raised:
        refresh(store, names=["bikes"])
    assert raised.value.params["known"] == [TABLE]


def test_the_command_tells_what_each_source_gave(store: Store) -> None:
    dirty = published("velo-lille", LILLE.csv + b"3;Nulle part;;;4\n")
    with gbfs_2_portal([dirty]) as portal:
        harvest(store, portal, "velo", MEL)
    told = CliRunner().invoke(
        main, ["harmonise", "--data", str(store.folder)], env={"LANG": "en_GB.UTF-8"}
    )
    assert told.exit_code == 0, told.output
    assert "velo_lille_stations@1: 2 of 3 rows taken" in told.output
    assert "1 row left out: “longitude” is missing" in told.output
    again = CliRunner().invoke(main, ["harmonise", "--json", "--data", str(store.folder)])
    (outcome,) = json.loads(again.stdout)
    assert (outcome["status"], outcome["version"]) == ("unchanged", 1)


def test_a_broken_declaration_ends_the_command_with_its_key(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "declared"
    folder.mkdir()
    (folder / "bad.toml").write_text('tabel = "x"\n')
    told = CliRunner().invoke(
        main,
        ["harmonise", "--data", str(store.folder), "--declarations", str(folder)],
        env={"LANG": "en_GB.UTF-8"},
    )
    assert told.exit_code == 2
    assert "tabel" in told.output
    assert "Did you mean “table”" in told.output


class RealFeed(GbfsPortal):
    """The system of Lille with the stations of a real feed."""

    body: dict[str, Any]

    def respond(self, request: Any) -> Any:
        answer = super().respond(request)
        if request.path.endswith("station_information.json"):
            answer.body = json.dumps(self.body).encode()
        return answer


@pytest.mark.skipif(not (REAL / "vlille_gbfs_2026").is_dir(), reason="no real captures here")
def test_the_real_feed_of_vlille(store: Store) -> None:
    portal = RealFeed([Published(id="vlille", title="V'Lille", csv=b"station_id\n1\n")])
    file = REAL / "vlille_gbfs_2026" / "station_information.json"
    portal.body = json.loads(file.read_text(encoding="utf-8"))
    with running(portal):
        harvest(store, portal, "velo", MEL)
    found = rows(store)
    assert [r["station_id"] for r in found] == ["1", "2", "3"]
    assert found[1]["name"] == "Universite Catholique"
    assert [r["capacity"] for r in found] == [36, 31, 18]


@pytest.mark.skipif(not (REAL / "vlille_mel_snapshots").is_dir(), reason="no real captures here")
def test_the_real_table_of_the_metropolis_beside_the_starter_data(store: Store) -> None:
    starter = Path(__file__).parents[2] / "data/starter/mel/stations-vlille/vlille_stations.csv"
    said = {"language": "fr", "publisher": "MEL", "licence": "etalab-2.0"}
    file = REAL / "vlille_mel_snapshots" / "2025-12-22_13-34-47.csv"
    publish_file(store, starter, Publication(
        title="vlille_stations", schema="bike-share-station", **said
    ))  # fmt: skip
    publish_file(store, file, Publication(title="V'Lille temps réel", schema="none", **said))
    first, second = making(store).contributions
    assert (first.taken, second.read, second.repeats, second.taken) == (266, 302, 266, 0)
    assert second.left_out == [
        LeftOut(column="etat", why="only", rows=34),
        LeftOut(column="nom", why="without", rows=2),
    ]
    # The starter's table was recorded three hours earlier on the same day.
    assert making(store).differing == {"name": 0, "capacity": 4}
    assert len(rows(store)) == 266


@pytest.mark.skipif(not (REAL / "fr_boundaries").is_dir(), reason="no real captures here")
def test_real_boundaries_find_the_municipality_of_every_real_station(store: Store) -> None:
    starter = Path(__file__).parents[2] / "data/starter/mel/stations-vlille/vlille_stations.csv"
    file = REAL / "fr_boundaries" / "communes-hauts-de-france.geojson"
    said = {"language": "fr", "publisher": "IGN", "licence": "etalab-2.0"}
    publish_file(store, file, Publication(title="Communes", **said))
    stations = Publication(title="vlille_stations", schema="bike-share-station", **said)
    publish_file(store, starter, stations)
    (told,) = making(store).contributions
    assert (told.taken, told.found_by) == (266, {"boundary": 266})
    # Chemin Rouge, Guinguette and Fer à Cheval lie in another one than their table says.
    assert told.elsewhere == 3
