"""Files of tables: `/data/<table>.<format>` is the current version, `/data/<table>@<n>.<format>`
one for ever; with conditions, a sort or an area in the query string, those rows of it.

Parquet goes out as it lies in the store. The other formats are made from it once and kept for a
while, so that every answer has its length, its ranges and its validator: a file is complete or
refused, never cut short.
"""

import re
from base64 import b64encode
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.utils import send_file

from catalogue.errors import NotFound
from catalogue.records import Version
from catalogue.store import histories, versions
from catalogue.store.usage import Kind
from portal.api.errors import install
from portal.api.parameters import view_of, view_parameters
from portal.api.tables import require_table
from portal.context import services
from portal.conversions import FORMATS, Form, derived_files
from portal.counting import note
from portal.errors import Refusal
from sandbox.errors import InvalidQuery
from sandbox.formats import FORMATS as MEDIA

EXCEL_LANGUAGES = ("fr", "nl")
NEWEST_TOLD = 10
YEAR_S = 365 * 24 * 3600
# A HEAD says how long the file is where making it costs little; else it leaves the length out.
CHEAP_PARQUET_BYTES = 4_000_000

_ADDRESS = re.compile(r"([a-z][a-z0-9_]{0,62})(?:@([1-9][0-9]{0,8}))?\.([a-z]+)")

blueprint = Blueprint("downloads", __name__)
install(blueprint)


class Asked(NamedTuple):
    """What a download address names."""

    version: Version
    form: Form
    is_pinned: bool

    @property
    def is_as_stored(self) -> bool:
        """Tell whether the very file of the store is meant."""
        return self.form.format == "parquet" and self.form.view.is_plain


@blueprint.get("/data/<address>")
def download(address: str) -> Response:
    """Give a version of a table in a format."""
    asked = _asked(address)
    response = Response(status=304) if _is_held(asked) else _file(asked)
    _describe(response, asked)
    note(Kind.DOWNLOAD, asked.version.table)
    return response


def _asked(address: str) -> Asked:
    parameters = view_parameters("excel")
    match = _ADDRESS.fullmatch(address)
    if match is None:  # also what GDAL and browsers look for beside a file
        raise Refusal(404, "address-unknown", path=request.path)
    name, number, extension = match.groups()
    require_table(name)
    if extension not in FORMATS:
        raise Refusal(404, "format-unknown", format=extension, allowed=FORMATS)
    excel = parameters.choice("excel", EXCEL_LANGUAGES)
    if excel and extension != "csv":
        raise Refusal(400, "excel-only-csv", format=extension)
    found = version_of(name, number)
    form = Form(extension, excel, view_of(found.columns))
    return Asked(found, form, number is not None)


def version_of(name: str, number: str | None) -> Version:
    """Return a version, or the current one. Raises Refusal 404 with the newest that there are."""
    store = services().store
    try:
        return versions.get(store, name, None if number is None else int(number))
    except NotFound as missing:
        found = histories.numbers(store, [name], limit=NEWEST_TOLD)[name]
        raise Refusal(
            404,
            "version-unlisted",
            table=name,
            version=number,
            count=found.total,
            versions=found.newest,
            list=f"/api/v1/tables/{name}/versions",
        ) from missing


def _is_held(asked: Asked) -> bool:
    """Tell whether the caller holds these bytes already: then nothing is made."""
    return request.if_none_match.contains_weak(_etag(asked))


def _file(asked: Asked) -> Response:
    version, form = asked.version, asked.form
    source = services().store.objects.parquet_path(version.sha256)
    if asked.is_as_stored:
        return _sent(asked, source)
    files = derived_files()
    if request.method == "HEAD" and version.size_bytes > CHEAP_PARQUET_BYTES:
        made = files.kept(version, form)
        if made is None:
            return Response(headers={"Accept-Ranges": "bytes"})
        return _sent(asked, made)
    try:
        return _sent(asked, files.make(version, form, source))
    except InvalidQuery as fault:
        if fault.code != "no_geometry":
            raise
        raise Refusal(404, "no-geometry", table=version.table) from fault


def _sent(asked: Asked, path: Any) -> Response:
    environ = dict(request.environ)
    wanted = request.range
    is_weak = request.headers.get("If-Range", "").startswith("W/")  # compared strongly: never equal
    if is_weak or wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        environ.pop("HTTP_RANGE", None)  # several ranges at once: the whole file is a right answer
    try:
        return send_file(  # type: ignore[return-value]  # typed as Werkzeug's, made as Flask's
            path,
            environ,
            mimetype=MEDIA[asked.form.format].media_type,
            etag=_etag(asked),
            last_modified=datetime.fromisoformat(asked.version.created_at),
            response_class=Response,
        )
    except RequestedRangeNotSatisfiable as fault:
        length = path.stat().st_size
        raise Refusal(
            416,
            "range-not-satisfiable",
            headers={"Content-Range": f"bytes */{length}"},
            range=request.headers.get("Range"),
            length=length,
        ) from fault


def _describe(response: Response, asked: Asked) -> None:
    version, form, is_pinned = asked
    pairs = [*form.view.pairs(), *([("excel", form.excel)] if form.excel else [])]
    query = f"?{urlencode(pairs)}" if pairs else ""
    pinned = f"/data/{version.table}@{version.n}.{form.format}{query}"
    current = f"/data/{version.table}.{form.format}{query}"
    headers = response.headers
    response.set_etag(_etag(asked))
    if response.status_code != 304:
        headers["Content-Type"] = MEDIA[form.format].media_type
        headers.set("Content-Disposition", "attachment", filename=_file_name(version, form))
    headers["Content-Location"] = pinned
    if is_pinned:
        headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable, no-transform"
        headers["Link"] = f'<{current}>; rel="latest-version"'
    else:
        headers["Cache-Control"] = "public, no-cache, no-transform"
        headers["Link"] = f'<{pinned}>; rel="bookmark"'
        headers.pop("Expires", None)
    if asked.is_as_stored:
        digest = b64encode(bytes.fromhex(version.sha256)).decode()
        headers["Repr-Digest"] = f"sha-256=:{digest}:"


def _etag(asked: Asked) -> str:
    """Return the strong validator: the sha256 itself for Parquet, with the form for what is made
    of it.
    """
    sha256 = asked.version.sha256
    return sha256 if asked.is_as_stored else f"{sha256}-{asked.form.key}"


def _file_name(version: Version, form: Form) -> str:
    part = "-part" if form.view.is_narrowed else ""
    excel = f"-excel-{form.excel}" if form.excel else ""
    return f"{version.table}-v{version.n}-{version.created_at[:10]}{part}{excel}.{form.format}"
