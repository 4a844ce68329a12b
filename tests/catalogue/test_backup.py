"""A backup is whole or not there; what comes back is what was, or nothing."""

import io
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import msgspec
import pyarrow as pa
import pytest

from catalogue import backup
from catalogue.errors import StoreError
from catalogue.store import Store, open_store, referenced, versions
from tests.portal.api.published import publish


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """A store with two versions of a table, and the file that each was made of."""
    for number in (1, 2):
        publish(sqlite_store, "stations", pa.table({"id": [number]}))
    raw = sqlite_store.objects.copy_raw(io.BytesIO(b"id\n1\n"))
    with sqlite3.connect(sqlite_store.folder / "catalogue.db") as connection:
        connection.execute("UPDATE version SET raw_sha256 = ?", [raw])
    (sqlite_store.folder / "settings.toml").write_text("session_hours = 3.0\n")
    return sqlite_store


def made(store: Store, target: Path, *, is_linked: bool = False) -> backup.Manifest:
    databases = {"catalogue.db": store.folder / "catalogue.db", "jobs.db": store.folder / "jobs.db"}
    return backup.make(
        store.folder, target, databases=databases, made_by="test", is_linked=is_linked
    )


@pytest.mark.parametrize("name", ["backup", "backup.tar"])
def test_what_was_backed_up_comes_back(store: Store, tmp_path: Path, name: str) -> None:
    listed = made(store, tmp_path / name)
    assert listed.missing == []
    assert len(listed.files) == 5
    backup.restore(tmp_path / name, tmp_path / "back")
    again = open_store(tmp_path / "back")
    assert [version.n for version in versions.history(again, "stations")] == [2, 1]
    assert referenced.sha256s(again) == referenced.sha256s(store)
    for relation in versions.snapshot(again).relations:
        before = store.objects.parquet_path(relation.sha256)
        assert Path(relation.path).read_bytes() == before.read_bytes()
        assert Path(relation.path).stat().st_mode & 0o777 == 0o444
    assert (tmp_path / "back/settings.toml").read_text() == "session_hours = 3.0\n"
    assert not (tmp_path / "back/.restoring").exists()
    again.close()


@pytest.mark.parametrize("name", ["backup", "backup.tar"])
def test_nobody_else_on_the_machine_can_read_it(store: Store, tmp_path: Path, name: str) -> None:
    made(store, tmp_path / name)
    assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_linked_objects_take_no_room_and_databases_are_copied(store: Store, tmp_path: Path) -> None:
    made(store, tmp_path / "backup", is_linked=True)
    (relation, _) = versions.snapshot(store).relations
    copy = tmp_path / f"backup/objects/{relation.sha256[:2]}/{relation.sha256}.parquet"
    assert copy.samefile(relation.path)
    assert not (tmp_path / "backup/catalogue.db").samefile(store.folder / "catalogue.db")


def test_it_is_one_moment_of_a_store_that_publishes_on(store: Store, tmp_path: Path) -> None:
    done = Event()

    def work() -> None:
        number = 10
        while not done.is_set():
            publish(store, "stations", pa.table({"id": [number]}))
            number += 1

    worker = Thread(target=work)
    worker.start()
    try:
        for turn in range(5):
            listed = made(store, tmp_path / f"backup-{turn}.tar")
            assert not [path for path in listed.missing if path.startswith("objects/")]
            backup.restore(tmp_path / f"backup-{turn}.tar", tmp_path / f"back-{turn}")
            again = open_store(tmp_path / f"back-{turn}")
            assert all(Path(r.path).is_file() for r in versions.snapshot(again).relations)
            again.close()
    finally:
        done.set()
        worker.join()


def test_objects_that_the_store_lacks_are_listed(store: Store, tmp_path: Path) -> None:
    first, second = versions.snapshot(store).relations
    Path(first.path).unlink()
    Path(second.path).chmod(0o644)
    Path(second.path).write_bytes(b"PAR1 not what it was")
    listed = made(store, tmp_path / "backup")
    assert {Path(path).stem for path in listed.missing} == {first.sha256, second.sha256}
    assert backup.restore(tmp_path / "backup", tmp_path / "back").missing == listed.missing


