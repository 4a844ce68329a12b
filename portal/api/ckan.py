"""The reading half of CKAN's Action API, so that its harvesters and clients work here unchanged:
`/api/3/action/<action>`, by GET or POST, and without the `3` as ckanapi asks.

Answers and errors have CKAN's own shapes, in English, as its programs expect them.
"""

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from portal.accounts.rights import public_write
from portal.api.errors import install
from portal.ckan.actions import ACTIONS
from portal.ckan.asked import ActionError, Asked
from portal.context import public_root, services

blueprint = Blueprint("api_ckan", __name__)
install(blueprint)


@blueprint.get("/api/3/action/<action>")
@blueprint.get("/api/action/<action>")
def read(action: str) -> Response:
    """Answer an action whose parameters stand in the address."""
    return _answer(action, {key: request.args.get(key) for key in request.args})


@blueprint.post("/api/3/action/<action>")
@blueprint.post("/api/action/<action>")
@public_write("CKAN's clients ask by POST; nothing is written", is_cross_origin=True)
def ask(action: str) -> Response:
    """Answer an action whose parameters are the body."""
    body = request.get_data()
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return _answer(action, dict(request.form))
    try:
        asked = msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _json("Bad request - JSON Error: Error decoding JSON data.", 400)
    if not isinstance(asked, dict):
        return _json("Bad request - JSON Error: Request data JSON decoded is not a dict", 400)
    return _answer(action, asked)


def _answer(name: str, asked: dict[str, Any]) -> Response:
    call = ACTIONS.get(name)
    if call is None:
        return _json(f"Bad request - Action name not known: {name}", 400)
    told = {"help": f"{public_root()}/api/3/action/help_show?name={name}"}
    try:
        result = call(services(), Asked(asked))
    except ActionError as error:
        said = {"__type": error.kind, **error.said}
        return _json({**told, "success": False, "error": said}, error.status)
    return _json({**told, "success": True, "result": result}, 200)


def _json(body: Any, status: int) -> Response:
    response = Response(msgspec.json.encode(body), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache" if status == 200 else "no-store"
    return response
