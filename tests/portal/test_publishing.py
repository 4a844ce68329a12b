from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from catalogue.errors import CatalogueError, Conflict, NotFound
from catalogue.resources import folder
from catalogue.store import Store, datasets, open_store, versions
from portal.publishing import Publication, publish_file

DIRTY = (
    "Commune;insee;montant;date;remarque\r\n"
    "Ambérieu;01004;1\xa0234,50;31/12/2025;“très” bien – 5 €\r\n"
    "Lille;59350;12,5;01/02/2026;\r\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


def written(tmp_path: Path, content: bytes, name: str = "subventions.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    return file


def test_a_cp1252_file_with_decimal_commas_and_leading_zeros_is_read_right(
    store: Store, tmp_path: Path
) -> None:
    file = written(tmp_path, DIRTY.encode("cp1252"))
    done = publish_file(store, file, Publication(title="Subventions 2025", language="fr"))
    (version,) = done.ingested.published
    rows = pq.read_table(store.objects.parquet_path(version.sha256)).to_pylist()
    assert (done.dataset_id, version.table) == ("subventions-2025", "subventions_2025")
    assert rows[0]["insee"] == "01004"
    assert rows[0]["montant"] == 1234.5
    assert rows[0]["date"].isoformat() == "2025-12-31"
    assert rows[0]["remarque"] == "“très” bien – 5 €"
    assert version.recipe["encoding"] == "cp1252"
    assert version.recipe["delimiter"] == ";"


def test_the_same_file_again_makes_no_new_version(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, DIRTY.encode())
    for _ in range(2):
        done = publish_file(store, file, Publication(title="Subventions", language="fr"))
    assert not done.ingested.published
    assert [version.n for version in versions.history(store, "subventions")] == [1]


def test_a_type_that_was_overruled_is_kept_for_the_next_version(
    store: Store, tmp_path: Path
) -> None:
    record = Publication(title="Codes", language="fr")
    publish_file(store, written(tmp_path, b"zone,n\n7,1\n8,2\n"), record, types={"zone": "string"})
    done = publish_file(store, written(tmp_path, b"zone,n\n7,1\n9,3\n"), record)
    (version,) = done.ingested.published
    assert version.n == 2
    assert [(c.name, c.type) for c in version.columns] == [("zone", "VARCHAR"), ("n", "BIGINT")]


def test_a_file_that_fails_its_check_is_a_draft_and_the_published_version_stays(
    store: Store, tmp_path: Path
) -> None:
    record = Publication(title="Tableau", language="fr")
    good = publish_file(store, written(tmp_path, b"a,b\n1,2\n"), record)
    bad = publish_file(store, written(tmp_path, b"a,b\n1,2,3\n"), record)
    entry = datasets.get(store, good.dataset_id)
    (draft,) = entry.drafts
    assert not bad.ingested.published
    assert entry.tables[0].current == good.ingested.published[0]
    assert draft.report["findings"][0]["code"] == "extra-cell"
    assert store.objects.raw_path(draft.raw_sha256).read_bytes() == b"a,b\n1,2,3\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "report.csv"),
        (b"PK\x03\x04 broken", "broken.xlsx"),
        (b'{"a": ', "cut.json"),
    ],
)
def test_what_is_no_table_is_kept_with_a_finding(
    store: Store, tmp_path: Path, content: bytes, name: str
) -> None:
    done = publish_file(
        store, written(tmp_path, content, name), Publication(title="X", language="en")
    )
    (draft,) = done.ingested.drafts
    assert draft.report["findings"]
    assert store.objects.raw_path(draft.raw_sha256).read_bytes() == content


def test_a_schema_that_does_not_exist_is_refused_with_those_that_do(
    store: Store, tmp_path: Path
) -> None:
    record = Publication(title="X", language="en", schema="no-such-schema")
    with pytest.raises(NotFound) as raised:
        publish_file(store, written(tmp_path, b"a\n1\n"), record)
    assert datasets.generation(store) == 0
    assert raised.value.code == "schema-unknown"
    assert "municipality" in raised.value.params["known"]


