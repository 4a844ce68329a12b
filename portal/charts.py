"""Draws a chart as SVG or PNG: a Vega-Lite specification of our own, rendered on the server.

So a chart needs no JavaScript, keeps the strict Content-Security-Policy, and is a picture that
anybody can take away. The specification holds its data: nothing is fetched while it is drawn.
"""

from collections.abc import Mapping
from typing import Any, Literal

import vl_convert

from catalogue.charts import Chart, ChartKind, Points
from portal.turns import Turns

WIDTH, NARROW, HEIGHT = 960, 340, 340
_FONT = "Atkinson Hyperlegible Next, Liberation Sans, DejaVu Sans, Arial, sans-serif"
# d3 has no numbers for nl-BE; they are written as in nl-NL.
_Locale = Literal["fr-FR", "nl-NL", "en-GB"]
_LOCALES: dict[str, _Locale] = {"fr": "fr-FR", "nl": "nl-NL", "en": "en-GB"}
_COLOURS = {
    False: ("#0b4f5c", "#16232b", "#50606a", "#dcd8cd", "#ffffff"),
    True: ("#7fd0de", "#e6edf1", "#a3b2bc", "#2a363e", "#161e24"),
}
# Told apart by most eyes on both grounds (Okabe and Ito).
_SERIES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#a08a00", "#888888"]
_MARKS: dict[ChartKind, dict[str, Any]] = {
    ChartKind.BAR: {"type": "bar", "cornerRadiusEnd": 2},
    ChartKind.LINE: {"type": "line", "point": True, "strokeWidth": 2},
    ChartKind.DOT: {"type": "point", "filled": True, "opacity": 0.6, "size": 36},
}

_TIME_UNITS = {
    "hour": "yearmonthdatehours",
    "day": "yearmonthdate",
    "month": "yearmonth",
    "year": "year",
}

_turns = Turns(2, waiting=16, wait_s=10.0)


def specification(
    chart: Chart,
    points: Points,
    titles: Mapping[str, str],
    *,
    empty: str,
    is_dark: bool = False,
    is_narrow: bool = False,
) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart; `titles` are those of `x`, `y` and `group`.

    `empty` stands for values that are missing; a narrow chart suits a phone.
    """
    values = [
        {"x": empty if p.x is None else p.x, "y": p.y, "g": empty if p.group is None else p.group}
        for p in points.points
    ]
    is_number = all(isinstance(p.x, int | float) for p in points.points)
    encoding: dict[str, Any] = {
        "x": {"field": "x", "title": titles["x"], **_axis(chart, points, is_number)},
        "y": {"field": "y", "type": "quantitative", "title": titles["y"]},
    }
    mark = dict(_MARKS[chart.kind])
    if chart.kind is ChartKind.BAR and not is_number and points.unit is None:
        # Names are read from left to right: they stand beside their bars.
        encoding["x"], encoding["y"] = encoding["y"], encoding["x"]
    if chart.group is None:
        mark["color"] = _COLOURS[is_dark][0]
    else:
        encoding["color"] = {
            "field": "g",
            "type": "nominal",
            "title": titles["group"],
            "scale": {"range": _SERIES},
        }
        if chart.kind is not ChartKind.BAR:
            encoding["shape"] = {"field": "g", "type": "nominal", "title": titles["group"]}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": NARROW if is_narrow else WIDTH,
        "height": {"step": 20} if "sort" in encoding["y"] else HEIGHT,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": values},
        "mark": mark,
        "encoding": encoding,
        "config": _config(is_dark, is_narrow),
    }


def svg(found: dict[str, Any], lang: str) -> bytes:
    """Draw a specification as SVG. Raises Refusal 503 where too many are drawn."""
    with _turns.turn():
        text: str = vl_convert.vegalite_to_svg(
            found,
            allowed_base_urls=[],
            format_locale=_LOCALES[lang],
            time_format_locale=_LOCALES[lang],
        )
    return text.encode()


def png(found: dict[str, Any], lang: str) -> bytes:
    """Draw a specification as PNG, at twice its size."""
    with _turns.turn():
        drawn: bytes = vl_convert.vegalite_to_png(
            found,
            scale=2,
            allowed_base_urls=[],
            format_locale=_LOCALES[lang],
            time_format_locale=_LOCALES[lang],
        )
    return drawn


def _config(is_dark: bool, is_narrow: bool) -> dict[str, Any]:
    _, ink, muted, line, ground = _COLOURS[is_dark]
    return {
        "font": _FONT,
        "background": ground,
        "view": {"stroke": None},
        "axis": {
            "labelColor": muted,
            "titleColor": ink,
            "gridColor": line,
            "domainColor": muted,
            "tickColor": muted,
            "labelFontSize": 12,
            "titleFontSize": 13,
            "labelLimit": 110 if is_narrow else 260,
        },
        "legend": {
            "labelColor": ink,
            "titleColor": ink,
            "labelFontSize": 12,
            "labelLimit": 260,
            "orient": "bottom" if is_narrow else "right",
        },
    }


def _axis(chart: Chart, points: Points, is_number: bool) -> dict[str, Any]:
    if chart.kind is ChartKind.DOT:
        return {"type": "quantitative", "scale": {"zero": False}}
    if points.unit is not None:
        return {"type": "temporal", "timeUnit": _TIME_UNITS[points.unit]}
    if is_number:
        kind = "quantitative" if chart.kind is ChartKind.LINE else "ordinal"
        return {"type": kind, "axis": {"format": "d", "labelOverlap": True}}
    return {"type": "nominal", "sort": None}
