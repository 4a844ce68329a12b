"""Conversions are bounded in number, size and room, and whole before they have a name."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.records import Version
from catalogue.store import Store, versions
from portal import conversions
from portal.conversions import DerivedFiles, Form
from portal.errors import Refusal
from portal.turns import Turns


@pytest.fixture
def version(app: Flask, store: Store) -> Version:
    return versions.get(store, "municipalities")


def source_of(store: Store, version: Version) -> Path:
    return store.objects.parquet_path(version.sha256)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


def test_a_table_too_large_is_refused_with_the_way_out(
    store: Store, version: Version, tmp_path: Path
) -> None:
    files = DerivedFiles(tmp_path / "made", max_source_bytes=version.size_bytes - 1)
    with pytest.raises(Refusal) as refused:
        files.make(version, Form("csv"), source_of(store, version))
    assert (refused.value.status, refused.value.code) == (413, "conversion-too-large")
    assert refused.value.params["instead"] == "/data/municipalities@2.parquet"
    assert names(tmp_path / "made") == []


def test_what_grows_too_large_on_the_way_is_not_tried_twice(
    store: Store, version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = DerivedFiles(tmp_path / "made", max_file_bytes=10)
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            files.make(version, Form("csv"), source_of(store, version))
        assert refused.value.status == 413
        monkeypatch.setattr(DerivedFiles, "_chunks", None)  # not asked again
    assert names(tmp_path / "made") == []


def test_a_nearly_full_disk_is_left_to_the_store(
    store: Store, version: Version, tmp_path: Path
) -> None:
    files = DerivedFiles(tmp_path / "made", free_floor_bytes=1 << 62)
    with pytest.raises(Refusal) as refused:
        files.make(version, Form("csv"), source_of(store, version))
    assert (refused.value.status, refused.value.code) == (503, "disk-nearly-full")
    assert int(refused.value.headers["Retry-After"]) > 0
    assert names(tmp_path / "made") == []


def test_a_file_is_on_the_disk_before_it_has_its_name(
    store: Store, version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is served as immutable: after a power cut it must be whole or not there."""
    synced: list[tuple[int, list[str]]] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        fsync(descriptor)
        visible = [name for name in names(tmp_path) if not name.startswith(".")]
        synced.append((os.fstat(descriptor).st_size, visible))

    monkeypatch.setattr(os, "fsync", noted)
    made = DerivedFiles(tmp_path).make(version, Form("csv"), source_of(store, version))
    assert synced[0] == (made.stat().st_size, [])
    assert synced[1][1] == [made.name], "the folder too, once the name is there"


def test_few_convert_at_once_and_the_others_are_told_to_come_back(
    store: Store, version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = DerivedFiles._chunks
    go_on, inside = threading.Event(), threading.Semaphore(0)
    at_once: list[int] = []

    def slow(files: DerivedFiles, source: Path, version: Version, form: Form) -> Iterator[bytes]:
        at_once.append(1)
        inside.release()
        go_on.wait(10)
        at_once.pop()
        return chunks(files, source, version, form)

    monkeypatch.setattr(DerivedFiles, "_chunks", slow)
    files = DerivedFiles(tmp_path / "made", turns=Turns(2, waiting=1, wait_s=0.2))
    done: list[object] = []

    def convert(form: str) -> None:
        try:
            done.append(files.make(version, Form(form), source_of(store, version)))
        except Refusal as refusal:
            done.append(refusal)

    working = [threading.Thread(target=convert, args=[form]) for form in ("csv", "ndjson")]
    for thread in working:
        thread.start()
    for _ in working:
        assert inside.acquire(timeout=10)
    began = time.monotonic()
    convert("json")
    assert 0.15 < time.monotonic() - began < 5.0
    convert("csv")  # waits for the one that is being made, no longer
    assert len(at_once) == 2
    go_on.set()
    for thread in working:
        thread.join()
    refusals = [each for each in done if isinstance(each, Refusal)]
    assert [(each.status, each.code) for each in refusals] == [(503, "too-busy")] * 2
    assert all("Retry-After" in each.headers for each in refusals)
    assert len(names(tmp_path / "made")) == 2
    assert files.make(version, Form("json"), source_of(store, version)).exists()


def test_no_more_than_a_few_wait() -> None:
    turns = Turns(1, waiting=0, wait_s=10)
    with turns.turn(), pytest.raises(Refusal), turns.turn():
        pass
    with turns.turn():
        pass


def test_a_workbook_has_a_strong_validator(client: FlaskClient) -> None:
    first = client.get("/data/municipalities.xlsx")
    assert not first.headers["ETag"].startswith("W/")
    part = client.get(
        "/data/municipalities.xlsx",
        headers={"Range": "bytes=0-9", "If-Range": first.headers["ETag"]},
    )
    assert (part.status_code, part.data) == (206, first.data[:10])


def test_refusals_of_downloads_say_what_to_do(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = app.extensions["eurometropolis"]
    folder = services.settings.data / "small"
    files = DerivedFiles(folder, max_source_bytes=1)
    monkeypatch.setitem(app.extensions, conversions._EXTENSION, files)
    answer = client.get("/data/municipalities@1.json?lang=nl")
    error = msgspec.json.decode(answer.data)["error"]
    assert (answer.status_code, error["code"]) == (413, "conversion-too-large")
    assert "/data/municipalities@1.parquet" in error["message"]
