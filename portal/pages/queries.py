"""Queries that users keep: their list, a form for readers who know no SQL, and keeping one."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from catalogue.errors import CatalogueError
from catalogue.records import LANGUAGES
from catalogue.store import queries
from catalogue.store.queries import QueryField, QueryText, SavedQuery
from portal import queries as kept
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.context import services
from portal.errors import Refusal
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages.addresses import whole_number
from portal.pages.paging import Paging
from portal.pages.sql_answers import (
    ROWS_SHOWN,
    answer_of,
    chart_addresses,
    drawn_answer,
    fault_shown,
)
from portal.pages.sql_fields import fields_of, in_query
from portal.sql_values import texts_sent
from sandbox.errors import SandboxError

PAGE_SIZE = 50
MAX_BODY_BYTES = 200_000
FORMATS = ("csv", "xlsx", "json", "ndjson", "parquet", "arrow")

blueprint = Blueprint("queries", __name__)


@blueprint.get("/queries")
def listing() -> str:
    """List the queries that everyone may find, and the reader's own."""
    page = whole_number("page", default=1, most=10_000)
    asking = caller()
    store = services().store
    found, count = queries.listed(
        store, author_id=asking.user_id, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
    )
    return render_template(
        "queries.html", queries=found, paging=Paging(number=page, size=PAGE_SIZE, total=count)
    )


@blueprint.get("/queries/new")
def new() -> Response | str:
    """Show the form for a query that the reader wrote."""
    if not caller().is_signed_in:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    text = QueryText(title="", sql=request.args.get("sql", ""), language=reader_language())
    return _form(text, None)


@blueprint.post("/queries/new")
@require(role=Role.VIEWER)
def keep() -> Response | tuple[str, int]:
    """Keep a query, or show the form again with what is wrong."""
    return _kept(None)


@blueprint.get("/queries/<query_id>")
def show(query_id: str) -> tuple[str, int]:
    """Show a query as a form, and its answer where every parameter has a value."""
    n = whole_number("version", default=0) or None
    query = queries.get(services().store, query_id, n)
    sent = texts_sent()
    values = kept.with_defaults(query, sent)
    answer = answer_of(query.text.sql, values, pins=query.pins)
    is_asked_first = not sent and answer.fault and answer.fault.code == "parameter_missing"
    labels = {field.name: field.label for field in query.text.fields}
    fields = fields_of(answer.parameters, values, labels)
    given = in_query(fields) | ({"version": str(query.n)} if n else {})
    page = render_template(
        "query.html",
        query=query,
        history=queries.history(services().store, query_id),
        fields=fields,
        values=given,
        answer=None if is_asked_first else answer,
        sql=query.text.sql,
        address=url_for("queries.show", query_id=query.id, **_any(given)),
        downloads=[
            (name, url_for("api_queries.answer", kept_id=query.id, format=name, **_any(given)))
            for name in FORMATS
        ],
        charts=chart_addresses("queries.chart", query_id=query.id, **_any(given)),
        json_rows=services().settings.sandbox.max_json_rows,
        rows_shown=ROWS_SHOWN,
        is_owner=kept.is_owner(query, caller()),
    )
    return page, 200 if is_asked_first else answer.status


@blueprint.get("/queries/<query_id>/chart.svg")
def chart(query_id: str) -> FlaskResponse:
    """Draw the chart that suits the answer of a query."""
    query = queries.get(services().store, query_id, whole_number("version", default=0) or None)
    return drawn_answer(query.text.sql, kept.with_defaults(query, texts_sent()), query.pins)


@blueprint.get("/queries/<query_id>/edit")
def edit(query_id: str) -> Response | str:
    """Show the form for a new version of a query."""
    if not caller().is_signed_in:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    query = queries.get(services().store, query_id)
    kept.check_owner(query, caller())
    return _form(query.text, query)


@blueprint.post("/queries/<query_id>/edit")
@require(role=Role.VIEWER)
def change(query_id: str) -> Response | tuple[str, int]:
    """Keep a new version of a query of the reader's own."""
    query = queries.get(services().store, query_id)
    kept.check_owner(query, caller())
    return _kept(query)


@blueprint.post("/queries/<query_id>/remove")
@require(role=Role.VIEWER)
def remove(query_id: str) -> Response:
    """Remove a query of the reader's own."""
    kept.remove(services(), query_id, caller())
    return redirect(url_for("queries.listing"), 303)


def _kept(query: SavedQuery | None) -> Response | tuple[str, int]:
    request.max_content_length = MAX_BODY_BYTES
    text = _sent()
    try:
        if query is None:
            query = kept.keep(services(), text, caller())
        else:
            query = kept.change(services(), query.id, text, caller())
    except SandboxError as error:
        return _form(text, query, fault=fault_shown(text.sql, error)), error.status
    except (Refusal, CatalogueError) as error:
        status = error.status if isinstance(error, Refusal) else 409
        told = sentence(error.code, error.params, reader_language())
        return _form(text, query, problem=told), status
    return redirect(url_for("queries.show", query_id=query.id), 303)


def _sent() -> QueryText:
    form = request.form
    names = [key.removeprefix("label.") for key in form if key.startswith("label.")]
    fields = [
        QueryField(
            name=name,
            label=" ".join(form[f"label.{name}"].split()),
            default=form.get(f"default.{name}", ""),
        )
        for name in names
    ]
    language = form.get("language", "")
    return QueryText(
        title=form.get("title", ""),
        sql=form.get("sql", ""),
        description=form.get("description", ""),
        language=language if language in LANGUAGES else reader_language(),
        fields=fields,
        is_listed="listed" in form,
        is_pinned="pinned" in form,
    )


def _form(text: QueryText, query: SavedQuery | None, **wrong: Any) -> str:
    parameters: list[dict[str, Any]] = []
    if text.sql.strip() and not wrong.get("fault"):
        try:
            parameters = kept.described(services(), text.sql, caller()).parameters
        except SandboxError as error:
            wrong["fault"] = fault_shown(text.sql, error)
    known = {field.name.lower(): field for field in text.fields}
    return render_template(
        "query_form.html",
        text=text,
        query=query,
        fields=[
            (each, known.get(each["name"].lower(), QueryField(name=each["name"])))
            for each in parameters
        ],
        languages=LANGUAGES,
        max_title=kept.MAX_TITLE,
        max_description=kept.MAX_DESCRIPTION,
        max_label=kept.MAX_LABEL,
        **({"fault": None, "problem": None} | wrong),
    )


def _any(values: dict[str, str]) -> dict[str, Any]:
    return dict(values)
