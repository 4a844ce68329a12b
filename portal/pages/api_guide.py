"""The page for developers: every operation of the OpenAPI description, to read, to copy and to try,
with the names of the table at hand.
"""

from difflib import get_close_matches
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from catalogue.views import View, statement
from portal.api.openapi import OPERATIONS, document
from portal.context import public_root, services
from portal.errors import Refusal
from portal.i18n import reader_language
from portal.pages.api_examples import address_of, at_hand, examples_of
from portal.pages.api_operations import sections
from portal.pages.snippets import snippets_for

_FIRST = "municipalities"
# A longer list is no help in a menu, and weighs more than the page: the name is typed then.
MOST_LISTED = 300
_LONGEST = 1000

blueprint = Blueprint("api_guide", __name__)


@blueprint.get("/api")
def show() -> str | tuple[str, int]:
    """Show what the API offers; `?table=` names the table of the examples."""
    tables = sorted({relation.table for relation in services().snapshot().relations})
    asked = request.args.get("table", "").strip()[:_LONGEST]
    is_unknown = asked != "" and asked not in tables
    first = _FIRST if _FIRST in tables else next(iter(tables), None)
    table = first if is_unknown or not asked else asked
    found = at_hand(table) if table else None
    text = statement(View(), found.version.columns, found.version.table) if found else "SELECT 42"
    page = render_template(
        "api.html",
        found=found,
        tables=tables if len(tables) <= MOST_LISTED else [],
        unknown=asked if is_unknown else None,
        near=get_close_matches(asked.lower(), tables, n=3, cutoff=0.6) if is_unknown else [],
        sections=sections(
            document(reader_language()), examples_of(found), public_root(), f"{text}\nLIMIT 10"
        ),
        snippets=snippets_for(found.version.table, public_root(), View(), f"{text}\nLIMIT 10")
        if found
        else [],
    )
    return (page, 404) if is_unknown else page


@blueprint.get("/api/try/<operation_id>")
def attempt(operation_id: str) -> Response:
    """Lead from a form of the page to the address that it asks for, without its empty fields."""
    for one in OPERATIONS:
        if one.id == operation_id and one.method == "get":
            break
    else:
        raise Refusal(404, "address-unknown", path=request.path)
    values: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    for parameter in one.parameters:
        name = parameter["name"]
        if parameter["in"] == "path":
            values[name] = request.args.get(f"path.{name}", "")
            if values[name].strip(".") == "":
                raise Refusal(400, "parameter-missing", name=name)
        elif name == "conditions":
            pairs += parse_qsl(request.args.get(name, "")[:_LONGEST])
        else:
            pairs += [(name, value) for value in request.args.getlist(name) if value]
    return redirect(address_of(one.path, values, pairs), 303)
