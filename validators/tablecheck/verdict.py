"""frictionless's verdict on a table: this file alone drives frictionless.

The loop is that of `Resource.validate`, with two differences: errors beyond the limit are counted
instead of stopping the run, and where it crashes there is a finding. Rows that the fast path has
proven are not replayed (see `fast`).
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import frictionless
import msgspec
from frictionless import Checklist, FrictionlessException, Schema
from frictionless.resources import TableResource

from tablecheck.dialect import Dialect
from tablecheck.fast import Fast
from tablecheck.mending import MENDABLE, Mending
from tablecheck.notes import facts_of
from tablecheck.package import Others
from tablecheck.referenced import described, enclose
from tablecheck.report import Finding, Report, Tally
from tablecheck.tokens import Tokens
from tablecheck.values import Taking, Values

# What a schema that does not fit its own data makes frictionless raise, as observed in 5.21:
# sNaN under a bound, naive against aware datetimes, `unique` on lists, bounds in another format.
CRASHES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError,
    ValueError, re.error,
)  # fmt: skip
_PROSE = ["title", "description", "message", "tags"]
_CONSTRAINT = re.compile(r'^constraint "(\w+)" is "(.*)"$', re.DOTALL)
_TYPE = re.compile(r'^type is "([^/]*)/(.*)"$', re.DOTALL)
_POSITION = re.compile(r'at position "?([\d, ]+)"?$')

Check = str | dict[str, Any] | Any

_FIRST_EDITION = "v1"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Hold the verdict and what is needed to type the table afterwards."""

    report: Report
    fields: list[Any] = []
    """frictionless fields in the order of the columns of the file."""


def text_resource(
    path: Path, encoding: str, dialect: Dialect, schema: dict[str, Any]
) -> TableResource:
    """Describe a delimited text to frictionless, leaving it nothing to guess."""
    return stated_resource(path, encoding, dialect.to_frictionless(), schema)


def stated_resource(
    path: Path, encoding: str, dialect: dict[str, Any], schema: dict[str, Any]
) -> TableResource:
    """Describe a delimited text to frictionless in its own words."""
    return TableResource(
        path=path.name,
        basepath=str(path.absolute().parent),
        scheme="file",
        format="csv",
        encoding=encoding,
        dialect=frictionless.Dialect.from_descriptor(copy.deepcopy(dialect)),
        **_schema_option(schema),
    )


def settled(path: Path, encoding: str, dialect: dict[str, Any]) -> dict[str, Any] | None:
    """Ask frictionless how it reads a text of which not all is stated; None where it cannot."""
    try:
        with stated_resource(path, encoding, dialect, {"fields": [{"name": "a"}]}) as resource:
            return described(resource.dialect)
    except (FrictionlessException, *CRASHES):
        return None


def rows_resource(
    rows: Callable[[], Iterable[Sequence[Any]]], header_row: int | None, schema: dict[str, Any]
) -> TableResource:
    """Describe rows of Python values to frictionless, the header among them."""
    options = {"header": False} if header_row is None else {"headerRows": [header_row]}
    return TableResource(
        data=lambda: iter([list(row) for row in rows()]),
        format="inline",
        dialect=frictionless.Dialect.from_descriptor(options),
        **_schema_option(schema),
    )


def _schema_option(schema: dict[str, Any]) -> dict[str, Any]:
    """Hold a schema to the edition of the standard that it names, else to the first.

    A resource that names none imposes the first on its schema, whatever that says.
    """
    made = Schema.from_descriptor(schema)
    edition = Schema.effective_datapackage_version(schema, None)
    return {"schema": made} | (
        {} if edition == _FIRST_EDITION else {"datapackage_version": edition}
    )


