"""The tables of GTFS Schedule: the type of each column, and what its ids refer to.

Reference: https://gtfs.org/documentation/schedule/reference/ . What the reference does not type
is text: an id may look like a number, and a time of the night is 25:10:00.
"""

from collections.abc import Container, Sequence
from typing import Any

_NUMBERS = frozenset({
    "stop_lat", "stop_lon", "shape_pt_lat", "shape_pt_lon", "shape_dist_traveled", "price",
    "length", "max_slope", "min_width", "amount", "prior_notice_duration_min_number",
})  # fmt: skip
_INTEGERS = frozenset({
    "location_type", "wheelchair_boarding", "route_type", "route_sort_order", "continuous_pickup",
    "continuous_drop_off", "direction_id", "wheelchair_accessible", "bikes_allowed",
    "cars_allowed", "stop_sequence", "pickup_type", "drop_off_type", "timepoint", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "exception_type",
    "payment_method", "transfers", "transfer_duration", "shape_pt_sequence", "headway_secs",
    "exact_times", "transfer_type", "min_transfer_time", "pathway_mode", "is_bidirectional",
    "traversal_time", "stair_count", "is_producer", "is_operator", "is_authority",
})  # fmt: skip
_DATES = frozenset({"start_date", "end_date", "date", "feed_start_date", "feed_end_date"})
# A table's own id, and each column that refers to one of another table (or of its own).
_KEYS = {"stops.txt": "stop_id", "routes.txt": "route_id", "trips.txt": "trip_id",
         "calendar.txt": "service_id"}  # fmt: skip
_AGENCY, _STOP, _ROUTE, _TRIP = (
    ("agency.txt", "agency_id"), ("stops.txt", "stop_id"), ("routes.txt", "route_id"),
    ("trips.txt", "trip_id"),
)  # fmt: skip
_LINKS: dict[str, dict[str, tuple[str, str]]] = {
    "stops.txt": {"parent_station": _STOP, "level_id": ("levels.txt", "level_id")},
    "routes.txt": {"agency_id": _AGENCY},
    "trips.txt": {
        "route_id": _ROUTE, "service_id": ("calendar.txt", "service_id"),
        "shape_id": ("shapes.txt", "shape_id"),
    },
    "stop_times.txt": {"trip_id": _TRIP, "stop_id": _STOP},
    "fare_attributes.txt": {"agency_id": _AGENCY},
    "fare_rules.txt": {"fare_id": ("fare_attributes.txt", "fare_id"), "route_id": _ROUTE},
    "frequencies.txt": {"trip_id": _TRIP},
    "transfers.txt": {
        "from_stop_id": _STOP, "to_stop_id": _STOP, "from_route_id": _ROUTE, "to_route_id": _ROUTE,
        "from_trip_id": _TRIP, "to_trip_id": _TRIP,
    },
    "pathways.txt": {"from_stop_id": _STOP, "to_stop_id": _STOP},
    "attributions.txt": {"agency_id": _AGENCY, "route_id": _ROUTE, "trip_id": _TRIP},
}  # fmt: skip
_DAYS = ("calendar.txt", "calendar_dates.txt")


def schema(name: str, columns: Sequence[str], others: Container[str]) -> dict[str, Any]:
    """Return the Table Schema of a member, with keys to those members that the feed has."""
    found: dict[str, Any] = {"fields": [_field(column) for column in columns]}
    if (key := _KEYS.get(name)) in columns:
        found["primaryKey"] = [key]
    keys = [
        {"fields": [column], "reference": {"resource": resource, "fields": [target]}}
        for column, (resource, target) in _LINKS.get(name, {}).items()
        # days may be told as exceptions only, or as both: then an id may stand in either
        if column in columns and resource in others
        and not (column == "service_id" and all(day in others for day in _DAYS))
    ]  # fmt: skip
    if keys:
        found["foreignKeys"] = keys
    return found


def _field(name: str) -> dict[str, Any]:
    if name in _DATES:
        return {"name": name, "type": "date", "format": "%Y%m%d"}
    kind = "number" if name in _NUMBERS else "integer" if name in _INTEGERS else "string"
    return {"name": name, "type": kind}
