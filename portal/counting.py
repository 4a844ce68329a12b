"""Says which answers are uses: whole ones, to people and their programs.

A view notes what it is about to give; what counts is decided when the answer is ready. Not
counted are HEAD, errors, what a browser holds already (304), what it fetches ahead, the parts of
a file after its first byte, and robots that say what they are.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request

from catalogue.store.usage import Kind
from portal.context import services

_ROBOT = re.compile(
    r"(?<!cu)bot(?:\b|_)|crawl|spider|slurp|scrap|archiver|externalhit|preview|monitor|uptime|pingdom"
    r"|lighthouse|validator|feedfetcher|mediapartners",
    re.IGNORECASE,
)


def note(kind: Kind, *names: str) -> None:
    """Say that this request uses datasets, by id, or tables, by name with a version or without."""
    g.uses = (kind, {name.partition("@")[0] for name in names})


def init_app(app: Flask) -> None:
    """Count the uses of every answer of the app."""
    app.after_request(_count)


def _count(response: Response) -> Response:
    noted = g.get("uses")
    if noted is not None and _is_use(response):
        services().usage.count(*noted)
    return response


def _is_use(response: Response) -> bool:
    # A download in ten ranges is one download: the one that begins at byte 0.
    is_first_part = response.status_code == 206 and response.content_range.start == 0
    return (response.status_code == 200 or is_first_part) and is_of_people(request.environ)


def is_of_people(environ: Mapping[str, Any]) -> bool:
    """Tell whether a request is that of a person or their program, who will see the answer."""
    is_fetched_ahead = "prefetch" in environ.get("HTTP_SEC_PURPOSE", "")
    is_robot = bool(_ROBOT.search(environ.get("HTTP_USER_AGENT", "")))
    return environ["REQUEST_METHOD"] in ("GET", "POST") and not (is_fetched_ahead or is_robot)