def test_a_title_of_another_publisher_is_another_dataset(store: Store, tmp_path: Path) -> None:
    def said(publisher: str | None = None, **more: str) -> Publication:
        return Publication(title="Arbres", language="fr", publisher=publisher, **more)

    ours = publish_file(store, written(tmp_path, b"a\n1\n"), said("Tournai", licence="cc-by-4.0"))
    theirs = publish_file(store, written(tmp_path, b"a\n2\n"), said("Mouscron"))
    again = publish_file(store, written(tmp_path, b"a\n3\n"), said("Tournai"))
    assert ours.dataset_id == again.dataset_id != theirs.dataset_id
    assert datasets.get(store, ours.dataset_id).dataset.licence == "cc-by-4.0"
    with pytest.raises(Conflict):
        publish_file(store, written(tmp_path, b"a\n4\n"), said())


def test_a_title_in_another_language_is_added(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, b"a\n1\n")
    done = publish_file(store, file, Publication(title="Parking", language="fr"))
    publish_file(store, file, Publication(title="Parking", language="nl", description="Plaatsen"))
    dataset = datasets.get(store, done.dataset_id).dataset
    assert dataset.title == {"fr": "Parking", "nl": "Parking"}
    assert dataset.description == {"nl": "Plaatsen"}


def test_a_type_that_cannot_be_set_changes_nothing(store: Store, tmp_path: Path) -> None:
    for types in ({"b": "string"}, {"a": "strin"}):
        with pytest.raises(CatalogueError):
            publish_file(
                store,
                written(tmp_path, b"a\n1\n"),
                Publication(title="X", language="fr"),
                types=types,
            )
    assert datasets.generation(store) == 0


def test_a_refused_file_leaves_what_is_said_of_the_published_one(
    store: Store, tmp_path: Path
) -> None:
    first = Publication(title="Arbres", language="fr", licence="cc-by-4.0")
    done = publish_file(store, written(tmp_path, b"a,b\n1,2\n"), first)
    worse = Publication(title="Arbres", language="fr", licence="odbl-1.0", description="Autre")
    assert publish_file(store, written(tmp_path, b"a,b\n1,2,3\n"), worse).ingested.drafts
    dataset = datasets.get(store, done.dataset_id).dataset
    assert (dataset.licence, dataset.description) == ("cc-by-4.0", {})


def test_the_schema_of_the_last_version_holds_for_the_next(store: Store, tmp_path: Path) -> None:
    examples = folder("schemas") / "public-holiday" / "1.0.0" / "examples"
    said = Publication(title="Feries", language="fr", schema="public-holiday")
    assert publish_file(store, examples / "valid.csv", said).ingested.published
    again = Publication(title="Feries", language="fr")
    assert publish_file(store, examples / "invalid.csv", again).ingested.drafts


def test_a_file_without_rows_does_not_replace_one_with_rows(store: Store, tmp_path: Path) -> None:
    said = Publication(title="Table", language="fr")
    publish_file(store, written(tmp_path, b"a,b\n1,2\n"), said)
    done = publish_file(store, written(tmp_path, b"a,b\n"), said)
    assert (len(done.ingested.published), len(done.ingested.drafts)) == (0, 1)
    assert versions.get(store, "table").row_count == 1


def test_a_title_without_a_letter_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as raised:
        publish_file(store, written(tmp_path, b"a\n1\n"), Publication(title="!!!", language="fr"))
    assert raised.value.code == "title-empty"


def test_two_publications_of_one_title_wait_for_each_other(store: Store, tmp_path: Path) -> None:
    def publish(number: int) -> int:
        file = written(tmp_path, f"a\n{number}\n".encode(), f"{number}.csv")
        done = publish_file(store, file, Publication(title="Table", language="fr"))
        return done.ingested.published[0].n

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(publish, range(3))) == [1, 2, 3]
