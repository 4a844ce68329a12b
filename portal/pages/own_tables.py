"""Tables of one's own, for SQL: what the reader has, and a form that takes a file in."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalogue.errors import CatalogueError
from catalogue.store.own_tables import OwnTable
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.errors import Refusal, fault_of
from portal.i18n import reader_language
from portal.own_tables import KEPT_DAYS, MAX_BYTES, own

_FORM_BYTES = 100_000
_MAX_NAME = 60

blueprint = Blueprint("own_tables", __name__)


@blueprint.get("/sql/own")
def show() -> Response | str:
    """Show the reader's own tables and the form; who is not signed in signs in first."""
    if not caller().is_signed_in:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    return _page()


@blueprint.post("/sql/own")
@require(role=Role.VIEWER)
def send() -> Response | tuple[str, int]:
    """Keep a file as a table of the reader's own; go on to its first rows."""
    request.max_content_length = MAX_BYTES + _FORM_BYTES
    try:
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Refusal(400, "check-nothing")
        name = request.form.get("name", "").strip()[:_MAX_NAME]
        made = own().take_in(caller().user_id or 0, upload.stream, upload.filename, name=name)
    except (Refusal, CatalogueError) as error:
        fault = fault_of(error, reader_language())
        return _page(fault.message), fault.status
    return redirect(url_for("sql.show", sql=first_rows(made[0])), 303)


@blueprint.post("/sql/own/<name>/remove")
@require(role=Role.VIEWER)
def remove(name: str) -> Response:
    """Remove a table of the reader's own."""
    own().remove(caller().user_id or 0, name)
    return redirect(url_for("own_tables.show"), 303)


def first_rows(table: OwnTable) -> str:
    """Return the query that shows what is in a table."""
    return f"SELECT * FROM {table.name} LIMIT 100"  # noqa: S608  # a name that we have made


def _page(problem: str | None = None) -> str:
    tables = own().of(caller().user_id)
    return render_template(
        "own_tables.html",
        problem=problem,
        tables=tables,
        used_bytes=sum(table.size_bytes for table in tables),
        most_bytes=MAX_BYTES,
        first_rows=first_rows,
        days=KEPT_DAYS,
        megabytes=MAX_BYTES // 1_000_000,
    )
