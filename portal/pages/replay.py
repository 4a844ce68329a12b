"""Feeds played again: which series there are, and how to ask for a moment, a pace, faults."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from portal.context import public_root, services
from portal.replay import every_series

_COMMAND = "eurometropolis record https://example.org/gbfs.json --for 1h --every 60s -o my-series"

blueprint = Blueprint("replay", __name__)


@blueprint.get("/replay")
def show() -> str:
    """List the series with the options of a replay."""
    series = every_series(services())
    root = f"{public_root()}/replay"
    first = series[0].about.id
    return render_template(
        "replay.html",
        series=[
            (each.about, datetime.fromtimestamp(each.about.started_s, UTC).isoformat(), each.files)
            for each in series
        ],
        command=_COMMAND,
        examples="\n".join(
            [
                f"curl -fsS '{root}/{first}/gbfs.json'",
                f"curl -fsS '{root}/{first}/at=08:30/station_status.json'",
                f"curl -fsS '{root}/{first}/from=08:00;speed=60;times=now/gbfs.json'",
                f"curl -sS -i '{root}/{first}/at=08:30;seed=3;errors=0.2;limited=0.1/gbfs.json'",
            ]
        ),
    )
