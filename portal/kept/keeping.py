"""Where the application keeps its answers, and finds them again where no gateway stands in front.

Which answers may be kept, and what they are made of, `portal.pages.caching` says: it leaves the
state in `g.kept_state`, and the mark of a page in `g.page_etag`. An answer that will say more
without a change of the catalogue is not kept, yet is the same for all who ask at this moment: they
find it in the environment under `MADE`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication

from flask import Flask, Response, current_app, g, request

from portal.counting import is_of_people
from portal.kept.answers import Headers, Kept, KeptAnswers
from portal.kept.asked import asked_of
from portal.services import Services
from portal.state import state_of

ASKED = "eurometropolis.asked"
MADE = "eurometropolis.made"
_EXTENSION = "eurometropolis-kept"
_OF_THE_BODY = (b"content-length", b"content-type", b"content-encoding")


def init_app(app: Flask, services: Services) -> None:
    """Keep the answers of an app. Register before what packs them and after proxies are seen to:
    it has to be the first to see a request and the last to see its answer.
    """
    forget(app)
    app.after_request(_keep)
    app.wsgi_app = _Finding(app, app.wsgi_app, services)  # type: ignore[method-assign]  # Flask's documented way


def forget(app: Flask) -> None:
    """Keep no answer of before."""
    app.extensions[_EXTENSION] = KeptAnswers()


def kept_answers(app: Flask) -> KeptAnswers:
    """Return the answers that an app keeps."""
    return cast(KeptAnswers, app.extensions[_EXTENSION])


def given(kept: Kept, environ: Mapping[str, Any], services: Services) -> tuple[int, Headers, bytes]:
    """Return status, headers and body for a reader, and count the use that it is."""
    if kept.etag and kept.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        return 304, kept.unchanged, b""
    if kept.uses is not None and is_of_people(environ):
        services.usage.count(*kept.uses)
    return 200, kept.headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else kept.body


class _Finding:
    """Answers by what is kept, where nobody in front has looked already."""

    def __init__(self, app: Flask, application: WSGIApplication, services: Services) -> None:
        self._app = app
        self._application = application
        self._services = services

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if ASKED not in environ:
            asked = environ[ASKED] = asked_of(environ)
            answers = kept_answers(self._app)
            if asked is not None and asked in answers:
                kept = answers.get(asked, state_of(self._services))
                if kept is not None:
                    status, headers, body = given(kept, environ, self._services)
                    start_response(_STATUS[status], [_text(pair) for pair in headers])
                    return [body]
        return self._application(environ, start_response)


_STATUS = {200: "200 OK", 304: "304 NOT MODIFIED"}


def _text(header: tuple[bytes, bytes]) -> tuple[str, str]:
    return header[0].decode("latin-1"), header[1].decode("latin-1")


def _keep(response: Response) -> Response:
    asked = request.environ.get(ASKED)
    is_whole = request.method == "GET" and response.status_code == 200
    if asked is None or not is_whole or not _is_for_all(response):
        return response
    body = response.get_data()
    response.headers["Content-Length"] = str(len(body))
    headers = [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers
    ]
    request.environ[MADE] = made = Kept(
        state=g.kept_state,
        etag=_etag(response),
        headers=headers,
        body=body,
        unchanged=[pair for pair in headers if pair[0].lower() not in _OF_THE_BODY],
        uses=g.get("uses"),
    )
    if _will_stay(response):
        kept_answers(current_app).put(asked, made)
    return response


def _etag(response: Response) -> str:
    value, _ = response.get_etag()
    return f'"{value}"' if value else ""


def _is_for_all(response: Response) -> bool:
    is_of_the_catalogue = g.get("kept_state") is not None
    return is_of_the_catalogue and not response.is_streamed and "Set-Cookie" not in response.headers


def _will_stay(response: Response) -> bool:
    # A page that will say more without a change of the catalogue has lost its mark on the way.
    return not g.is_page or (g.page_etag is not None and g.page_etag == response.get_etag()[0])
