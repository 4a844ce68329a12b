"""The score of a description is that of data.europa.eu: 405 points, lost one by one."""

import pytest

from catalogue.datapackage import Bytes
from catalogue.dcat.description import Place, tell
from catalogue.dcat.mqa import METRICS, MOST, MOST_POINTS, Dimension, Score, score
from catalogue.fetch import Fetch
from catalogue.records import Column, Dataset, Entry, Source, Table, Version
from harvesters.datapackage import DATAPACKAGE
from tests.factories import dataset, distribution
from tests.harvesters import portals

ROOT = "https://data.example.org"
PLACE = Place(
    root=ROOT,
    formats_of=lambda version: ["csv", "parquet"],
    media_types={"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"},
    bytes_of=lambda version, form: Bytes(7, "0" * 64) if form == "parquet" else None,
)
FULL = {
    "keywords": {"fr": ["vélo"]},
    "themes": ["TRAN"],
    "spatial": ["59350"],
    "data_modified": "2026-01-02",
}


def entry_of(record: Dataset, *, has_table: bool = True) -> Entry:
    version = Version(
        table="bikes", n=1, sha256="0" * 64, logical_sha256="", raw_sha256="", row_count=1,
        size_bytes=7, created_at="2026-01-01T00:00:00Z",
        columns=[Column(name="a", type="VARCHAR")], schema={}, recipe={}, report={},
    )  # fmt: skip
    table = Table(name="bikes", dataset_id="bikes", distribution_id="csv", current=version)
    moment = "2026-01-01T00:00:00Z"
    return Entry(
        id="bikes", dataset=record, tables=[table] if has_table else [], drafts=[],
        created_at=moment, updated_at=moment, data_updated_at=None, is_archived=False, sequence=1,
    )  # fmt: skip


def score_of(record: Dataset, *, has_table: bool = True) -> Score:
    told = tell(entry_of(record, has_table=has_table), PLACE)
    return score(told, lambda address: address.startswith(ROOT))


def test_a_dataset_that_tells_everything_has_every_point() -> None:
    found = score_of(dataset(**FULL))
    assert found.missing == []
    assert found.points == MOST_POINTS == 405
    assert found.rating == "excellent"
    assert [MOST[each] for each in Dimension] == [100, 100, 110, 75, 20]


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"keywords": {}}, {"keyword"}),
        ({"themes": []}, {"theme"}),
        ({"spatial": [], "publisher": None}, {"spatial"}),
        ({"data_modified": None}, {"temporal"}),
        ({"licence": None}, {"licence", "licence-known"}),
        ({"licence": "nos conditions"}, {"licence-known"}),
    ],
)
def test_what_is_not_told_costs_its_points(changes: dict[str, object], lost: set[str]) -> None:
    record = {**FULL, **changes}
    if record.get("publisher", "") is None:  # one without a side, which would tell the country
        record["publisher"] = type(dataset().publisher)(id="x", title={"fr": "X"})
    found = score_of(dataset(**record))
    assert {metric.code for metric in found.missing} == lost
    assert found.points == 405 - sum(one.points for one in METRICS if one.code in lost)


def test_file_of_the_publisher_counts_as_it_is_offered() -> None:
    pdf = distribution(url="https://elsewhere.example/plan.pdf", format="pdf")
    found = score_of(dataset(**FULL, distributions=[pdf]), has_table=False)
    lost = {metric.code for metric in found.missing}
    assert lost == {
        "access-answers", "download-answers", "media-type", "format-known", "format-open", "size",
    }  # fmt: skip
    assert found.rating == "good"


def starter() -> list[Dataset]:
    source = Source(id="starter", protocol="datapackage", url="starter:")
    with portals.fetch() as fetch:
        assert isinstance(fetch, Fetch)
        parsed = [DATAPACKAGE.parse(raw, source) for raw in DATAPACKAGE.records(source, fetch)]
    return [one.dataset for one in parsed if one.dataset]


def test_every_starter_dataset_is_excellent() -> None:
    found = {record.remote_id: score_of(record) for record in starter()}
    assert len(found) >= 25
    poor = {name: one.missing for name, one in found.items() if one.points < 351}
    assert not poor
