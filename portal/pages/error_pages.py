"""Gives every error as a page in the reader's language: what kind of fault it is, then what
happened and what to do.

Status and sentence come from the one table of `portal.errors`. A program that asks for the twin of
a page is answered as one: `application/problem+json` (RFC 9457), with the fault as the API tells
it.
"""

import msgspec
from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from portal.errors import Fault, fault_of
from portal.i18n import reader_language

TWINS = (".json", ".csv", ".geojson", ".atom")


def init_app(app: Flask) -> None:
    """Answer errors outside the API with a page."""
    app.register_error_handler(Exception, _show)


def _show(error: Exception) -> Response:
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
        return make_response(error.get_response())
    fault = fault_of(error, reader_language())
    if request.path.endswith(TWINS):
        return _problem(fault)
    # Of a mistyped address or an unreadable form the API speaks otherwise than a page.
    has_sentence = not isinstance(error, HTTPException) and fault.code != "fault-of-ours"
    page = render_template(
        "error.html",
        status=fault.status,
        message=_title(fault.status),
        advice=fault.message if has_sentence else _advice(fault),
    )
    response = make_response(page, fault.status)
    response.headers.extend(dict(fault.headers))
    return response


def _problem(fault: Fault) -> Response:
    told = {"code": fault.code, "message": fault.message, "line": fault.line}
    body = {
        "type": "about:blank",
        "title": str(_title(fault.status)),
        "status": fault.status,
        "detail": fault.message,
        "error": {**told, "column": fault.column},
    }
    response = Response(
        msgspec.json.encode(body), status=fault.status, mimetype="application/problem+json"
    )
    response.headers["Content-Language"] = reader_language()
    response.headers["Cache-Control"] = "no-store"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.extend(dict(fault.headers))
    return response


def _title(status: int) -> str:
    titles: dict[int, str] = {
        401: gettext("This is for those who are signed in"),
        403: gettext("This is not open to you"),
        404: gettext("This page is not here"),
        405: gettext("That cannot be done here"),
        410: gettext("This is no longer here"),
        409: gettext("That does not go with what is there"),
        413: gettext("That is too large"),
        429: gettext("Too many requests"),
        503: gettext("This cannot be answered at the moment"),
    }
    if status in titles:
        return titles[status]
    if status >= 500:
        return str(gettext("Something went wrong on our side"))
    return str(gettext("That request cannot be answered"))


def _advice(fault: Fault) -> str:
    advice: dict[int, str] = {
        404: gettext(
            "The address may be mistyped, or what was here has moved. The search may find it."
        ),
        429: gettext("Please wait a moment and try again."),
    }
    if fault.status in advice:
        return advice[fault.status]
    if fault.status >= 500:
        return str(gettext("It has been written down. Please try again in a moment."))
    return str(gettext("Please go back and try another way."))
