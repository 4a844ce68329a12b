"""A bounded run of the differential suite; the command runs it for as long as one likes."""

import random
from pathlib import Path
from typing import Any

import pytest

import tablecheck
from tests.tablecheck.differential import corpus, metamorphic, planted, shares, splits
from tests.tablecheck.differential.broken import broken, broken_dialects
from tests.tablecheck.differential.cases import COMMA, Case
from tests.tablecheck.differential.cells import judge_cells
from tests.tablecheck.differential.fields import FAMILIES
from tests.tablecheck.differential.fuzz import fuzzed
from tests.tablecheck.differential.runs import Run
from tests.tablecheck.differential.verdicts import verdict_of


def agree(run: Run) -> None:
    assert not run.differences, "\n\n".join(map(str, run.differences[:3]))
    assert run.case_count


@pytest.mark.parametrize("file", planted.all_planted(), ids=lambda file: file.case.name)
def test_planted_errors_are_found_and_no_others(file: planted.Planted) -> None:
    found = [(e["type"], e.get("rowNumber"), e.get("fieldNumber")) for e in errors_of(file.case)]
    assert found == file.errors
    run = Run()
    run.judge(file.case)
    agree(run)


@pytest.mark.parametrize("first", range(0, 45, 15))
def test_fuzzed_files_get_the_same_verdict(first: int) -> None:
    run = Run()
    run.judge_all(fuzzed(seed) for seed in range(first, first + 15))
    agree(run)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_schemas_and_dialects_with_faults_get_the_same_verdict(first: int) -> None:
    run = Run()
    run.judge_all(broken(range(first, first + 20)))
    run.judge_all(broken_dialects(range(first, first + 20)))
    agree(run)


def test_files_at_hand_get_the_same_verdict_under_mutated_schemas() -> None:
    run = Run()
    run.judge_all(
        case
        for case in corpus.cases(first_seed=7, per_file=1, max_bytes=3_000)
        if case.name.startswith("examples/valid") and case.name.endswith("1")
    )
    agree(run)


@pytest.mark.parametrize("type_", FAMILIES)
def test_mutated_cells_get_the_same_verdict(type_: str) -> None:
    run = Run()
    judge_cells(type_, run, count=1, first_seed=0, column=12)
    agree(run)


def test_a_block_may_end_anywhere() -> None:
    run = Run()
    run.judge_all(splits.cases(step=503))
    agree(run)