def judge(
    make: Callable[[], TableResource],
    *,
    limit: int | None,
    checks: Sequence[Check] = (),
    tokens: Tokens | None = None,
    taking: Taking | None = None,
    others: Others | None = None,
    is_quick: bool = True,
) -> Outcome:
    """Judge the table that `make` describes, quickly where `tokens` hold its cells.

    `taking` gets the values of rows that are right; `others` are the tables of its package that
    its foreign keys may name.
    """
    tally = Tally(limit)
    resource = None
    try:
        resource = make()
        if others is not None:
            enclose(resource, others)
        return _judge(resource, tally, _checklist(checks), tokens, taking, is_quick=is_quick)
    except FrictionlessException as exception:
        tally.is_unbounded = True  # frictionless tells all that is wrong with a schema
        tally.extend(finding(error, {}) for error in exception.to_errors())
        return Outcome(report=tally.report())
    except CRASHES as error:
        if is_quick:  # only the order of the rows tells what comes before the crash
            if taking is not None:
                taking.clear()
            return judge(
                make, limit=limit, checks=checks, taking=taking, others=others, is_quick=False
            )
        if resource is not None and tally.is_cut:  # frictionless has stopped before
            tally.count(None, "schema-not-applicable")
            return Outcome(report=tally.report(labels=resource.labels))
        tally = Tally(limit)
        tally.add(_not_applicable(error))
        return Outcome(report=tally.report())


def _checklist(checks: Sequence[Check]) -> Checklist:
    listed: list[Any] = [{"type": check} if isinstance(check, str) else check for check in checks]
    if all(isinstance(check, dict) for check in listed):
        return Checklist.from_descriptor({"checks": listed}) if listed else Checklist()
    return Checklist(checks=list(listed))


def _judge(
    resource: TableResource,
    tally: Tally,
    checklist: Checklist,
    tokens: Tokens | None,
    taking: Taking | None,
    *,
    is_quick: bool,
) -> Outcome:
    judges = checklist.connect(resource)
    resource.to_descriptor(validate=True)
    known = {field["name"]: field for field in resource.schema.to_descriptor()["fields"]}
    tally.mending = Mending(known.values(), resource.schema.missing_values)
    row_count = 0
    share = None
    keys = _set_aside(resource, tokens)
    with resource:
        fast = values = None
        if taking is None:
            fast = Fast.proven(resource, tokens, tally.limit, keys, has_checks=len(judges) > 1)
        if keys and (fast is None or not fast.is_possible):
            resource.close()
            resource.schema.foreign_keys = keys
            resource.open()  # type: ignore[no-untyped-call]  # frictionless types it not
        if taking is not None and is_quick and len(judges) == 1:
            values = Values.of(resource)
        tally.is_unbounded = True
        for index, check in enumerate(judges):
            for error in check.validate_start():
                if error.type == "check-error":
                    del judges[index]
                if checklist.match(error):
                    _take(tally, error, known)
        tally.is_unbounded = False
        if fast is not None and fast.is_possible:
            for error in fast.errors(tally):
                _take(tally, error, known)
            row_count, share = fast.row_count, fast.fast_share
            tally.end_row(row_count)
        elif values is not None and taking is not None:
            _take_wrong(values, taking, tally, known)
            row_count, share = values.row_count, values.fast_share
        else:
            row_count = _walk(resource, tally, judges, checklist, known, taking)
        tally.is_unbounded = not tally.is_cut
        for check in judges:
            for error in check.validate_end():
                if checklist.match(error):
                    _take(tally, error, known)
        fields = resource.header.get_expected_fields()
        reasons = fast.slow_reasons if fast is not None else {}
    report = tally.report(
        row_count=row_count, labels=resource.labels, slow_reasons=reasons, fast_share=share
    )
    return Outcome(report=report, fields=fields)


def _take_wrong(
    values: Values, taking: Taking, tally: Tally, known: dict[str, dict[str, Any]]
) -> None:
    for found in values.wrong(taking):
        if isinstance(found, FrictionlessException):
            tally.add(finding(found.error, {}))
            continue
        for error in found.errors:
            _take(tally, error, known)
        tally.end_row(found.row_number)
    tally.end_row(values.row_count)


def _set_aside(resource: TableResource, tokens: Tokens | None) -> list[dict[str, Any]]:
    """Take off the foreign keys of a table judged quickly: opening it would read their tables."""
    keys = list(resource.schema.foreign_keys)
    names = {key["reference"]["resource"] for key in keys} - {"", resource.name}
    package = resource.package
    if tokens is None or not tokens.labels:
        return []
    if not all(package is not None and package.has_resource(name) for name in names):
        return []  # opening it says what is not there
    resource.schema.foreign_keys = []
    return keys


