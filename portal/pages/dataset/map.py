"""The map of a view: its rows where they lie, beside the list of them in its order."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as BaseResponse

from catalogue.boxes import Box
from catalogue.errors import NotFound
from catalogue.records import Version
from catalogue.views import Bounds, View, read
from catalogue.views.mapped import Reach, placed, reach, squares
from catalogue.views.places import place_columns
from portal import preview
from portal.context import services
from portal.errors import Refusal
from portal.i18n import number, reader_language
from portal.maps.drawing import drawing_of
from portal.maps.features import Feature, collection, rectangle
from portal.maps.rows import features_of, title_column
from portal.pages import area
from portal.pages.addresses import whole_number
from portal.pages.caching import mark_kept
from portal.pages.compression import packed
from portal.pages.dataset.asked import asked_view, view_pairs
from portal.pages.dataset.frame import Frame, engine, frame_with_version
from portal.pages.dataset.map_list import items_of, placed_rows, text_of, told_columns, untitled
from portal.pages.embed_code import embed_code
from portal.pages.paging import Paging
from portal.pages.view_words import conditions_of, name_of, sentence_of

ROWS = 100
MOST_DRAWN = 20_000
MOST_CORNERS = 3_000_000
SQUARES_ACROSS = 48

blueprint = Blueprint("dataset_map", __name__)


@blueprint.get("/datasets/<dataset_id>/map")
def show(dataset_id: str) -> str | BaseResponse | tuple[str, int]:
    """Show the rows that the address asks for on a map and in a list."""
    frame, version = frame_with_version(dataset_id)
    if place_columns(version.columns) is None:
        return redirect(frame.address("dataset.show"))
    if (address := area.address_of_fields()) is not None:
        return redirect(address)
    shown = map_of(frame, version)
    page = render_template(
        "dataset_map.html",
        frame=frame,
        version=version,
        sides=area.asked().sides,
        kept=area.kept(),
        embed=embed_code("maps", version, frame.entry),
        **shown,
    )
    return (page, 400) if shown["fault"] else page


def map_of(frame: Frame, version: Version) -> dict[str, Any]:
    """Return what the page of a map shows of the rows that the address asks for, and an embed."""
    view, fault = asked_view(version)
    found = _reach(version, view)
    paging = Paging(number=whole_number("page", default=1), size=ROWS, total=found.count)
    page = preview.page(
        engine(),
        services().store.objects.parquet_path(version.sha256),
        view,
        version.columns,
        offset=(paging.number - 1) * ROWS,
        limit=ROWS,
    )
    bounds = _box(view.bounds)
    on_page = features_of(placed_rows(version, page), bounds or found.box, untitled())
    conditions = conditions_of(view, version.columns)
    return {
        "fault": fault,
        "sentence": sentence_of(
            view, version.columns, conditions, count=found.count, total=version.row_count
        ),
        "drawn": _drawn(found),
        "conditions": conditions,
        "items": items_of(frame, version, view, page),
        "paging": paging,
        "drawing": drawing_of(on_page, bounds, found.box),
        "bounds": bounds,
        "reach": found.box,
        "map_address": _address(frame, version, view),
    }


@blueprint.get("/datasets/<dataset_id>/map.geojson")
def features(dataset_id: str) -> Response:
    """Give what lies on the map: each row, or where they are too many, how many in each square."""
    frame, version = frame_with_version(dataset_id)
    if place_columns(version.columns) is None:
        raise Refusal(404, "no-geometry", table=version.table)
    view = read(view_pairs(), version.columns)
    found = _reach(version, view)
    columns = version.columns
    file = services().store.objects.parquet_path(version.sha256)
    with preview.turns.turn():
        if _is_grid(found) and found.box is not None:
            counted = squares(
                engine(), file, view, columns, _box(view.bounds) or found.box, SQUARES_ACROSS
            )
            things = _squares(frame, view, counted)
        else:
            title = title_column(columns, reader_language())
            rows = placed(engine(), file, view, columns, title=title, limit=MOST_DRAWN)
            things = features_of(rows, _box(view.bounds) or found.box, untitled())
    page, details = (
        frame.address(endpoint, number=0, version=version.n)
        for endpoint in ("dataset_row.show", "dataset_map.row")
    )
    content = collection(
        things,
        row_address=page.replace("/rows/0", "/rows/{row}"),
        details_address=details.replace("/map/0.json", "/map/{row}.json"),
    )
    response = Response(content, mimetype="application/geo+json")
    return packed(mark_kept(response))


@blueprint.get("/datasets/<dataset_id>/map/<int:number>.json")
def row(dataset_id: str, number: int) -> Response:
    """Give what one row of the version in force says, as texts for its popup."""
    _, version = frame_with_version(dataset_id)
    if whole_number("version", default=version.n) != version.n:
        raise NotFound("version-unknown", table=version.table, version=request.args["version"])
    page = preview.page(
        engine(),
        services().store.objects.parquet_path(version.sha256),
        View(),
        version.columns,
        offset=max(0, number - 1),
        limit=1,
    )
    columns = told_columns(version.columns)
    values = [text_of(page, 0, column) for column in columns] if page.rows else []
    content = msgspec.json.encode({"columns": [name_of(c) for c in columns], "values": values})
    return mark_kept(Response(content, mimetype="application/json"))


@lru_cache(maxsize=256)
def _kept(_key: tuple[str, str]) -> dict[str, Reach]:
    return {}


def _reach(version: Version, view: View) -> Reach:
    """Look how far a view reaches, or remember it: the page and its map ask the same."""
    kept = _kept((version.sha256, repr(msgspec.structs.replace(view, sort=None))))
    if "reach" not in kept:
        file = services().store.objects.parquet_path(version.sha256)
        with preview.turns.turn():
            kept["reach"] = reach(engine(), file, view, version.columns)
    return kept["reach"]


def _is_grid(found: Reach) -> bool:
    return found.placed > MOST_DRAWN or found.corners > MOST_CORNERS


def _drawn(found: Reach) -> str:
    """Say how many rows of how many are drawn, and how."""
    if not found.placed:
        return str(gettext("None of these rows has a place on the map."))
    counts = {"placed": number(found.placed), "count": number(found.count)}
    if _is_grid(found):
        words = gettext(
            "%(placed)s of %(count)s rows have a place: too many to draw one by one (at most"
            " %(most)s). Each square says how many lie in it; choose a smaller area or a filter to"
            " see them.",
            most=number(MOST_DRAWN),
            **counts,
        )
    elif found.placed == found.count:
        words = ngettext(
            "The map draws %(count)s row.",
            "The map draws all %(count)s rows.",
            found.count,
            **counts,
        )
    else:
        words = gettext(
            "The map draws %(placed)s of %(count)s rows: the others have no place.", **counts
        )
    return str(words)


def _squares(frame: Frame, view: View, counted: list[tuple[Box, int]]) -> list[Feature]:
    """Return squares, darker where more rows lie; each leads to the map of what lies in it."""
    most = max((count for _, count in counted), default=1)
    found = []
    for place, (box, count) in enumerate(counted, start=1):
        bounds = Bounds(west=box.west, south=box.south, east=box.east, north=box.north)
        inside = msgspec.structs.replace(view, bounds=bounds)
        found.append(
            Feature(
                row=-place,  # no row of the list
                title=str(ngettext("%(count)s row", "%(count)s rows", count, count=number(count))),
                geometry=rectangle(box),
                share=round(0.15 + 0.7 * (count / most) ** 0.5, 3),
                address=frame.address("dataset_map.show", **_grouped(inside)),
            )
        )
    return found


def _address(frame: Frame, version: Version, view: View) -> str:
    """Return where the things on the map are; another version is another address."""
    base = frame.address("dataset_map.features", **_grouped(view))
    return f"{base}{'&' if '?' in base else '?'}{urlencode({'version': version.n})}"


def _grouped(view: View) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for key, value in view.pairs():
        found.setdefault(key, []).append(value)
    return found


def _box(bounds: Bounds | None) -> Box | None:
    if bounds is None:
        return None
    return Box(bounds.west, bounds.south, bounds.east, bounds.north)
