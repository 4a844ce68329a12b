"""An answer of SQL looked at otherwise: on a map, as a chart, and what was read for it."""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from flask_babel import gettext

from catalogue.charts import Chart, ChartKind, Point, Points
from catalogue.records import Column
from catalogue.views.kinds import Kind, kind_of
from catalogue.views.mapped import Placed
from catalogue.views.places import place_columns, point_of
from portal import charts
from portal.accounts.rights import caller
from portal.i18n import reader_language
from portal.maps.drawing import Drawing, drawing_of
from portal.maps.rows import features_of, title_column
from portal.own_tables import readable
from portal.pages.cells import is_code_name

MOST_BARS, MOST_POINTS = 40, 500
MAX_SHAPE_BYTES = 4_000_000
_TIMES = (Kind.DATE, Kind.MOMENT, Kind.LOCAL_MOMENT)


class OnMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rows that have a place, drawn, and how many they are."""

    drawing: Drawing
    count: int


def on_map(columns: Sequence[dict[str, str]], rows: Sequence[Sequence[Any]]) -> OnMap | None:
    """Draw the rows by their geometry or longitude and latitude; None where they have none."""
    described = _columns(columns)
    found = place_columns(described)
    if found is None or not rows:
        return None
    names = [column.name for column in described]
    title = title_column(described, reader_language())
    named = [None] * len(rows) if title is None else [row[names.index(title)] for row in rows]
    places = list(_places(found, names, rows))
    if sum(len(place) for place in places if isinstance(place, bytes)) > MAX_SHAPE_BYTES:
        return None
    placed = [
        Placed(number, text, place)
        for number, (text, place) in enumerate(zip(named, places, strict=True), start=1)
        if place is not None
    ]
    untitled = gettext("Row %(number)s", number="{number}")
    features = features_of(placed, None, untitled)
    if not features:
        return None
    return OnMap(drawing=drawing_of(features), count=len(features))


def chart_of(columns: Sequence[dict[str, str]]) -> Chart | None:
    """Choose the chart that suits an answer as it stands: its rows are not summed up again."""
    described = _columns(columns)
    numbers = [one for one in described if kind_of(one.type) is Kind.NUMBER]
    measures = [one for one in numbers if not is_code_name(one.name)]
    if not measures:
        return None
    y = measures[0].name
    for kinds, kind in ((_TIMES, ChartKind.LINE), ((Kind.TEXT, Kind.BOOLEAN), ChartKind.BAR)):
        across = next((one for one in described if kind_of(one.type) in kinds), None)
        if across is not None:
            return Chart(kind=kind, x=across.name, y=y)
    coded = next((one for one in numbers if is_code_name(one.name)), None)
    if coded is not None:
        return Chart(kind=ChartKind.LINE, x=coded.name, y=y)
    if len(measures) > 1:
        return Chart(kind=ChartKind.DOT, x=y, y=measures[1].name)
    return None


def most_drawn(chart: Chart) -> int:
    """Return how many rows a chart can show."""
    return MOST_BARS if chart.kind is ChartKind.BAR else MOST_POINTS


def drawn(
    chart: Chart,
    columns: Sequence[dict[str, str]],
    rows: Sequence[Sequence[Any]],
    *,
    is_dark: bool = False,
    is_narrow: bool = False,
) -> bytes:
    """Draw the first rows of an answer as SVG."""
    names = [column["name"] for column in columns]
    x, y = names.index(chart.x), names.index(chart.y or "")
    kind = kind_of(columns[x]["type"])
    points = [Point(x=_plain(row[x]), y=_number(row[y])) for row in rows[: most_drawn(chart)]]
    unit = None if kind not in _TIMES else "day" if kind is Kind.DATE else "hour"
    found = charts.specification(
        chart,
        Points(points=points, total=len(points), unit=unit),
        {"x": chart.x, "y": chart.y or "", "group": ""},
        empty=gettext("empty"),
        is_dark=is_dark,
        is_narrow=is_narrow,
    )
    return charts.svg(found, reader_language())


def rows_read(versions: dict[str, dict[str, Any]]) -> int:
    """Return how many rows the tables of an answer hold together."""
    used = {(name.partition("@")[0], each["version"]) for name, each in versions.items()}
    return sum(
        relation.row_count
        for relation in readable(caller().user_id).relations
        if (relation.table, relation.version) in used
    )


def _columns(columns: Iterable[dict[str, str]]) -> list[Column]:
    return [Column(name=each["name"], type=each["type"].partition("(")[0]) for each in columns]


def _places(found: Any, names: list[str], rows: Sequence[Sequence[Any]]) -> Iterable[Any]:
    if found.geometry is not None:
        at = names.index(found.geometry)
        for row in rows:
            yield row[at] if isinstance(row[at], bytes) else None
    elif found.point is not None:
        at = names.index(found.point)
        for row in rows:
            yield _on_earth(point_of(row[at]))
    else:
        lon, lat = names.index(found.lon), names.index(found.lat)
        for row in rows:
            x, y = _number(row[lon]), _number(row[lat])
            yield None if x is None or y is None else _on_earth((float(x), float(y)))


def _on_earth(place: tuple[float, float] | None) -> tuple[float, float] | None:
    if place is None or abs(place[0]) > 180 or abs(place[1]) > 90:
        return None
    return place


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, int | float) else str(value)[:60]


def _number(value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return float(value) if math.isfinite(value) else None
