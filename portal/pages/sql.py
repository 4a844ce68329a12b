"""SQL on the tables: a form that works without JavaScript, its answer, and what can be asked.

A query that fits in an address gets one, so that it can be kept and shared. With JavaScript the
same answer is fetched as a piece of the page and put in its place.
"""

import json
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.rights import caller, public_write
from portal.context import public_root, services
from portal.own_tables import own
from portal.pages.sql_answers import ROWS_SHOWN, Answer, answer_of, chart_addresses, drawn_answer
from portal.pages.sql_examples import examples
from portal.pages.sql_fields import fields_of, in_query
from portal.pages.sql_snippets import sql_snippets, values_of
from portal.pages.sql_tables import listed_tables, table_names
from portal.sql_values import SIGN, texts_sent

LONGEST_ADDRESS = 4_000
FORMATS = ("csv", "xlsx", "json", "ndjson", "parquet", "arrow")
FRAGMENT = "X-Fragment"
Answered = tuple[str, int, dict[str, str]]
_READS_ONLY = "SQL here reads and never writes; the sandbox limits each client"

blueprint = Blueprint("sql", __name__)


@blueprint.get("/sql")
def show() -> Answered:
    """Show the editor and, where `?sql=` asks something, its answer; `?$name=` are values."""
    return _page(request.args.get("sql", ""), texts_sent())


@blueprint.post("/sql")
@public_write(_READS_ONLY)
def ask() -> Answered | Response:
    """Answer a query: as a piece of the page for JavaScript, else at an address of its own."""
    sql, texts = request.form.get("sql", ""), texts_sent()
    if FRAGMENT in request.headers:
        answer = answer_of(sql, texts, query_id=request.form.get("query_id"))
        # A refused query is an answer like another for the script that asked.
        return render_template("sql_fragment.html", **_answered(sql, texts, answer)), 200, {}
    if address := _address(sql, {f"{SIGN}{name}": text for name, text in texts.items()}):
        return redirect(address, 303)
    return _page(sql, texts)


@blueprint.post("/sql/cancel")
@public_write(_READS_ONLY)
def cancel() -> tuple[str, int]:
    """End a running query of the same client."""
    services().sandbox.cancel(request.form.get("query_id", "")[:64], caller().client)
    return "", 204


def _answered(sql: str, texts: dict[str, str], answer: Answer | None) -> dict[str, Any]:
    """Return what the template of an answer shows."""
    fields = fields_of(answer.parameters, texts) if answer else []
    is_answered = answer is not None and answer.fault is None
    values: dict[str, Any] = dict(in_query(fields))
    return {
        "sql": sql,
        "answer": answer,
        "fields": fields,
        "values": values,
        "address": _address(sql, values),
        "downloads": [
            (name, url_for("api_sql.get", sql=sql, format=name, **values)) for name in FORMATS
        ],
        "snippets": sql_snippets(sql, values_of(fields), public_root()) if is_answered else [],
        "charts": chart_addresses("sql.chart", sql=sql, **values),
        "profile_address": _profile(sql, values),
        "json_rows": services().settings.sandbox.max_json_rows,
    }


@blueprint.get("/sql/chart.svg")
def chart() -> Response:
    """Draw the chart that suits the answer of a query."""
    return drawn_answer(request.args.get("sql", ""), texts_sent())


def _page(sql: str, texts: dict[str, str]) -> Answered:
    answer = answer_of(sql, texts) if sql.strip() else None
    settings = services().settings.sandbox
    wanted = request.args.get("tables", "").strip()[:100]
    tables = listed_tables(wanted)
    mine = own().of(caller().user_id)
    page = render_template(
        "sql.html",
        **_answered(sql, texts, answer),
        limits=settings,
        rows_shown=ROWS_SHOWN,
        wanted=wanted,
        tables=tables,
        own_tables=mine,
        known=json.dumps(table_names(tables, mine), ensure_ascii=False),
        examples=examples(),
    )
    status = answer.status if answer else 200
    wait_s = answer.retry_after_s if answer else None
    return page, status, {"Retry-After": str(wait_s)} if wait_s else {}


def _profile(sql: str, values: dict[str, Any]) -> str | None:
    """Return the address of what the columns of an answer hold, where SQL can say it."""
    first = sql.split(maxsplit=1)[0].lower() if sql.strip() else ""
    return _address(f"SUMMARIZE {sql}", values) if first in ("select", "with", "from") else None


def _address(sql: str, values: dict[str, Any]) -> str | None:
    is_short = sum(len(quote(part)) for part in (sql, *values, *values.values())) <= LONGEST_ADDRESS
    return url_for("sql.show", sql=sql, **values) if is_short and sql.strip() else None
