"""The chart of a view: chosen by itself, changed by its form, kept in its address, taken away as a
picture or as its numbers.
"""

import csv
import io
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from catalogue.charts import Chart, ChartKind, Measure, Points, checked, points_of, proposed
from catalogue.records import Column, Version
from catalogue.views import View, ViewError, read
from catalogue.views.kinds import Kind, kind_of
from portal import charts
from portal.context import services
from portal.errors import Refusal
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages.dataset.asked import asked_view, view_pairs
from portal.pages.dataset.frame import Frame, engine, frame_with_version
from portal.pages.embed_code import embed_code
from portal.pages.view_words import conditions_of, name_of, sentence_of
from portal.preview import turns
from portal.profiles import profiles_of

KEYS = ("type", "x", "y", "measure", "group")

blueprint = Blueprint("dataset_chart", __name__)


class Drawing(NamedTuple):
    """A chart with its points, and the words on its axes."""

    chart: Chart
    points: Points
    titles: dict[str, str]
    summary: str


@blueprint.get("/datasets/<dataset_id>/chart")
def show(dataset_id: str) -> str | tuple[str, int]:
    """Show the chart of the rows that the address asks for."""
    frame, version = frame_with_version(dataset_id)
    view, fault = asked_view(version)
    drawing = None
    try:
        chart = chart_asked(version)
        drawing = drawing_of(version, view, chart) if chart else None
    except ViewError as error:
        fault = sentence(error.code, error.params, reader_language())
        chart = proposed(version.columns, profiles_of(version) or {})
    page = render_template(
        "dataset_chart.html",
        frame=frame,
        version=version,
        fault=fault,
        chart=chart,
        drawing=drawing,
        conditions=conditions_of(view, version.columns),
        embed=embed_code("charts", version, frame.entry),
        rows=rows_sentence(version, view),
        kept=[pair for pair in view.pairs() if not fault],
        choices=_choices(version.columns),
        pictures=pictures_of(frame, version, view, chart) if chart else {},
        shown=shown_count(drawing) if drawing else 0,
        shown_groups=len({point.group for point in drawing.points.points}) if drawing else 0,
    )
    return (page, 400) if fault else page


@blueprint.get("/datasets/<dataset_id>/chart.<any(svg,png,csv,json):extension>")
def picture(dataset_id: str, extension: str) -> Response:
    """Give the chart as a picture, as all its numbers, or as its Vega-Lite specification."""
    _, version = frame_with_version(dataset_id)
    chart = chart_asked(version)
    if chart is None:
        raise Refusal(404, "address-unknown", path=request.path)
    view = read(view_pairs(), version.columns)
    drawing = drawing_of(version, view, chart, is_whole=extension == "csv")
    body, kind = _made(drawing, extension)
    response = Response(body, content_type=kind)
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    if extension != "svg":
        name = f"{version.table}-v{version.n}-chart.{extension}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response.make_conditional(request)  # type: ignore[return-value]  # it returns itself


def _made(drawing: Drawing, extension: str) -> tuple[bytes, str]:
    if extension == "csv":
        return _csv(drawing), "text/csv; charset=utf-8"
    found = charts.specification(
        drawing.chart,
        drawing.points,
        drawing.titles,
        empty=gettext("empty"),
        is_dark=request.args.get("dark") == "1",
        is_narrow=request.args.get("narrow") == "1",
    )
    if extension == "svg":
        return charts.svg(found, reader_language()), "image/svg+xml"
    if extension == "png":
        return charts.png(found, reader_language()), "image/png"
    return msgspec.json.encode(found), "application/json"


def chart_asked(version: Version) -> Chart | None:
    """Return the chart that the address asks for; what it leaves open is chosen."""
    suits = proposed(version.columns, profiles_of(version) or {})
    asked = {key: value for key in KEYS if (value := request.args.get(key))}
    if suits is None or not asked:
        return suits
    if asked.get("type", "bar") not in set(ChartKind):
        raise ViewError("chart-choice-unknown", value=asked["type"], allowed=list(ChartKind))
    if asked.get("measure", "count") not in set(Measure):
        raise ViewError("chart-choice-unknown", value=asked["measure"], allowed=list(Measure))
    is_whole = "x" in asked
    return checked(
        Chart(
            kind=ChartKind(asked.get("type", suits.kind)),
            x=asked.get("x", suits.x),
            y=asked.get("y", None if is_whole else suits.y),
            measure=Measure(asked.get("measure", "count" if is_whole else suits.measure)),
            group=asked.get("group"),
        ),
        version.columns,
    )


