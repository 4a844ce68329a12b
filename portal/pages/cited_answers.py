"""Answers that are cited: what each is made of, and whether it comes out the same today."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalogue.store import queries
from portal import cited_answers as cited
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.context import public_root, services
from portal.i18n import reader_language
from portal.pages.sql_answers import answer_of
from portal.queries import with_defaults
from portal.sql_values import texts_sent
from sandbox.errors import SandboxError
from sandbox.messages import message_of

MAX_BODY_BYTES = 500_000

blueprint = Blueprint("cited_answers", __name__)


@blueprint.post("/answers")
@require(role=Role.VIEWER)
def cite() -> Response | tuple[str, int]:
    """Cite the answer of a statement, or of a kept query, with the values of its form."""
    request.max_content_length = MAX_BODY_BYTES
    sql, pins, kept = request.form.get("sql", ""), {}, None
    texts = texts_sent()
    if query_id := request.form.get("query"):
        query = queries.get(services().store, query_id)
        sql, pins, kept = query.text.sql, query.pins, (query.id, query.n)
        texts = with_defaults(query, texts)
    answer_id = cited.cite(
        services(), sql, params={}, texts=texts, pins=pins, asking=caller(), query=kept
    )
    return redirect(url_for("cited_answers.show", answer_id=answer_id), 303)


@blueprint.get("/answers/<answer_id>")
def show(answer_id: str) -> str:
    """Show what a cited answer is made of; `?check=1` computes it again."""
    answer, created_at = queries.answer(services().store, answer_id)
    missing = cited.missing_of(services(), answer)
    check, problem, rows = None, None, None
    if request.args.get("check"):
        try:
            check = cited.check(services(), answer, caller())
        except SandboxError as error:
            problem = message_of(error, reader_language())  # type: ignore[arg-type]  # one of three
    if not missing:
        rows = answer_of(answer.sql, answer.texts, params=answer.params, pins=answer.pins)
    return render_template(
        "cited_answer.html",
        answer_id=answer_id,
        answer=answer,
        created_at=created_at,
        missing=missing,
        check=check,
        problem=problem,
        rows=rows,
        permanent=f"{public_root()}/answers/{answer_id}",
        values=answer.params | answer.texts,
    )
