"""The index on disk: derived, so it may be thrown away; written by one process only."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.errors import StoreError
from catalogue.records import Entry
from catalogue.search import Query, SearchIndex
from tests.catalogue.search.entries import entry, judged


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the judged catalogue up to change 7, closed."""
    made = SearchIndex(tmp_path / "search")
    made.apply(judged(), [], 7)
    made.close()
    return tmp_path / "search"


def count(index: SearchIndex, text: str = "") -> int:
    return index.search(Query(q=text)).count


def test_an_index_is_there_after_a_restart(folder: Path) -> None:
    index = SearchIndex(folder)
    assert (index.sequence(), count(index)) == (7, len(judged()))


def test_a_new_index_is_empty() -> None:
    index = SearchIndex(None)
    hits = index.search(Query(q="vélo"))
    assert (index.sequence(), hits.count, hits.facets["side"]) == (0, 0, {})


def test_the_same_change_twice_is_one(folder: Path) -> None:
    index = SearchIndex(folder)
    for _ in range(3):
        index.apply(judged(), ["unknown"], 7)
    assert (index.sequence(), count(index)) == (7, len(judged()))


def test_a_changed_entry_replaces_the_old_one(folder: Path) -> None:
    index = SearchIndex(folder)
    index.apply([entry("vlille", "Trottinettes"), entry("vlille", "Patinettes")], [], 8)
    assert (count(index, "trottinettes"), count(index, "patinettes")) == (0, 1)
    assert (index.sequence(), count(index)) == (8, len(judged()))


def test_a_removed_or_archived_entry_is_found_no_more(folder: Path) -> None:
    index = SearchIndex(folder)
    index.apply([entry("gares", "Gares", is_archived=True)], ["vlille"], 9)
    assert count(index) == len(judged()) - 2
    assert count(index, "gare") == 0


def test_the_sequence_never_goes_back(folder: Path) -> None:
    index = SearchIndex(folder)
    index.apply([], [], 3)
    assert index.sequence() == 7


def test_a_fault_among_the_entries_changes_nothing(folder: Path) -> None:
    index = SearchIndex(folder)

    def broken() -> Iterator[Entry]:
        yield entry("new", "Nouveau")
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError, match="went away"):
        index.apply(broken(), [], 8)
    assert (index.sequence(), count(index, "nouveau")) == (7, 0)
    index.apply([entry("new", "Nouveau")], [], 8)
    assert (index.sequence(), count(index, "nouveau")) == (8, 1)


@pytest.mark.parametrize(
    "pattern", ["meta.json", "*.term", "*.idx", "*.fast", "*.store", "written_by"]
)
@pytest.mark.parametrize("harm", ["gone", "empty", "garbage", "one byte"])
def test_a_damaged_or_foreign_folder_is_made_anew(folder: Path, pattern: str, harm: str) -> None:
    file = next(folder.glob(pattern))
    content = file.read_bytes()
    middle = len(content) // 2
    if harm == "gone":
        file.unlink()
    else:
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        harmed = {"empty": b"", "garbage": b"\xff" * 500, "one byte": flipped}
        file.write_bytes(harmed[harm])
    index = SearchIndex(folder)
    if harm == "one byte" and pattern == "meta.json" and index.sequence() == 7:
        return  # a blank changed to another character may leave the JSON as it was
    assert (index.sequence(), count(index)) == (0, 0)
    index.apply(judged(), [], 12)
    assert (index.sequence(), count(index, "fiets")) == (12, 3)


def test_a_folder_with_strange_things_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "search" / "old").mkdir(parents=True)
    (tmp_path / "search" / "notes.txt").write_text("x", encoding="utf-8")
    assert SearchIndex(tmp_path / "search").sequence() == 0


def test_a_path_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "search").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError) as caught:
        SearchIndex(tmp_path / "search")
    assert caught.value.code == "search_index_unusable"
    assert str(tmp_path) not in str(caught.value)


def test_a_second_writer_is_refused_and_may_read(folder: Path) -> None:
    writer = SearchIndex(folder)
    writer.apply([], [], 8)
    reader = SearchIndex(folder)
    with pytest.raises(StoreError) as caught:
        reader.apply([], [], 9)
    assert caught.value.code == "search_index_busy"
    assert count(reader) == len(judged())


def test_a_reader_sees_a_commit_at_once(folder: Path) -> None:
    writer, reader = SearchIndex(folder), SearchIndex(folder)
    assert count(reader, "trottinette") == 0
    writer.apply([entry("new", "Trottinettes")], [], 8)
    assert (count(reader, "trottinette"), reader.sequence()) == (1, 8)


def test_a_foreign_index_in_use_is_left_alone(folder: Path) -> None:
    writer = SearchIndex(folder)
    writer.apply([], [], 8)
    (folder / "written_by").write_text("another", encoding="ascii")
    with pytest.raises(StoreError) as caught:
        SearchIndex(folder)
    assert caught.value.code == "search_index_busy"
    assert count(writer) == len(judged())


def test_closing_lets_another_write(folder: Path) -> None:
    first, second = SearchIndex(folder), SearchIndex(folder)
    first.apply([], [], 8)
    first.close()
    second.apply([], [], 9)
    assert second.sequence() == 9


_KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from catalogue.search import SearchIndex
from tests.catalogue.search.entries import entry
index = SearchIndex(Path({folder!r}))
def entries():
    yield entry("new", "Trottinettes")
    os.kill(os.getpid(), 9)
index.apply([entry("kept", "Patinettes")], [], 8)
index.apply(entries(), [], 9)
"""


def test_a_writer_killed_in_the_middle_leaves_the_last_commit(folder: Path) -> None:
    root = str(Path(__file__).resolve().parents[3])
    code = _KILLED.format(root=root, folder=str(folder))
    ended = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - our own code
    assert ended.returncode == -9
    index = SearchIndex(folder)
    assert (index.sequence(), count(index, "patinette"), count(index, "trottinette")) == (8, 1, 0)
    index.apply([entry("new", "Trottinettes")], [], 9)
    assert count(index, "trottinette") == 1
