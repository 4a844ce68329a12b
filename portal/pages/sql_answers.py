"""Runs a query of a page and gives its answer, or its error with the place in the text, ready to
show.
"""

import secrets
from functools import partial
from typing import Any

import msgspec
from flask import Response, request, url_for

from catalogue.charts import Chart
from catalogue.store.queries import Pins
from catalogue.store.usage import Kind
from portal.accounts.rights import caller
from portal.context import services
from portal.counting import note
from portal.errors import Refusal
from portal.i18n import reader_language
from portal.own_tables import is_own, readable
from portal.pages.sql_views import OnMap, chart_of, drawn, most_drawn, on_map, rows_read
from portal.presence import when_client_leaves
from portal.sql_limits import query_limits
from sandbox.errors import SandboxError
from sandbox.formats.values import plain
from sandbox.messages import message_of

ROWS_SHOWN = 500
_LINES_AROUND = 2


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a query has no answer: a sentence, DuckDB's own words, and the lines around the place."""

    code: str
    message: str
    detail: str | None
    line: int | None
    column: int | None
    lines: list[tuple[int, str, str, str]]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first rows of an answer, or its fault; `status` is that of HTTP."""

    status: int
    columns: list[dict[str, str]] = []
    rows: list[list[Any]] = []
    is_cut: bool = False
    elapsed_ms: float = 0.0
    versions: dict[str, dict[str, Any]] = {}
    engine: str = ""
    parameters: list[dict[str, Any]] = []
    rows_read: int = 0
    on_map: OnMap | None = None
    chart: Chart | None = None
    most_drawn: int = 0
    fault: Fault | None = None
    retry_after_s: int | None = None


def answer_of(
    sql: str,
    texts: dict[str, str],
    *,
    params: dict[str, Any] | None = None,
    pins: Pins | None = None,
    query_id: str | None = None,
) -> Answer:
    """Run a query for whoever sends the current request; `texts` are the values in its form."""
    asking = caller()
    limits = query_limits(
        services().settings, is_signed_in=asking.is_signed_in, max_rows=ROWS_SHOWN
    )
    query_id = query_id[:64] if query_id else secrets.token_hex(8)
    sandbox = services().sandbox
    when_client_leaves(partial(sandbox.cancel, query_id, asking.client))
    try:
        with sandbox.run(
            sql,
            snapshot=readable(asking.user_id),
            params=params,
            texts=texts,
            is_lenient=True,
            pins=pins,
            client=asking.client,
            limits=limits,
            query_id=query_id,
        ) as result:
            columns = [_values(column) for column in result.table().columns]
            note(Kind.QUERY, *(label for label in result.versions if not is_own(label)))
            rows = [list(row) for row in zip(*columns, strict=True)]
            chart = chart_of(result.columns) if rows else None
            return Answer(
                status=200,
                columns=result.columns,
                rows=rows,
                rows_read=rows_read(result.versions),
                on_map=on_map(result.columns, rows),
                chart=chart,
                most_drawn=most_drawn(chart) if chart else 0,
                is_cut=result.truncated,
                elapsed_ms=result.elapsed_ms,
                versions=result.versions,
                engine=str(result.engine),
                parameters=result.parameters,
            )
    except SandboxError as error:
        fault = fault_shown(sql, error)
        return Answer(
            status=error.status,
            fault=fault,
            retry_after_s=error.retry_after_s,
            parameters=error.parameters,
        )


def chart_addresses(endpoint: str, **values: Any) -> dict[str, str]:
    """Return where the chart of an answer is drawn: plain, for a phone, on a dark ground, both."""
    kinds: dict[str, dict[str, Any]] = {"plain": {}, "narrow": {"narrow": 1}, "dark": {"dark": 1}}
    kinds["both"] = kinds["narrow"] | kinds["dark"]
    return {name: url_for(endpoint, **values, **more) for name, more in kinds.items()}


def drawn_answer(sql: str, texts: dict[str, str], pins: Pins | None = None) -> Response:
    """Draw the answer of a query for whoever sends the current request. Raises Refusal."""
    answer = answer_of(sql, texts, pins=pins)
    if answer.fault is not None:
        raise Refusal(answer.status, "chart-not-drawn", reason=answer.fault.message)
    if answer.chart is None:
        raise Refusal(404, "chart-has-no-numbers")
    picture = drawn(
        answer.chart,
        answer.columns,
        answer.rows,
        is_dark=request.args.get("dark") == "1",
        is_narrow=request.args.get("narrow") == "1",
    )
    response = Response(picture, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "no-store"
    return response


def _values(column: Any) -> list[Any]:
    try:
        values: list[Any] = column.to_pylist()
    except (OverflowError, ValueError):  # a date beyond Python's years
        return plain(column.combine_chunks())
    return values


def fault_shown(sql: str, error: SandboxError) -> Fault:
    """Return an error of a statement as a page shows it, in the reader's language."""
    return Fault(
        code=error.code,
        message=message_of(error, reader_language()),  # type: ignore[arg-type]  # one of the three
        detail=error.detail,
        line=error.line,
        column=error.column,
        lines=_lines(sql, error.line, error.column),
    )


def _lines(sql: str, line: int | None, column: int | None) -> list[tuple[int, str, str, str]]:
    """Return the lines around a place as number, text before, the word at fault, text after."""
    if line is None or column is None:
        return []
    found = []
    for number, text in enumerate(sql.splitlines(), start=1):
        if abs(number - line) > _LINES_AROUND:
            continue
        if number != line:
            found.append((number, text, "", ""))
            continue
        start = min(column - 1, len(text))
        end = start
        if text[start : start + 1] == '"' and '"' in text[start + 1 :]:
            end = text.index('"', start + 1) + 1
        end += text[start : start + 1] == "$"
        while end < len(text) and (text[end].isalnum() or text[end] in "_@"):
            end += 1
        end = max(end, min(start + 1, len(text)))
        found.append((number, text[:start], text[start:end] or " ", text[end:]))
    return found
