"""Says which pages other sites may frame: those of the blueprint `embed`, and no other.

In a frame nobody is signed in and nothing is remembered: cookies are taken away before anything
could read them.
"""

from flask import Flask, request

BLUEPRINT = "embed"
_COOKIES = "HTTP_COOKIE"


def init_app(app: Flask) -> None:
    """Take the cookies off every request for such a page. Register before what reads cookies."""
    app.before_request(_forget_cookies)


def may_be_framed() -> bool:
    """Tell whether pages of other sites may show the answer to this request."""
    return request.blueprint == BLUEPRINT


def _forget_cookies() -> None:
    if may_be_framed():
        request.environ.pop(_COOKIES, None)