def _walk(
    resource: TableResource,
    tally: Tally,
    judges: list[Any],
    checklist: Checklist,
    known: dict[str, dict[str, Any]],
    taking: Taking | None,
) -> int:
    """Judge row by row, as `Resource.validate` does."""
    row_count = 0
    for row in _rows(resource, tally):
        row_count += 1
        for check in judges:
            for error in check.validate_row(row):
                if checklist.match(error):
                    _take(tally, error, known)
        tally.end_row(row_count)
        if taking is not None:
            taking.take(row.to_list())
    return row_count


def _rows(resource: TableResource, tally: Tally) -> Iterator[Any]:
    stream = iter(resource.row_stream)
    while True:
        try:
            yield next(stream)
        except StopIteration:
            return
        except FrictionlessException as exception:
            tally.add(finding(exception.error, {}))


def _take(tally: Tally, error: Any, known: dict[str, dict[str, Any]]) -> None:
    if tally.is_full():
        names = getattr(error, "field_names", None)
        column = getattr(error, "field_name", None) or getattr(error, "label", None)
        tally.count(", ".join(names) if names else column or None, error.type)
        if tally.mending is not None and error.type in MENDABLE:
            tally.mending.take(
                column, error.type, error.cell, rule="type" if error.type == "type-error" else "",
                row=error.row_number, number=error.field_number,
            )  # fmt: skip
        return
    tally.add(finding(error, known))


def finding(error: Any, known: dict[str, dict[str, Any]]) -> Finding:
    """Turn an error of frictionless into a finding that can be said in any language."""
    origin = error.metadata_export(exclude=_PROSE)
    rows = origin.get("rowNumbers") or [None]
    name = origin.get("fieldName") or origin.get("label") or None
    params = _params(origin, known)
    if "labels" in origin:
        params["fields"] = list(known)  # a hint must see where else the name stands
    value = origin.get("cell", origin.get("label"))
    if error.type == "foreign-key":
        value = ", ".join(origin["fieldCells"])
        name = ", ".join(origin["fieldNames"])
    return Finding(
        code=error.type,
        row=origin.get("rowNumber", rows[0]),
        column=name,
        field_number=origin.get("fieldNumber"),
        value=value,
        params=params,
        origin=origin,
    )


def _params(origin: dict[str, Any], known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    note = origin.get("note", "")
    params: dict[str, Any] = {"note": note} if note else {}
    field = known.get(origin.get("fieldName") or "", {})
    if origin["type"] == "type-error" and (typed := _TYPE.match(note)):
        params |= {"type": typed.group(1), "format": typed.group(2)}
        for key in ("decimalChar", "groupChar", "trueValues", "falseValues"):
            if key in field:
                params[key] = field[key]
    elif origin["type"] == "constraint-error" and (told := _CONSTRAINT.match(note)):
        limit: Any = told.group(2)
        if told.group(1) == "enum":  # frictionless writes it as Python does
            limit = [str(value) for value in field.get("constraints", {}).get("enum", [])] or limit
        params |= {"constraint": told.group(1), "limit": limit}
        params |= {"of": field.get("type", "any"), "of_format": field.get("format", "default")}
    elif place := _POSITION.search(note):
        params["other"] = place.group(1)
    params |= facts_of(origin["type"], note)
    params |= {key: field[key] for key in ("title", "labels", "example") if field.get(key)}
    if "labels" in origin:
        params["labels"] = origin["labels"]
    if origin["type"] == "foreign-key":
        params["reference"] = origin.get("referenceName") or ""
    return params


def _not_applicable(error: BaseException) -> Finding:
    text = str(error)
    if isinstance(error, ArithmeticError) or "signaling" in text or "sNaN" in text:
        cause = "nan"
    elif "unhashable" in text:
        cause = "unique"
    elif "not supported between" in text or "can't compare" in text:
        cause = "bound"
    elif isinstance(error, re.error):
        cause = "pattern"
    else:
        cause = "other"
    return Finding(code="schema-not-applicable", params={"cause": cause, "note": text[:300]})
