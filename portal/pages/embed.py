"""A table, a chart or a map within the page of another site: with its title, its publisher, its
licence and the way back.

The query string is that of the tabs of a dataset; `look=light` or `look=dark` suits a page that
does not follow the reader's scheme. These pages alone may be framed, see `portal.framing`.
"""

from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request

from catalogue.store.usage import Kind
from catalogue.views import ViewError
from catalogue.views.places import place_columns
from portal import preview
from portal.context import services
from portal.counting import note
from portal.errors import Refusal, fault_of
from portal.framing import BLUEPRINT
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages.addresses import whole_number
from portal.pages.dataset.asked import asked_view
from portal.pages.dataset.chart import chart_asked, drawing_of, pictures_of, rows_sentence
from portal.pages.dataset.data import ROWS
from portal.pages.dataset.filters import heads_of
from portal.pages.dataset.frame import Frame, engine, frame_of_table
from portal.pages.dataset.map import map_of
from portal.pages.embed_code import NOT_SHOWN
from portal.pages.paging import Paging
from portal.pages.view_words import conditions_of, sentence_of

LOOKS = ("light", "dark")

blueprint = Blueprint(BLUEPRINT, __name__, url_prefix="/embed/<any(fr, nl, en):lang>")


@blueprint.get("/tables/<table>")
def rows(table: str) -> Response:
    """Show the rows of a table that the address asks for."""
    frame, version = frame_of_table(table)
    view, fault = asked_view(version)
    number = whole_number("page", default=1)
    file = services().store.objects.parquet_path(version.sha256)
    page = preview.page(
        engine(), file, view, version.columns, offset=(number - 1) * ROWS, limit=ROWS
    )
    conditions = conditions_of(view, version.columns)
    return _page(
        "embed_table.html",
        frame,
        fault,
        address=_tab(frame, "dataset.show"),
        version=version,
        view=view,
        page=page,
        paging=Paging(number=number, size=ROWS, total=page.count),
        heads=heads_of(version, view, {}),
        sentence=sentence_of(
            view, version.columns, conditions, count=page.count, total=version.row_count
        ),
    )


@blueprint.get("/charts/<table>")
def chart(table: str) -> Response:
    """Show the chart of a table that the address asks for."""
    frame, version = frame_of_table(table)
    view, fault = asked_view(version)
    drawing, pictures = None, {}
    try:
        if found := chart_asked(version):
            drawing = drawing_of(version, view, found)
            pictures = pictures_of(frame, version, view, found)
    except ViewError as error:
        fault = sentence(error.code, error.params, reader_language())
    return _page(
        "embed_chart.html",
        frame,
        fault,
        address=_tab(frame, "dataset_chart.show"),
        drawing=drawing,
        pictures=pictures,
        sentence=rows_sentence(version, view),
    )


@blueprint.get("/maps/<table>")
def on_map(table: str) -> Response:
    """Show the rows of a table that the address asks for where they lie, with their list."""
    frame, version = frame_of_table(table)
    if place_columns(version.columns) is None:
        raise Refusal(404, "no-geometry", table=version.table)
    shown = map_of(frame, version)
    return _page("embed_map.html", frame, address=_tab(frame, "dataset_map.show"), **shown)


def _page(template: str, frame: Frame, fault: str | None, **values: Any) -> Response:
    note(Kind.VIEW, frame.entry.id)
    text = render_template(template, frame=frame, fault=fault, look=_look(), **values)
    return make_response(text, 400 if fault else 200)


def _look() -> str | None:
    look = request.args.get("look")
    return look if look in LOOKS else None


def _tab(frame: Frame, endpoint: str) -> str:
    """Return the public address of the tab that shows the same."""
    kept: dict[str, list[str]] = {}
    for key, value in request.args.items(multi=True):
        if key not in (*NOT_SHOWN, "look"):
            kept.setdefault(key, []).append(value)
    return frame.address(endpoint, **kept)


@blueprint.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    """Say in the frame what is wrong, without the site around it."""
    g.page_etag = None
    fault = fault_of(error, reader_language())
    text = render_template("embed_error.html", message=fault.message, look=_look())
    response = make_response(text, fault.status)
    response.headers.extend(dict(fault.headers))
    return response
