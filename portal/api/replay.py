"""Series played as feeds: `/replay/<series>/gbfs.json` and the files that it leads to, with the
options of the replay in the path (`/replay/<series>/at=28800;errors=0.1/gbfs.json`), so that a
product needs no more than another base address; or in the query string.
"""

from itertools import chain
from urllib.parse import unquote_plus, urlencode

import msgspec
from flask import Blueprint, Response, request

from catalogue.records import Text
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import public_root, services
from portal.errors import Refusal
from portal.replay import answer, every_series, series_of
from sandbox.replay import Series, read_play

MAX_OPTIONS = 40

blueprint = Blueprint("api_replay", __name__)
install(blueprint)


class SeriesBrief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A series; `started_s` in seconds since 1970, `gbfs` the version of the feed, if it is one."""

    id: str
    title: Text
    is_simulated: bool
    attribution: str
    source_url: str
    started_s: float
    duration_s: float
    gbfs: str | None
    files: list[str]


class SeriesList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The series that can be played."""

    count: int
    results: list[SeriesBrief]


@blueprint.get("/replay.json")
def listed() -> Response:
    """List the series that can be played."""
    Parameters()
    found = [_brief(series) for series in every_series(services())]
    return json_answer(SeriesList(count=len(found), results=found))


@blueprint.get("/replay/<series_id>/<path:rest>")
def play(series_id: str, rest: str) -> Response:
    """Give a file of a series as it was at a moment, or as a fault makes of it."""
    head, slash, file = rest.partition("/")
    options, file = (head, file) if slash and "=" in head else ("", rest)
    series = series_of(services(), series_id)
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
    written = list(_pairs(options))
    if len(written) + len(asked) > MAX_OPTIONS:
        raise Refusal(400, "parameters-many", maximum=MAX_OPTIONS)
    root = f"{public_root()}/replay/{series_id}"
    if together := dict(chain(written, asked)):
        root += f"/{urlencode(together, safe=':').replace('&', ';')}"
    found = answer(series, read_play([*written, *asked]), file, root)
    response = Response(found.body, status=found.status, mimetype=found.media_type)
    headers = response.headers
    headers["Cache-Control"] = "no-store"
    headers["X-Replay"] = "simulated" if series.about.is_simulated else "recorded"
    headers["X-Replay-At"] = f"{found.at_s:.3f}"
    if found.fault is not None:
        headers["X-Replay-Fault"] = found.fault
    if found.retry_after_s is not None:
        headers["Retry-After"] = str(found.retry_after_s)
    return response


def _pairs(options: str) -> list[tuple[str, str]]:
    parts = [part.partition("=") for part in options.split(";") if part]
    return [(name, unquote_plus(value)) for name, _, value in parts]


def _brief(series: Series) -> SeriesBrief:
    about = series.about
    return SeriesBrief(
        id=about.id,
        title=about.title,
        is_simulated=about.is_simulated,
        attribution=about.attribution,
        source_url=about.source_url,
        started_s=about.started_s,
        duration_s=about.duration_s,
        gbfs=about.gbfs,
        files=series.files,
    )
