"""A short guide to the API, made from its OpenAPI description."""

import msgspec
from flask import Blueprint, render_template

from portal.api.openapi import document
from portal.pages.addresses import public_root

blueprint = Blueprint("api_guide", __name__)


class Operation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to call; `summary` is in English, as in the OpenAPI description."""

    method: str
    path: str
    summary: str


@blueprint.get("/api")
def show() -> str:
    """List what the API offers."""
    return render_template("api.html", operations=operations(), host=public_root())


def operations() -> list[Operation]:
    """Return every operation of the OpenAPI description, in its order."""
    return [
        Operation(method=method.upper(), path=path, summary=str(operation.get("summary", "")))
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]
