"""Test packs over HTTP: listed, read, taken away with their sha256, made of an own recipe."""

import re
from base64 import b64encode
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.utils import send_file

from catalogue.records import Text
from catalogue.store.usage import Kind
from portal.accounts.rights import require
from portal.accounts.roles import Role, Scope
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import services
from portal.counting import note
from portal.errors import Refusal
from portal.packs import ReadyPack, own_pack, pinned_zip, shipped_pack
from sandbox import packs
from sandbox.packs import Manifest, Recipe
from sandbox.packs.recipe import MAX_RECIPE_BYTES

ZIP = "application/zip"
_PIN = re.compile(r"([a-z][a-z0-9_]{0,62})@([1-9][0-9]{0,8})")

blueprint = Blueprint("api_packs", __name__)
install(blueprint)


class PackBrief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack of the list; `missing_tables` names those that this installation does not have."""

    id: str
    title: Text
    description: Text
    tables: list[str]
    missing_tables: list[str]
    zip: str


class PackList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The packs that come with the platform, by id."""

    count: int
    results: list[PackBrief]


class PackDetail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack of certain versions; `pinned_zip` gives it again when there are newer ones."""

    sha256: str
    size_bytes: int
    zip: str
    pinned_zip: str
    manifest: Manifest


@blueprint.get("/api/v1/packs")
def listed() -> Response:
    """List the test packs."""
    Parameters()
    store = services().store
    found = [
        PackBrief(
            id=recipe.id,
            title=recipe.title,
            description=recipe.description,
            tables=[part.table for part in recipe.tables],
            missing_tables=list(packs.missing_tables(store, recipe)),
            zip=f"/packs/{recipe.id}.zip",
        )
        for recipe in packs.shipped().values()
    ]
    return json_answer(PackList(count=len(found), results=found))


@blueprint.get("/api/v1/packs/<pack_id>")
def show(pack_id: str) -> Response:
    """Read what a test pack holds, and its sha256."""
    found = shipped_pack(services(), pack_id, _pins(Parameters("pin")))
    return json_answer(
        PackDetail(
            sha256=found.sha256,
            size_bytes=found.size_bytes,
            zip=f"/packs/{pack_id}.zip",
            pinned_zip=pinned_zip(found),
            manifest=found.manifest,
        )
    )


@blueprint.post("/api/v1/packs")
@require(role=Role.VIEWER, scope=Scope.SQL)
def make() -> Response:
    """Make the test pack of an own recipe."""
    Parameters()
    return _sent(own_pack(services(), _recipe()))


@blueprint.get("/packs/<pack_id>.zip")
def download(pack_id: str) -> Response:
    """Download a test pack."""
    return _sent(shipped_pack(services(), pack_id, _pins(Parameters("pin"))))


@blueprint.get("/packs/<pack_id>.sha256")
def checksum(pack_id: str) -> Response:
    """Read the sha256 of a test pack, as `sha256sum -c` takes it."""
    found = shipped_pack(services(), pack_id, _pins(Parameters("pin")))
    response = Response(f"{found.sha256}  {pack_id}.zip\n", mimetype="text/plain")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(f"{found.sha256}-sum")
    response.make_conditional(request)
    return response


def _pins(parameters: Parameters) -> dict[str, int]:
    pins = {}
    for text in parameters.many("pin"):
        match = _PIN.fullmatch(text)
        if match is None or match[1] in pins:
            raise Refusal(400, "pack-pin-unreadable", value=text)
        pins[match[1]] = int(match[2])
    return pins


def _recipe() -> Recipe:
    """Read a recipe as JSON or as TOML."""
    request.max_content_length = MAX_RECIPE_BYTES
    body = request.get_data(cache=False)
    if request.mimetype != "application/json":
        return packs.read_recipe(body)
    try:
        return packs.as_recipe(msgspec.json.decode(body))
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(400, "body-unreadable", reason=str(error)) from error


def _sent(found: ReadyPack) -> Response:
    environ: dict[str, Any] = dict(request.environ)
    if request.range is None or len(request.range.ranges) != 1:
        environ.pop("HTTP_RANGE", None)
    try:
        response: Response = send_file(  # type: ignore[assignment]  # typed as Werkzeug's
            found.file,
            environ,
            mimetype=ZIP,
            etag=found.sha256,
            last_modified=None,
            response_class=Response,
        )
    except RequestedRangeNotSatisfiable as fault:
        raise Refusal(
            416,
            "range-not-satisfiable",
            headers={"Content-Range": f"bytes */{found.size_bytes}"},
            range=request.headers.get("Range"),
            length=found.size_bytes,
        ) from fault
    note(Kind.DOWNLOAD, *(packed.table for packed in found.manifest.tables))
    headers = response.headers
    headers.pop("Last-Modified", None)  # when it was made here says nothing of the pack
    headers.pop("Expires", None)
    headers["Cache-Control"] = "public, no-cache, no-transform"
    headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(found.sha256)).decode()}:"
    headers.set("Content-Disposition", "attachment", filename=f"{found.manifest.id}.zip")
    if request.method == "POST":
        headers["Cache-Control"] = "no-store"
    return response
