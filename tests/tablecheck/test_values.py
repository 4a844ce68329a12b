"""Rows of values, judged in batches: frictionless's verdict, and its values, row by row."""

import datetime as dt
import json
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Schema
from frictionless.resources import TableResource

import tablecheck
from tablecheck.values import Values
from tablecheck.verdict import judge, rows_resource

UTC = dt.UTC
EAST = dt.timezone(dt.timedelta(hours=1))
VALUES: list[Any] = [
    None, None, "", "a", "ab", "1", "01", " 1", "1.0", "true", "2024-01-05", "NaN", "None", "é",
    "3.1,50.6", '{"a": 1}', "[1]", 0, 1, 1, 2, -1, 10**30, True, False, 0.0, -0.0, 1.0, 1.5,
    float("nan"), float("inf"), Decimal("1"), Decimal("1.00"), Decimal("0.5"), [1], {"a": 1}, [],
    dt.date(2024, 1, 5), dt.datetime.fromisoformat("2024-01-05T10:00"),
    dt.datetime(2024, 1, 5, 10, tzinfo=UTC),
    dt.datetime(2024, 1, 5, 11, tzinfo=EAST), dt.time(10), b"x",
]  # fmt: skip
TYPES = [
    "string", "integer", "number", "boolean", "date", "datetime", "time", "year", "any", "array",
    "object", "geopoint", "list",
]  # fmt: skip


class Collector:
    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []

    def take(self, values: Sequence[Any]) -> None:
        self.rows.append(tuple(values))

    def take_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        self.rows.extend(zip(*columns, strict=True))

    def clear(self) -> None:
        self.rows = []


def verdict(
    rows: list[list[Any]], schema: dict[str, Any], limit: int, *, is_quick: bool
) -> tuple[tablecheck.Report, list[tuple[Any, ...]]]:
    collector = Collector()
    outcome = judge(
        lambda: rows_resource(lambda: iter(rows), 1, schema), limit=limit, taking=collector,
        is_quick=is_quick,
    )  # fmt: skip
    return outcome.report, collector.rows


def of_frictionless(rows: list[list[Any]], schema: dict[str, Any], limit: int) -> list[Any]:
    resource = TableResource(
        data=[list(row) for row in rows], format="inline", schema=Schema.from_descriptor(schema)
    )
    report = resource.validate(limit_errors=limit).to_descriptor()
    return list(report["tasks"][0]["errors"])


def facts(rows: list[tuple[Any, ...]]) -> list[list[tuple[type, str]]]:
    """Tell 0.0 from -0.0 and 1 from True."""
    return [[(type(value), repr(value)) for value in row] for row in rows]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablecheck.values._BATCH_ROWS", 4)


def _case(pick: random.Random) -> tuple[list[list[Any]], dict[str, Any]]:
    fields: list[dict[str, Any]] = []
    for name in "abc"[: pick.choice((1, 2, 3, 3))]:
        field: dict[str, Any] = {"name": name, "type": pick.choice(TYPES)}
        chance = pick.random()
        if chance < 0.2:
            field["constraints"] = {"required": True}
        elif chance < 0.35:
            field["constraints"] = {"unique": True}
        elif chance < 0.45 and field["type"] in ("integer", "number"):
            field["constraints"] = {"minimum": 1}
        fields.append(field)
    schema: dict[str, Any] = {"fields": fields}
    if pick.random() < 0.3:
        schema["primaryKey"] = [fields[0]["name"]]
    if pick.random() < 0.2:
        reference = {"resource": "", "fields": [fields[-1]["name"]]}
        schema["foreignKeys"] = [{"fields": [fields[0]["name"]], "reference": reference}]
    if pick.random() < 0.2:
        schema["missingValues"] = pick.choice([["", "1"], ["None"], ["a", "True"]])
    some = pick.sample(VALUES, 6) if pick.random() < 0.7 else VALUES
    rows: list[list[Any]] = [[field["name"] for field in fields]]
    for _ in range(pick.choice((0, 3, 8, 20))):
        width = len(fields) + (pick.choice((-1, 1)) if pick.random() < 0.05 else 0)
        rows.append([pick.choice(some) for _ in range(width)])
    return rows, schema


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_batches_give_the_verdict_and_the_values_of_single_rows(first: int) -> None:
    valid = 0
    for seed in range(first, first + 100):
        pick = random.Random(seed)  # noqa: S311 - test data, no secret
        rows, schema = _case(pick)
        limit = pick.choice((2, 1_000, 1_000))
        quick, taken = verdict(rows, schema, limit, is_quick=True)
        slow, wanted = verdict(rows, schema, limit, is_quick=False)
        told = [report.to_frictionless() for report in (quick, slow)]
        assert told[0] == told[1], (seed, schema, rows)
        assert (quick.counts, quick.row_count) == (slow.counts, slow.row_count), seed
        if quick.valid:
            valid += 1
            assert facts(taken) == facts(wanted), (seed, schema, rows)
    assert valid > 3


