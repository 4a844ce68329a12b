"""Gives every error as a page in the reader's language; a fault of ours is logged with its
traceback.
"""

import logging

from flask import Flask, Response, make_response, render_template
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from catalogue.errors import NotFound
from portal.accounts.errors import AccountError

_LOG = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Answer errors outside the API with a page."""
    app.register_error_handler(Exception, _show)


def _show(error: Exception) -> Response:
    if isinstance(error, NotFound):
        status = 404
    elif isinstance(error, AccountError):
        status = error.status
    elif isinstance(error, HTTPException):
        if error.code is None or error.code < 400:
            return make_response(error.get_response())
        status = error.code
    else:
        status = 500
        _LOG.error("A page failed", exc_info=error)
    response = make_response(_page(status), status)
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
    return response


def _page(status: int) -> str:
    messages = {
        404: gettext("This page is not here"),
        405: gettext("That cannot be done here"),
        413: gettext("That is too large"),
        429: gettext("Too many requests"),
    }
    advice = {
        404: gettext(
            "The address may be mistyped, or what was here has moved. The search may find it."
        ),
        429: gettext("Please wait a moment and try again."),
    }
    if status >= 500:
        message = gettext("Something went wrong on our side")
        help_text = gettext("It has been written down. Please try again in a moment.")
    else:
        message = messages.get(status, gettext("That request cannot be answered"))
        help_text = advice.get(status, gettext("Please go back and try another way."))
    return render_template("error.html", status=status, message=message, advice=help_text)
