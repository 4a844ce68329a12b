"""Runs of sources, from real portals on loopback to what the catalogue holds afterwards."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from catalogue.errors import CatalogueError, Conflict
from catalogue.fetch import FetchSettings
from catalogue.records import Expect, RecordOutcome, Run, Source
from catalogue.store import Store, datasets, open_store, runs, sources, versions
from catalogue.store import schema as db
from catalogue.store.leases import lease
from harvesters import HARVESTERS
from portal.harvesting import run_and_schedule, run_source
from portal.reading import Reader
from tests.harvesters import portals
from tests.harvesters.portals import published

QUICK = FetchSettings(
    min_interval_s=0,
    backoff_first_s=0.01,
    retry_count=1,
    read_timeout_s=5,
    page_deadline_s=10,
    file_deadline_s=10,
)
LATER = "2026-03-02T08:00:00"
TWO = [
    published("velos", "nom;places\nGare;12\nPlace;8\n"),
    published("ecoles", "code;nom\n01001;École\n"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture(params=["ckan", "opendatasoft"])
def make_portal(request: pytest.FixtureRequest) -> Callable[..., Any]:
    makers = {"ckan": portals.ckan_portal, "opendatasoft": portals.ods_portal}
    maker: Callable[..., Any] = makers[request.param]
    return maker


def harvest(store: Store, source: Source, **options: Any) -> Run:
    return run_source(store, source, fetch_settings=QUICK, **options)


def in_hours(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def published_versions(store: Store) -> dict[str, int]:
    return {relation.table: relation.version for relation in versions.snapshot(store).relations}


def test_every_dataset_of_a_portal_becomes_a_table(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal(TWO) as portal:
        run = harvest(store, portal.source())
    assert (run.status, run.counts["added"], run.counts["failed"]) == ("done", 2, 0), run.records
    assert sorted(published_versions(store).values()) == [1, 1]
    found = {e.dataset.remote_id: e.id for e in datasets.of_source(store, "portal")}
    table = datasets.get(store, found["ecoles"]).tables[0]
    columns = {c.name: c.type for c in versions.get(store, table.name).columns}
    assert columns["code"] == "VARCHAR"


def test_a_second_harvest_of_an_unchanged_portal_makes_no_new_version(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal(TWO) as portal:
        harvest(store, portal.source())
        before = datasets.generation(store)
        run = harvest(store, portal.source())
    assert run.counts == {**dict.fromkeys(run.counts, 0), "seen": 2, "unchanged": 2}
    assert datasets.generation(store) == before


def test_changed_rows_make_the_next_version_and_other_tables_stay(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal([*TWO]) as portal:
        harvest(store, portal.source())
        portal.datasets[0] = published("velos", "nom;places\nGare;13\nPlace;8\n", modified=LATER)
        run = harvest(store, portal.source())
    outcomes = {record.remote_id: record.outcome for record in run.records}
    assert outcomes == {"velos": RecordOutcome.CHANGED, "ecoles": RecordOutcome.UNCHANGED}
    assert sorted(published_versions(store).values()) == [1, 2]


def test_rows_in_another_order_make_no_new_version(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal([*TWO]) as portal:
        harvest(store, portal.source())
        portal.datasets[0] = published("velos", "nom;places\nPlace;8\nGare;12\n")
        harvest(store, portal.source())
    assert set(published_versions(store).values()) == {1}


@pytest.mark.parametrize("answers", [0, 1, 2])
def test_a_portal_that_dies_on_the_way_fails_the_run_and_changes_nothing(
    store: Store, make_portal: Callable[..., Any], answers: int
) -> None:
    with make_portal([*TWO]) as portal:
        harvest(store, portal.source())
        before = published_versions(store), datasets.generation(store)
        portal.datasets[:] = [
            published("velos", "nom;places\nGare;99\n", modified="2026-04-01T08:00:00"),
            published("ecoles", "code;nom\n01002;Autre\n", modified="2026-04-01T08:00:00"),
        ]
        portal.fail_after(answers)
        run = harvest(store, portal.source())
    assert run.status == "failed"
    assert run.reason is not None
    assert run.reason.code in ("connect-failed", "truncated")
    if answers == 2:  # the list came whole: the report names every record
        assert {record.remote_id for record in run.records} == {"velos", "ecoles"}
        assert run.counts["failed"] == 1
    assert (published_versions(store), datasets.generation(store)) == before


@pytest.mark.parametrize(
    ("mischief", "code"),
    [
        (portals.html_page, "html-instead-of-data"),
        (portals.stream_error, "error-in-stream"),
        (portals.cut_short, "truncated"),
    ],
)
def test_a_portal_that_lies_with_status_200_fails_the_run_and_changes_nothing(
    store: Store, make_portal: Callable[..., Any], mischief: Any, code: str
) -> None:
    with make_portal(TWO) as portal:
        portal.mischief = mischief
        run = harvest(store, portal.source())
    assert (run.status, run.reason and run.reason.code) == ("failed", code)
    assert datasets.generation(store) == 0


def test_a_dataset_that_is_gone_is_archived_and_its_versions_stay(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal([*TWO]) as portal:
        harvest(store, portal.source())
        del portal.datasets[1]
        run = harvest(store, portal.source(grace_days=0))
    assert run.counts["archived"] == 1
    assert run.counts["seen"] == 1
    (entry,) = (e for e in datasets.of_source(store, "portal") if e.is_archived)
    assert datasets.get(store, entry.id).tables[0].current is not None


def test_a_dataset_that_is_gone_is_waited_for_before_it_is_archived(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal([*TWO]) as portal:
        harvest(store, portal.source())
        gone = portal.datasets.pop()
        runs_of_it = [harvest(store, portal.source()) for _ in range(2)]
        assert [(run.counts["seen"], run.counts["missing"]) for run in runs_of_it] == [(1, 1)] * 2
        (entry,) = (e for e in datasets.of_source(store, "portal") if e.missing_since)
        assert not entry.is_archived
        portal.datasets.append(gone)
        back = harvest(store, portal.source())
        assert (back.counts["unchanged"], back.counts["missing"]) == (2, 0)
        assert datasets.get(store, entry.id).missing_since is None
        portal.datasets.pop()
        harvest(store, portal.source())
        put_back(store, entry.id, timedelta(days=7))
        foreseen = harvest(store, portal.source(), is_dry_run=True)
        last = harvest(store, portal.source())
    assert foreseen.counts["archived"] == last.counts["archived"] == 1
    assert datasets.get(store, entry.id).is_archived


def put_back(store: Store, dataset_id: str, by: timedelta) -> None:
    """Let a dataset be missing for so much longer."""
    moment = (datetime.now(UTC) - by).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with store.write() as connection:
        connection.execute(
            sa.update(db.dataset).where(db.dataset.c.id == dataset_id).values(missing_since=moment)
        )


def test_a_run_tells_what_it_asked_of_the_portal(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal([*TWO]) as portal:
        first = harvest(store, portal.source())
        asked = len(portal.requests)
        again = harvest(store, portal.source())
        portal.fail_after(0)
        failed = harvest(store, portal.source())
    assert first.request_count == asked
    assert (first.received_bytes or 0) > 100
    assert again.request_count is not None
    assert again.request_count <= asked
    assert (failed.status, bool(failed.request_count)) == ("failed", True)


def test_files_that_a_portal_says_are_the_same_are_not_asked_for_until_a_week_is_over(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal([*TWO]) as portal:
        first = harvest(store, portal.source())
        again = harvest(store, portal.source())
        assert (again.request_count or 0) == (first.request_count or 0) - len(TWO)
        portal.datasets[0] = published(
            "velos", "nom;places\nGare;13\nPlace;8\n"
        )  # and says nothing
        assert harvest(store, portal.source()).counts["unchanged"] == 2
        week_ago = (datetime.now(UTC) - timedelta(days=7, minutes=1)).isoformat()
        with store.write() as connection:
            connection.execute(sa.update(db.distribution_state).values(fetched_at=week_ago))
        assert harvest(store, portal.source()).counts["changed"] == 1
        assert harvest(store, portal.source()).request_count == again.request_count


def test_a_file_that_a_killed_run_had_no_time_for_is_fetched_by_the_next(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal([*TWO]) as portal:
        harvest(store, portal.source())
        portal.datasets[0] = published("velos", "nom;places\nGare;13\nPlace;8\n", modified=LATER)
        source = portal.source()
        harvester = HARVESTERS[source.protocol]
        with portals.fetch() as fetch:
            for raw in harvester.records(source, fetch):
                changed = harvester.parse(raw, source).dataset
                assert changed is not None
                datasets.save(store, changed)  # and then the run is killed
        run = harvest(store, portal.source())
    assert run.counts["changed"] == 1


def test_a_portal_that_suddenly_lists_little_is_not_believed(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal([*TWO, published("zones")]) as portal:
        harvest(store, portal.source())
        portal.datasets.clear()
        run = harvest(store, portal.source())
    assert (run.status, run.reason and run.reason.code) == ("failed", "records-vanished")
    assert not [entry for entry in datasets.of_source(store, "portal") if entry.is_archived]


def test_a_run_outside_its_expected_count_publishes_nothing(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal(TWO) as portal:
        run = harvest(store, portal.source(expect=Expect(min=3)))
    assert run.reason is not None
    assert (run.reason.code, run.reason.params["count"]) == ("count-unexpected", 2)
    assert datasets.generation(store) == 0


def test_a_dry_run_tells_what_would_be_and_changes_nothing(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal(TWO) as portal:
        run = harvest(store, portal.source(), is_dry_run=True)
        asked = len(portal.requests)
        harvest(store, portal.source())
        again = harvest(store, portal.source(), is_dry_run=True)
    assert (run.status, run.counts["added"]) == ("dry-run", 2)
    assert again.counts["unchanged"] == 2
    assert len(portal.requests) > asked


def test_a_file_that_fails_its_check_is_a_draft_and_the_old_version_stays(
    store: Store, make_portal: Callable[..., Any]
) -> None:
    with make_portal([*TWO]) as portal:
        harvest(store, portal.source())
        portal.datasets[0] = published(
            "velos", "nom;places\nGare;12\nPlace;8;trop\n", modified=LATER
        )
        run = harvest(store, portal.source())
        again = harvest(store, portal.source())
    (failed,) = (r for r in run.records if r.outcome is RecordOutcome.FAILED)
    assert [issue.code for issue in failed.issues if issue.severity == "error"] == ["check-failed"]
    entry = datasets.get(store, failed.dataset_id or "")
    assert entry.tables[0].current is not None
    assert (entry.tables[0].current.n, len(entry.drafts)) == (1, 1)
    assert run.status == again.status == "done"
    assert len(datasets.get(store, entry.id).drafts) == 1
    assert [i.code for r in again.records for i in r.issues if i.severity != "info"] == [
        "draft-waits"
    ]


def test_a_source_is_harvested_by_one_process_at_a_time(store: Store) -> None:
    with (
        portals.ckan_portal(TWO) as portal,
        lease(store, "harvest:portal"),
        pytest.raises(Conflict),
    ):
        harvest(store, portal.source())


def test_failures_in_a_row_push_the_next_run_away_and_a_run_by_hand_ignores_it(
    store: Store,
) -> None:
    with portals.ckan_portal(TWO) as portal:
        source = portal.source(every_hours=1)
        sources.save_all(store, [source])
        assert [due.id for due in sources.due(store)] == ["portal"]
        portal.fail_after(0)
        for _ in range(3):
            assert run_and_schedule(store, source, fetch_settings=QUICK).status == "failed"
        assert sources.due(store, at=in_hours(7.9)) == []
        assert [due.id for due in sources.due(store, at=in_hours(8.1))] == ["portal"]
        portal.fail_after(None)
        assert run_and_schedule(store, source, fetch_settings=QUICK).status == "done"
        assert [due.id for due in sources.due(store, at=in_hours(1.1))] == ["portal"]
    assert [run.status for run in runs.of_source(store, "portal")] == ["done", *["failed"] * 3]


def test_a_loopback_address_is_refused_unless_the_source_is_trusted(store: Store) -> None:
    with portals.ckan_portal(TWO) as portal:
        run = harvest(store, portal.source(trusted_network=False))
    assert portal.requests == []
    assert (run.status, run.reason and run.reason.code) == ("failed", "address-refused")


def test_a_file_that_fails_its_reader_fails_its_record_alone(
    store: Store, make_portal: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Reader.read

    def failing(self: Reader, path: Path, **options: Any) -> Any:
        if b"Gare" in path.read_bytes():
            raise CatalogueError("reader-failed", file="velos.csv", error="UnicodeDecodeError")
        return read(self, path, **options)

    monkeypatch.setattr(Reader, "read", failing)
    with make_portal(TWO) as portal:
        run = harvest(store, portal.source())
    outcomes = {record.remote_id: record.outcome for record in run.records}
    assert outcomes == {"velos": RecordOutcome.FAILED, "ecoles": RecordOutcome.ADDED}
    assert run.status == "done"


def test_a_file_of_several_tables_cut_off_on_the_way_is_read_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Workbook()
    for name in ("un", "deux"):
        sheet = book.create_sheet(name)
        sheet.append(["a"])
        sheet.append([1 if name == "un" else 2])
    del book["Sheet"]
    book.save(tmp_path / "book.xlsx")
    dataset = published("livre", (tmp_path / "book.xlsx").read_bytes())
    publish, count = versions.publish, 0

    def killed(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == 2:
            raise KeyboardInterrupt
        return publish(*arguments, **options)

    monkeypatch.setattr(versions, "publish", killed)
    with portals.package_portal([dataset]) as portal:
        package = {
            "name": "livre",
            "resources": [{"name": "livre", "path": "tableau.csv", "format": "xlsx"}],
        }
        portal.mischief = lambda request, answer: (
            portals.json_answer(package) if request.path.endswith("datapackage.json") else answer
        )
        with pytest.raises(KeyboardInterrupt):
            harvest(store, portal.source())
        assert len(published_versions(store)) == 1
        assert harvest(store, portal.source()).status == "done"
    assert sorted(published_versions(store).values()) == [1, 1]


def test_the_expected_count_counts_each_record_once(store: Store) -> None:
    bad = [published(f"x{n}", changes={"state": "deleted"}) for n in range(3)]
    with portals.ckan_portal([*TWO, *bad]) as portal:
        run = harvest(store, portal.source(expect=Expect(min=5, max=5)))
    assert run.status == "done", run.reason


def everything(folder: Path) -> dict[str, int]:
    """Return the files of a data folder that are not the database, which holds the reports."""
    own = (".db", ".lock")
    files = [file for file in folder.rglob("*") if file.is_file()
             and not any(ending in file.name for ending in own)]  # fmt: skip
    return {str(file.relative_to(folder)): file.stat().st_size for file in files}


def test_a_dry_run_foresees_fields_and_tables_and_the_run_does_the_same(
    store: Store, make_portal: Callable[..., Any], tmp_path: Path
) -> None:
    with make_portal([*TWO, published("musees", "code;nom\n1;Musée\n")]) as portal:
        harvest(store, portal.source(expect=Expect(min=1)))
        portal.datasets[:] = [
            published("velos", "nom;places\nGare;12\nPlace;8\nPort;4\n", title="Vélos"),
            published("ecoles", "code;nom\n01001;École\n"),
            published("arbres", "essence;nombre\nTilleul;3\n"),
            published("bancs", "nom;places\nGare;12\nPlace;8;trop\n"),
        ]
        before, kept = datasets.generation(store), everything(tmp_path)
        dry = harvest(store, portal.source(expect=Expect(min=1)), is_dry_run=True)
        assert (datasets.generation(store), everything(tmp_path)) == (before, kept)
        run = harvest(store, portal.source(expect=Expect(min=1)))
    foreseen = {record.remote_id: record for record in dry.records}
    outcomes = {record.remote_id: record.outcome for record in run.records}
    assert {name: record.outcome for name, record in foreseen.items()} == outcomes
    tables = {name: [(t.outcome, t.row_count) for t in r.files] for name, r in foreseen.items()}
    assert tables["velos"] == [("version", 3)]
    assert tables["arbres"] == [("table", 1)]
    assert [(t.outcome, t.error_count > 0) for t in foreseen["bancs"].files] == [("draft", True)]
    assert [outcome for outcome, _ in tables["ecoles"]] == ["unchanged"]
    titles = [c for c in foreseen["velos"].changes if c.field.startswith("title.")]
    assert [(c.before, c.after) for c in titles] == [("Jeu velos", "Vélos")]
    assert foreseen["velos"].changes == next(
        record.changes for record in run.records if record.remote_id == "velos"
    )
    assert foreseen["musees"].outcome is RecordOutcome.MISSING


def test_a_dry_run_of_a_portal_that_dies_fails_and_leaves_nothing(
    store: Store, make_portal: Callable[..., Any], tmp_path: Path
) -> None:
    with make_portal(TWO) as portal:
        portal.fail_after(1)
        run = harvest(store, portal.source(), is_dry_run=True)
    assert (run.status, run.reason and run.reason.code) == ("failed", "connect-failed")
    assert everything(tmp_path) == {}