@pytest.mark.parametrize("seed", range(1_000, 1_060))
def test_errors_are_those_of_frictionless(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311 - test data, no secret
    rows, schema = _case(pick)
    try:
        theirs = of_frictionless(rows, schema, 1_000)
    except Exception:
        pytest.skip("frictionless crashes")
    ours, _ = verdict(rows, schema, 1_000, is_quick=True)
    assert ours.to_frictionless()["tasks"][0]["errors"] == theirs


def test_source_that_breaks_is_told_after_the_rows_before_it() -> None:
    def rows() -> Iterator[Any]:
        yield ["a"]
        yield from ([n] for n in range(203))
        yield "no row"

    schema = {"fields": [{"name": "a", "type": "integer", "constraints": {"maximum": 200}}]}
    reports = []
    for is_quick in (True, False):
        resource = TableResource(
            data=lambda: rows(), format="inline", schema=Schema.from_descriptor(schema)
        )
        outcome = judge(
            lambda resource=resource: resource, limit=100, taking=Collector(), is_quick=is_quick
        )
        reports.append(outcome.report.to_frictionless())
    assert reports[0] == reports[1]
    assert [e["type"] for e in reports[0]["tasks"][0]["errors"]] == [
        "constraint-error", "constraint-error", "source-error",
    ]  # fmt: skip


RECORDS = [{"id": n, "genre": ("bus", "velo")[n % 2], "jour": "2024-01-05"} for n in range(40)]
FIELDS = [
    {"name": "id", "type": "integer", "constraints": {"unique": True}},
    {"name": "genre", "constraints": {"enum": ["bus", "velo"]}},
    {"name": "jour", "type": "date"},
]


@pytest.mark.parametrize("ending", ["json", "ndjson", "parquet"])
@pytest.mark.parametrize("is_bad", [False, True])
def test_files_of_values_get_the_same_table_and_report(
    tmp_path: Path, ending: str, is_bad: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [dict(record) for record in RECORDS]
    if is_bad:
        records[7]["genre"], records[30]["id"] = "tram", 3
    path = tmp_path / f"t.{ending}"
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist(records), path)
    else:
        lines = [json.dumps(record) for record in records]
        path.write_text("\n".join(lines) if ending == "ndjson" else f"[{','.join(lines)}]")
    (quick,) = tablecheck.read(path, schema={"fields": FIELDS})
    assert quick.report.fast_share is not None
    monkeypatch.setattr(Values, "of", lambda _: None)
    (slow,) = tablecheck.read(path, schema={"fields": FIELDS})
    assert quick.report.valid is not is_bad
    assert quick.table == slow.table if quick.table is None else quick.table.equals(slow.table)
    assert quick.report.to_frictionless() == slow.report.to_frictionless()
    assert [f.row for f in quick.report.errors] == ([9, 32] if is_bad else [])
