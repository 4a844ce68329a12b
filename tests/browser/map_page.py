"""A page with a map, a list and the four fields, for tests of the map itself."""

from typing import Any

import pyarrow as pa
from flask import Flask, render_template_string, request

from catalogue.boxes import Box
from portal.maps.drawing import drawing_of
from portal.maps.features import Feature, collection

HOSTILE = '<img src=x onerror="alert(1)"> & "more"'
MANY = 300
PAGE = """
{% extends "base.html" %}
{% import "map_parts.html" as maps with context %}
{% block title %}map{% endblock %}
{% block scripts %}<script type="module" src="{{ asset("map.js") }}"></script>{% endblock %}
{% block main %}<div class="wrap"><h1>map</h1>
<div class="map-split"><div class="map-side">
{{ maps.map("/map-test.geojson?many=" ~ many, drawing, "Map of rows",
   list_id="rows", area_id="area", bounds=bounds) }}
{{ maps.area_form("area", "/en/map-test", bounds, [("many", many)], "/en/map-test") }}
</div><ol id="rows" class="map-list">
{% for one in features[:40] %}<li data-row="{{ one.row }}">
<a href="#row-{{ one.row }}" data-title>{{ one.title }}</a></li>{% endfor %}
</ol></div></div>{% endblock %}
"""


def features_of(many: bool) -> list[Feature]:
    """Make a few shapes, or many points."""
    shapes: list[dict[str, Any]] = [
        {"type": "Point", "coordinates": [3.06, 50.63]},
        {"type": "Point", "coordinates": [3.26, 50.83]},
        {"type": "LineString", "coordinates": [[3.1, 50.55], [3.5, 50.6]]},
        {"type": "Polygon", "coordinates": [[[2.9, 50.7], [3, 50.7], [3, 50.8], [2.9, 50.7]]]},
    ]
    if many:
        steps = range(MANY)
        shapes = [
            {"type": "Point", "coordinates": [3 + n % 20 / 60, 50.6 + n // 20 / 60]} for n in steps
        ]
    return [
        Feature(
            row=number,
            title=HOSTILE if number == 1 else f"Row {number}",
            geometry=shape,
            values=[HOSTILE, None, str(number)],
            address=f"/en/datasets?row={number}",
        )
        for number, shape in enumerate(shapes, start=1)
    ]


def hydrants() -> pa.Table:
    """Make a table of points around Tournai."""
    steps = range(MANY)
    return pa.table(
        {
            "name": [HOSTILE if n == 0 else f"Hydrant {n}" for n in steps],
            "flow": [n % 60 for n in steps],
            "longitude": [3.3 + n % 20 / 100 for n in steps],
            "latitude": [50.53 + n // 20 / 100 for n in steps],
        }
    )


def add_map_page(app: Flask) -> None:
    """Serve the page and what lies on its map."""

    def page() -> str:
        many = request.args.get("many", "0")
        sides = [request.args.get(side, "") for side in ("west", "south", "east", "north")]
        bounds = Box(*(float(side) for side in sides)) if all(sides) else None
        features = features_of(many == "1")
        return render_template_string(
            PAGE,
            features=features,
            drawing=drawing_of(features, bounds),
            bounds=bounds,
            many=many,
        )

    def rows() -> Any:
        if request.args.get("many") == "broken":
            return "no", 503
        content = collection(features_of(request.args.get("many") == "1"), ["name", "none", "n"])
        return app.response_class(content, mimetype="application/geo+json")

    app.add_url_rule("/<any(fr, nl, en):lang>/map-test", "map_test", page)
    app.add_url_rule("/map-test.geojson", "map_test_rows", rows)
