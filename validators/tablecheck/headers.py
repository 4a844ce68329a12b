"""A header whose columns stand in other places than those of the schema.

frictionless reads by place, so one column too many makes an error of every cell to its right.
"""

import msgspec

from tablecheck.report import Report
from tablecheck.source import warning

_OF_HEADERS = frozenset(
    {"incorrect-label", "extra-label", "missing-label", "blank-label", "duplicate-label"}
)


def with_shift(report: Report, field_names: list[str]) -> Report:
    """Put before all other findings that the columns are shifted, where they are."""
    labels = list(report.labels)
    codes = {count.code for count in report.counts}
    if not codes & _OF_HEADERS:
        return report
    moved = next(
        (
            number
            for number, (label, name) in enumerate(zip(labels, field_names, strict=False), start=1)
            if label != name and (label in field_names or name in labels)
        ),
        None,
    )
    if moved is None:
        return report
    others = sum(count.count for count in report.counts if count.code not in _OF_HEADERS)
    found = warning(
        "columns-shifted", value=labels[moved - 1], column=field_names[moved - 1], count=others,
        labels=labels, fields=field_names,
    )  # fmt: skip
    found = msgspec.structs.replace(found, field_number=moved)
    return msgspec.structs.replace(report, findings=(found, *report.findings))
