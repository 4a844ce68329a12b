"""The two verdicts on a case, and what tells them apart."""

import copy
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import frictionless
import msgspec
from frictionless import Checklist, Field, FrictionlessException, Schema
from frictionless.resources import TableResource

import tablecheck
from tablecheck.checks.registry import own_checks
from tablecheck.schemas import shape_findings
from tests.tablecheck.differential.cases import Case

CRASHED = "frictionless crashes"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what a judge said, without times and byte statistics."""

    errors: list[dict[str, Any]]
    valid: bool
    warnings: list[str]
    labels: list[str]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Hold a case on which the two do not agree."""

    case: Case
    theirs: Verdict | str
    ours: Verdict | str

    def __str__(self) -> str:
        case = self.case
        lines = [
            f"{case.name}: the verdicts differ",
            f"  data     {case.data!r}",
            f"  schema   {json.dumps(case.schema, ensure_ascii=False)}",
            f"  dialect  {json.dumps(case.dialect)}  encoding {case.encoding}  limit {case.limit}",
        ]
        return "\n".join([*lines, *(f"  {line}" for line in self._first())])

    def _first(self) -> Iterator[str]:
        if isinstance(self.theirs, str) or isinstance(self.ours, str):
            yield f"frictionless {_brief(self.theirs)}"
            yield f"tablecheck   {_brief(self.ours)}"
            return
        for name in ("valid", "warnings", "labels"):
            if getattr(self.theirs, name) != getattr(self.ours, name):
                yield f"{name}: {getattr(self.theirs, name)} | {getattr(self.ours, name)}"
        yield f"{len(self.theirs.errors)} | {len(self.ours.errors)} errors"
        for place in range(max(len(self.theirs.errors), len(self.ours.errors))):
            told = [v.errors[place : place + 1] for v in (self.theirs, self.ours)]
            if told[0] != told[1]:
                yield f"error {place + 1} of frictionless: {_facts(told[0])}"
                yield f"error {place + 1} of tablecheck:   {_facts(told[1])}"
                return


def _brief(verdict: Verdict | str) -> str:
    return verdict if isinstance(verdict, str) else f"says {_facts(verdict.errors[:2])}"


def _facts(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    prose = ("title", "description", "tags")
    return [{k: v for k, v in error.items() if k not in prose} for error in errors]


def difference(case: Case) -> Difference | None:
    """Judge a case twice; None where both say the same."""
    with tempfile.TemporaryDirectory(prefix="differential-") as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(case.data)
        theirs = of_frictionless(path, case)
        ours = of_tablecheck(path, case)
    if theirs == ours or (ours == CRASHED and _is_refused_for_its_shape(case, theirs)):
        return None
    if theirs == CRASHED and _is_of_dialect(ours):
        return None
    return Difference(case=case, theirs=theirs, ours=ours)


def _is_refused_for_its_shape(case: Case, theirs: Verdict | str) -> bool:
    """Tell whether frictionless refuses a schema in which we name the part of a wrong shape."""
    if not shape_findings(case.schema) or isinstance(theirs, str):
        return False
    return {error["type"] for error in theirs.errors} <= {"schema-error", "field-error"}


def _is_of_dialect(ours: Verdict | str) -> bool:
    """Tell whether the dialect alone is found at fault, before any row is read."""
    types = [] if isinstance(ours, str) else [error["type"] for error in ours.errors]
    return types == ["dialect-error"]


def of_frictionless(path: Path, case: Case) -> Verdict | str:
    """Give frictionless's verdict; its crash, or its refusal of the metadata, is one too."""
    try:
        resource = TableResource(
            path=path.name,
            basepath=str(path.parent),
            format="csv",
            encoding=case.encoding,
            dialect=frictionless.Dialect.from_descriptor(copy.deepcopy(case.dialect)),
            schema=Schema.from_descriptor(copy.deepcopy(case.schema)),
            **_edition(case),
        )
        checklist = Checklist.from_descriptor({"checks": copy.deepcopy(case.checks)})
        report = resource.validate(checklist, limit_errors=case.limit).to_descriptor()
    except FrictionlessException as exception:
        errors = [error.to_descriptor() for error in exception.to_errors()]
        return Verdict(errors=errors, valid=False, warnings=[], labels=[])
    except Exception:
        return CRASHED
    return _verdict(report)


def _edition(case: Case) -> dict[str, Any]:
    """Let the resource name the edition that its schema names, as `tablecheck` does."""
    edition = Schema.effective_datapackage_version(case.schema, None)
    return {} if edition == "v1" else {"datapackage_version": edition}


def of_tablecheck(path: Path, case: Case) -> Verdict | str:
    """Give our verdict; the one finding where frictionless crashes stands for its crash."""
    report = tablecheck.validate(
        path, copy.deepcopy(case.schema), dialect=copy.deepcopy(case.dialect),
        encoding=case.encoding, checks=case.checks, limit_errors=case.limit,
    )  # fmt: skip
    told = [finding.code for finding in report.errors if finding.code not in own_checks()]
    if told == ["schema-not-applicable"]:
        return CRASHED
    return _verdict(report.to_frictionless())


def verdict_of(case: Case) -> Verdict:
    """Give our verdict on a case that frictionless does not crash on."""
    with tempfile.TemporaryDirectory(prefix="differential-") as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(case.data)
        verdict = of_tablecheck(path, case)
    assert isinstance(verdict, Verdict)
    return verdict


def proven_cells(case: Case, share: "Share") -> None:
    """Judge a case by tablecheck alone, and count the cells that it settled itself."""
    with tempfile.TemporaryDirectory(prefix="differential-") as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(case.data)
        with counting(share):
            report = tablecheck.validate(
                path, copy.deepcopy(case.schema), dialect=case.dialect, encoding=case.encoding
            )
    share.cells += report.row_count * len(report.labels)


def _verdict(report: dict[str, Any]) -> Verdict:
    task = report["tasks"][0]
    return Verdict(
        errors=task["errors"],
        valid=task["valid"],
        warnings=task["warnings"],
        labels=task["labels"],
    )


class Share:
    """Count the cells judged, and those that were put to frictionless's own readers."""

    def __init__(self) -> None:
        self.cells = 0
        self.delegated = 0

    @property
    def proven(self) -> float:
        """Give the share of the cells that the fast path settled by itself."""
        return 1 - self.delegated / self.cells if self.cells else 0.0


@contextmanager
def counting(share: Share) -> Iterator[None]:
    """Count each text put to a reader of frictionless while tablecheck works."""
    made = Field.create_cell_reader

    def create(field: Any) -> Any:
        reader = made(field)

        def read(cell: Any) -> Any:
            share.delegated += 1
            return reader(cell)

        return read

    Field.create_cell_reader = create  # type: ignore[method-assign]  # for the time of the count
    try:
        yield
    finally:
        Field.create_cell_reader = made  # type: ignore[method-assign]  # as it was
