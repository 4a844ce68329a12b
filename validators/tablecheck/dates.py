"""Dates and times in text -> Arrow, for the formats that can be read without a row in Python.

Every function gives None rather than a guess: 31/02/2024 is no date in any of them.
"""

import pyarrow as pa

from tablecheck.arrow import Cells, pc

_DMY = {"%d/%m/%Y": "/", "%d-%m-%Y": "-", "%d.%m.%Y": "."}


def parse_dates(values: Cells, format_: str) -> Cells | None:
    """Read dates written in a format of `patterns.DATE_FORMATS`; nulls stay null."""
    iso = _iso_date(values, format_)
    if iso is None:
        return None
    try:
        parsed = pc.cast(iso, pa.date32())
    except pa.ArrowInvalid:
        return None
    return _with_year(parsed)


def _with_year(parsed: Cells) -> Cells | None:
    """Refuse the year 0, which Arrow knows and Python does not."""
    years = pc.min_max(pc.year(parsed)).as_py()
    return None if years["min"] is not None and years["min"] < 1 else parsed


def _iso_date(values: Cells, format_: str) -> Cells | None:
    if format_ in ("default", "%Y-%m-%d"):
        is_strict = pc.all(pc.match_substring_regex(values, r"^\d{4}-\d{2}-\d{2}\z")).as_py()
        return values if is_strict is not False else None
    if format_ in _DMY:
        return _reorder(values, _DMY[format_], ("%d", "%m", "%Y"))
    if format_ == "%m/%d/%Y":
        return _reorder(values, "/", ("%m", "%d", "%Y"))
    if format_ == "%Y/%m/%d":
        return _reorder(values, "/", ("%Y", "%m", "%d"))
    return None


def _reorder(values: Cells, mark: str, order: tuple[str, str, str]) -> Cells | None:
    groups = {"%d": r"(?P<d>[0-9]{1,2})", "%m": r"(?P<m>[0-9]{1,2})", "%Y": r"(?P<y>[0-9]{4})"}
    pattern = "^" + f"[{mark}]".join(groups[part] for part in order) + r"\z"
    parts = pc.extract_regex(values, pattern)
    if parts.null_count != values.null_count:
        return None
    day, month, year = (parts.field(name) for name in ("d", "m", "y"))
    two = [pc.utf8_lpad(part, 2, "0") for part in (month, day)]
    joined = pc.binary_join_element_wise(year, *two, "-")
    iso: Cells = pc.if_else(pc.is_valid(values), joined, None)
    return iso


def parse_datetimes(values: Cells, format_: str) -> Cells | None:
    """Read datetimes written in a format of `patterns.DATETIME_FORMATS`.

    All with an offset give UTC, all without give local time; a mixture gives None.
    """
    if format_ == "default":
        return _iso_datetimes(values)
    day_format, _, clock = format_.replace("T", " ").partition(" ")
    if clock not in ("%H:%M", "%H:%M:%S"):
        return None
    mark = "T" if "T" in format_ else " "
    halves = pc.split_pattern(values, mark, max_splits=1)
    day = _iso_date(pc.list_element(halves, 0), day_format)
    if day is None:
        return None
    time = pc.list_element(halves, 1)
    time = pc.utf8_lpad(time, 5 if clock == "%H:%M" else 8, "0")
    seconds = "" if clock == "%H:%M:%S" else ":00"
    iso = pc.binary_join_element_wise(day, pc.binary_join_element_wise(time, seconds, ""), "T")
    return _iso_datetimes(iso)


def _iso_datetimes(values: Cells) -> Cells | None:
    offsets = pc.match_substring_regex(values, r"(?:Z|[+-][0-9]{2}:?[0-9]{2})\z")
    has_offset = pc.any(offsets).as_py()
    if has_offset and not pc.all(offsets).as_py():
        return None
    try:
        parsed = pc.cast(values, pa.timestamp("us", "UTC" if has_offset else None))
    except pa.ArrowInvalid:
        return None
    return _with_year(parsed)