def drawing_of(version: Version, view: View, chart: Chart, *, is_whole: bool = False) -> Drawing:
    """Sum up what a chart draws of a view, or all that it could draw, and name its axes. Raises
    ViewError.
    """
    points = _whole(version, view, chart) if is_whole else _points(version, view, chart)
    by_name = {column.name: name_of(column) for column in version.columns}
    measure = _measure_words(chart, by_name)
    titles = {
        "x": by_name[chart.x],
        "y": by_name[chart.y or ""] if chart.kind is ChartKind.DOT else measure,
        "group": by_name[chart.group] if chart.group else "",
    }
    summary = gettext("%(measure)s by %(column)s", measure=titles["y"], column=titles["x"])
    return Drawing(chart, points, titles, summary)


def shown_count(drawing: Drawing) -> int:
    """Return how many places on the axis are drawn, of dots how many rows."""
    points = drawing.points.points
    if drawing.chart.kind is ChartKind.DOT:
        return len(points)
    return len({point.x for point in points})


@lru_cache(maxsize=128)
def _kept(key: tuple[Any, ...]) -> dict[str, Points]:
    return {}


def _points(version: Version, view: View, chart: Chart) -> Points:
    """Sum the points up, or take those of a moment ago: the page and its picture ask the same."""
    kept = _kept((version.sha256, repr(view), repr(chart)))
    if "points" not in kept:
        file = services().store.objects.parquet_path(version.sha256)
        with turns.turn():
            kept["points"] = points_of(engine(), file, view, chart, version.columns)
    return kept["points"]


def _whole(version: Version, view: View, chart: Chart) -> Points:
    file = services().store.objects.parquet_path(version.sha256)
    with turns.turn():
        return points_of(engine(), file, view, chart, version.columns, is_whole=True)


def _measure_words(chart: Chart, names: dict[str, str]) -> str:
    column = names.get(chart.y or "", "")
    words: dict[Measure, str] = {
        Measure.COUNT: gettext("Number of rows"),
        Measure.SUM: gettext("Sum of %(column)s", column=column),
        Measure.MEAN: gettext("Mean of %(column)s", column=column),
        Measure.MINIMUM: gettext("Smallest %(column)s", column=column),
        Measure.MAXIMUM: gettext("Largest %(column)s", column=column),
    }
    return words[chart.measure]


def _choices(columns: list[Column]) -> dict[str, list[tuple[str, str]]]:
    """Return what each field of the form can be."""
    comparable = [(c.name, name_of(c)) for c in columns if kind_of(c.type) is not Kind.OTHER]
    numbers = [(c.name, name_of(c)) for c in columns if kind_of(c.type) is Kind.NUMBER]
    return {
        "type": [
            (ChartKind.BAR.value, gettext("bars")),
            (ChartKind.LINE.value, gettext("line")),
            (ChartKind.DOT.value, gettext("dots")),
        ],
        "x": comparable,
        "y": numbers,
        "measure": [
            (Measure.COUNT.value, gettext("number of rows")),
            (Measure.SUM.value, gettext("sum")),
            (Measure.MEAN.value, gettext("mean")),
            (Measure.MINIMUM.value, gettext("smallest")),
            (Measure.MAXIMUM.value, gettext("largest")),
        ],
        "group": comparable,
    }


def pictures_of(frame: Frame, version: Version, view: View, chart: Chart) -> dict[str, str]:
    """Return the addresses of the chart in each form; all that makes it stands in them."""
    pairs: dict[str, list[str]] = {}
    for key, value in view.pairs():
        pairs.setdefault(key, []).append(value)
    stated = {
        "type": chart.kind.value,
        "x": chart.x,
        "y": chart.y,
        "measure": chart.measure.value,
        "group": chart.group,
        "table": version.table if frame.tables[0].name != version.table else None,
    }
    values: dict[str, Any] = {**pairs, **{k: v for k, v in stated.items() if v is not None}}
    found = {
        extension: url_for(
            "dataset_chart.picture", dataset_id=frame.entry.id, extension=extension, **values
        )
        for extension in ("svg", "png", "csv", "json")
    }
    for name, more in (
        ("dark", {"dark": 1}),
        ("narrow", {"narrow": 1}),
        ("narrow_dark", {"narrow": 1, "dark": 1}),
    ):
        found[name] = f"{found['svg']}&{urlencode(more)}"
    return found


def rows_sentence(version: Version, view: View) -> str | None:
    """Return the sentence of the rows that are drawn, or None where all are."""
    if not view.is_narrowed:
        return None
    file = services().store.objects.parquet_path(version.sha256)
    with turns.turn():
        count = engine().find(file, view, version.columns, limit=0).count
    conditions = conditions_of(view, version.columns)
    return sentence_of(view, version.columns, conditions, count=count, total=version.row_count)


def _csv(drawing: Drawing) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    titles = drawing.titles
    groups = [titles["group"]] if drawing.chart.group else []
    writer.writerow([titles["x"], *groups, titles["y"]])
    for point in drawing.points.points:
        writer.writerow([point.x, *([point.group] if groups else []), point.y])
    return out.getvalue().encode()
