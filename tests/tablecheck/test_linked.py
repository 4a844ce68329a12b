"""Foreign keys between the tables of one archive: what leads nowhere is told, and nothing held."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

import tablecheck

STOPS = {"fields": [{"name": "id", "type": "string"}]}


def read(folder: Path, times: str, key: Any) -> list[tablecheck.Extract]:
    file = folder / "feed.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("feed/stops.txt", "id\n01\n02\n")
        archive.writestr("feed/times.txt", times)
    fields = [{"name": "stop", "type": "string"}, {"name": "at", "type": "string"}]
    schemas = {"stops.txt": STOPS, "times.txt": {"fields": fields, "foreignKeys": key}}
    return tablecheck.read(file, schemas=schemas)


KEY = [{"fields": ["stop"], "reference": {"resource": "stops.txt", "fields": ["id"]}}]


def test_stray_values_are_counted_once_each_and_the_table_stays(tmp_path: Path) -> None:
    stops, times = read(tmp_path, "stop,at\n01,a\n1,b\n1,c\n9,d\n,e\n", KEY)
    assert times.table is not None
    assert stops.table is not None
    (found,) = times.report.warnings
    assert (found.code, found.column, found.params["count"], found.params["example"]) == (
        "links-lead-nowhere", "stop", 2, "1",
    )  # fmt: skip
    assert times.schema["foreignKeys"] == KEY
    for lang in ("fr", "nl", "en"):
        assert "2" in tablecheck.message(found, lang)


def test_whole_feed_gives_no_warning(tmp_path: Path) -> None:
    assert [e.report.warnings for e in read(tmp_path, "stop,at\n01,a\n", KEY)] == [(), ()]


@pytest.mark.parametrize(
    "key",
    [None, [], [7], [{}], [{"fields": ["stop", "at"], "reference": {"resource": "stops.txt"}}],
     [{"fields": "stop", "reference": 7}], [{"fields": "no", "reference": {"resource": "x"}}]],
)  # fmt: skip
def test_key_that_cannot_be_looked_after_is_passed_by(tmp_path: Path, key: Any) -> None:
    assert [e.report.findings for e in read(tmp_path, "stop,at\n9,a\n", key)] == [(), ()]