@pytest.mark.parametrize("seed", range(6))
def test_one_more_good_row_changes_nothing(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311 - test data, no secret
    before, after = metamorphic.appended(metamorphic.dirty_rows(pick))
    assert errors_of(before) == errors_of(after)


@pytest.mark.parametrize("seed", range(6))
def test_columns_matched_by_name_may_stand_anywhere(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311 - test data, no secret
    before, after, order = metamorphic.permuted(metamorphic.dirty_rows(pick), pick)
    moved = {place + 1: number for number, place in enumerate(order, start=1)}

    def facts(error: dict[str, Any]) -> tuple[int, str, str, int]:
        return (error["rowNumber"], error["type"], error["note"], error.get("fieldNumber", 0))

    wanted = [facts(e) for e in errors_of(before)]
    found = [facts(e) for e in errors_of(after)]
    assert sorted((*rest, moved.get(n, 0)) for *rest, n in wanted) == sorted(found)


def test_most_cells_of_files_at_hand_are_proven_and_not_delegated() -> None:
    share = shares.share_of_files(max_bytes=3_000)
    assert share.cells > 1_000
    assert share.proven >= shares.FILES_FLOOR, f"{share.delegated} of {share.cells} delegated"


@pytest.mark.parametrize("column", shares.COLUMNS, ids=lambda column: column.name)
def test_right_cells_of_each_type_are_proven_and_not_delegated(column: shares.Column) -> None:
    assert shares.share_of_column(column).proven >= shares.COLUMN_FLOOR


@pytest.mark.parametrize("column", shares.LEFT_TO_FRICTIONLESS, ids=lambda column: column.name)
def test_cells_put_to_frictionless_are_counted_as_such(column: shares.Column) -> None:
    assert shares.share_of_column(column).proven == 0


@pytest.mark.parametrize(("data", "options"), [
    (b"a\nxyz\n", {"encoding": "utf-8-sig"}),  # no mark, though one is told of
    (b"\xef\xbb\xbf\xef\xbb\xbfabc\nx\n", {"dialect": {**COMMA, "header": False}}),
    (b"a\n\xef\xbb\xbf1\n2\n", {}),
    (b"a,b\n1,2\n", {"dialect": {**COMMA, "headerRows": []}}),
    (b"a\nx\n", {"limit": 1}),
    (b"a\n\xe9\n", {}),
    (b"", {}),
    (b"a#b\n1#2\n", {"dialect": {"delimiter": "#"}}),
    (b"<a>,b\n1,2\n", {}),
    (b"{a},b\n1,2\n", {}),
    (b"a\n" + b"9" * 30 + b"\n", {}),
])  # fmt: skip
def test_bytes_that_once_set_the_two_apart_agree(data: bytes, options: dict[str, Any]) -> None:
    fields = [{"name": "a", "type": "integer"}]
    run = Run()
    run.judge(Case(name="once apart", data=data, schema={"fields": fields}, **options))
    agree(run)


@pytest.mark.parametrize("dialect", [
    {"headerRows": [1], "csv": {"delimiter": [1]}},
    {"headerRows": [1], "csv": {"quoteChar": 0, "doubleQuote": "no"}},
    {"headerRows": [1], "headerJoin": False},
    {**COMMA, "delimiter": {"x": 1}},
    {**COMMA, "delimiter": ";"},  # stands beside `csv`, and is the last word
    {**COMMA, "delimiter": ""},
    {**COMMA, "quoteChar": "'", "skipInitialSpace": True},
    {"headerRows": [1], "csv": {**COMMA["csv"], "escapeChar": ""}},
])  # fmt: skip
@pytest.mark.parametrize("limit", [1, 1_000])
def test_odd_dialects_get_the_same_verdict(dialect: dict[str, Any], limit: int) -> None:
    run = Run()
    fields = [{"name": "a", "type": "integer"}]
    data = b"a;b\n1; '2'\nx,1\n"
    schema = {"fields": fields}
    run.judge(Case(name="odd", data=data, schema=schema, dialect=dialect, limit=limit))
    agree(run)


def test_crash_is_one_finding_beside_those_of_our_own_checks() -> None:
    check = {"name": "french-siren-value", "params": {"column": "a"}}
    fields = [{"name": "a"}, {"name": "b", "type": "number", "constraints": {"maximum": ""}}]
    run = Run()
    schema = {"fields": fields, "custom_checks": [check]}
    run.judge(Case(name="crash and check", data=b"a,b\n1,2\n", schema=schema))
    agree(run)


@pytest.mark.parametrize("label", ["a", "z"])
def test_key_to_values_that_cannot_be_compared_crashes_though_its_own_column_is_missing(
    label: str,
) -> None:
    key = {"fields": ["a"], "reference": {"resource": "", "fields": ["b"]}}
    fields = [{"name": "a"}, {"name": "b", "type": "object"}]
    schema = {"fields": fields, "fieldsMatch": "partial", "foreignKeys": [key]}
    run = Run()
    run.judge(Case(name="key", data=f'{label},b\n1,"{{}}"\n'.encode(), schema=schema))
    agree(run)


def test_crash_in_a_ragged_row_comes_after_what_was_found_before_it() -> None:
    field = {"name": "a", "type": "number", "constraints": {"minimum": 0}}
    data = b"a,b\nx\nsNaN\n"
    run = Run()
    for limit in (1, 2, 1_000):
        run.judge(Case(name="crash", data=data, schema={"fields": [field]}, limit=limit))
    agree(run)


@pytest.mark.parametrize(("data", "schema"), [
    (b"a\nx\n\ny\n", {"fields": [{"name": "a", "type": "any"}], "missingValues": [" "]}),
    (b"a\r\nx\r\n\r\n", {"fields": [{"name": "a"}], "missingValues": []}),
    (b"a\n1\n\n\n2\n", {"fields": [{"name": "a", "type": "integer"}], "missingValues": ["-"]}),
    (b"a,b\n1,2\n\n,\n", {"fields": [{"name": "a", "missingValues": ["-"]}, {"name": "b"}]}),
    (b"a,b\n1,2\n,\n\n,\n\n", {"fields": [{"name": "a"}, {"name": "b"}], "primaryKey": ["a"],
                                "missingValues": ["x"]}),
])  # fmt: skip
@pytest.mark.parametrize("limit", [1, 2, 1_000])
@pytest.mark.parametrize("is_streamed", [False, True])
def test_empty_line_is_blank_even_where_an_empty_text_is_a_value(
    data: bytes, schema: dict[str, Any], limit: int, is_streamed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if is_streamed:
        monkeypatch.setattr("tablecheck.stated.STREAMED_FROM_BYTES", 0)
    run = Run()
    run.judge(Case(name="empty lines", data=data, schema=schema, limit=limit))
    agree(run)


def test_errors_of_empty_lines_beyond_the_limit_are_counted_as_blank_rows(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n" + "x,1\n" * 5 + "\n" * 7 + ",1\n" * 3)
    fields = [{"name": "a", "type": "integer"}, {"name": "b"}]
    report = tablecheck.validate(
        tmp_path / "t.csv",
        {"fields": fields, "missingValues": ["-"]},
        dialect=COMMA,
        limit_errors=2,
    )
    assert {(c.column, c.code): c.count for c in report.counts} == {
        ("a", "type-error"): 8, (None, "blank-row"): 7,
    }  # fmt: skip


@pytest.mark.parametrize("limit", [1, 3, 7, 40])
def test_counts_are_the_same_wherever_the_list_ends(tmp_path: Path, limit: int) -> None:
    pick = random.Random(limit)  # noqa: S311 - test data, no secret
    rows = ["1,a", "1,a,more,still", "x", "x,b", "", ",", "2,", "9,c", "1,c,"]
    text = "".join(f"{pick.choice(rows)}\n" for _ in range(400))
    (tmp_path / "t.csv").write_text("a,b\n" + text)
    schema = {"missingValues": ["-"], "primaryKey": ["b"], "fields": [
        {"name": "a", "type": "integer", "constraints": {"maximum": 5, "unique": True}},
        {"name": "b", "constraints": {"required": True}},
    ]}  # fmt: skip

    def counts(**options: Any) -> dict[tuple[str | None, str], int]:
        report = tablecheck.validate(tmp_path / "t.csv", schema, dialect=COMMA, **options)
        assert report.error_count == sum(count.count for count in report.counts)
        return {(count.column, count.code): count.count for count in report.counts}

    assert counts(limit_errors=limit) == counts(limit_errors=None)


@pytest.mark.parametrize("first", range(1_000, 1_060, 20))
def test_files_too_large_to_hold_get_the_same_verdict(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tablecheck.stated.STREAMED_FROM_BYTES", 0)
    run = Run()
    run.judge_all(fuzzed(seed) for seed in range(first, first + 20))
    run.judge_all(planted.cases())
    run.judge_all(splits.streamed(range(first, first + 10)))
    agree(run)


def errors_of(case: Case) -> list[dict[str, Any]]:
    return verdict_of(case).errors