def test_a_target_that_is_there_is_not_touched(store: Store, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup/mine").touch()
    (tmp_path / "backup.tar").touch()
    for name in ("backup", "backup.tar"):
        with pytest.raises(StoreError) as refused:
            made(store, tmp_path / name)
        assert refused.value.code == "backup-target-taken"
    assert [file.name for file in (tmp_path / "backup").iterdir()] == ["mine"]


def test_a_backup_that_fails_on_the_way_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("catalogue.backup.making.sha256_of", full)
    before = set(tmp_path.iterdir())
    for name in ("backup", "backup.tar"):
        with pytest.raises(OSError, match="No space"):
            made(store, tmp_path / name)
    assert set(tmp_path.iterdir()) == before


def changed(folder: Path, name: str) -> None:
    (file,) = folder.glob(name)
    file.chmod(0o600)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def listing(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes())
    change(manifest)
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest))


def outside(manifest: dict[str, object]) -> None:
    manifest["files"][0]["path"] = "../outside"  # type: ignore[index]  # a list of objects


def two_names(manifest: dict[str, object]) -> None:
    first, *_, last = manifest["files"]  # type: ignore[misc]  # a list of objects
    last["path"] = first["path"]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda f: changed(f, "objects/*/*"), "backup-damaged"),
        (lambda f: changed(f, "raw/*/*"), "backup-damaged"),
        (lambda f: changed(f, "catalogue.db"), "backup-damaged"),
        (lambda f: (f / "catalogue.db").unlink(), "backup-incomplete"),
        (lambda f: (f / "manifest.json").unlink(), "backup-incomplete"),
        (lambda f: (f / "manifest.json").write_text("{"), "backup-unreadable"),
        (lambda f: listing(f, outside), "backup-unreadable"),
        (lambda f: listing(f, two_names), "backup-unreadable"),
        (lambda f: listing(f, lambda m: m.update(format=2)), "backup-is-newer"),
    ],
)
def test_a_backup_that_is_not_as_it_was_restores_nothing(
    store: Store, tmp_path: Path, spoil: Callable[[Path], object], code: str
) -> None:
    Path(versions.snapshot(store).relations[1].path).unlink()  # one of each kind is left
    made(store, tmp_path / "backup")
    spoil(tmp_path / "backup")
    with pytest.raises(StoreError) as refused:
        backup.restore(tmp_path / "backup", tmp_path / "back")
    assert refused.value.code == code
    assert not (tmp_path / "back").exists() or not any((tmp_path / "back").iterdir())
    assert not (tmp_path / "outside").exists()


def test_a_tar_file_that_was_cut_off_restores_nothing(store: Store, tmp_path: Path) -> None:
    made(store, tmp_path / "whole.tar")
    whole = (tmp_path / "whole.tar").read_bytes()
    for share in (0.2, 0.6, 0.9):
        (tmp_path / "cut.tar").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(StoreError):
            backup.restore(tmp_path / "cut.tar", tmp_path / "back")
    assert not (tmp_path / "back").exists() or not any((tmp_path / "back").iterdir())


def test_a_link_in_a_tar_file_is_not_followed(store: Store, tmp_path: Path) -> None:
    made(store, tmp_path / "good.tar")
    with (
        tarfile.open(tmp_path / "good.tar") as good,
        tarfile.open(tmp_path / "bad.tar", "w") as bad,
    ):
        for entry in good:
            if entry.name == "catalogue.db":
                link = tarfile.TarInfo("catalogue.db")
                link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
                bad.addfile(link)
            else:
                bad.addfile(entry, good.extractfile(entry))
    with pytest.raises(StoreError) as refused:
        backup.restore(tmp_path / "bad.tar", tmp_path / "back")
    assert refused.value.code == "backup-incomplete"


def test_a_data_folder_with_something_in_it_is_not_touched(store: Store, tmp_path: Path) -> None:
    made(store, tmp_path / "backup")
    (tmp_path / "back").mkdir()
    (tmp_path / "back/mine").write_text("mine")
    with pytest.raises(StoreError) as refused:
        backup.restore(tmp_path / "backup", tmp_path / "back")
    assert refused.value.code == "restore-target-taken"
    assert [file.name for file in (tmp_path / "back").iterdir()] == ["mine"]


def test_what_a_killed_restore_left_is_in_nobodys_way(store: Store, tmp_path: Path) -> None:
    made(store, tmp_path / "backup")
    (tmp_path / "back/.restoring").mkdir(parents=True)
    (tmp_path / "back/.restoring/catalogue.db").touch()
    backup.restore(tmp_path / "backup", tmp_path / "back")
    assert (tmp_path / "back/catalogue.db").stat().st_size > 0
