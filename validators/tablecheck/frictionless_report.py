"""Our report in frictionless's own shape, for those whose tools read that."""

from typing import Any

from frictionless import Error
from frictionless import errors as frictionless_errors

from tablecheck.codes import RULES
from tablecheck.messages import message
from tablecheck.report import Finding, Report


def _classes() -> dict[str, type[Error]]:
    listed = (item for item in vars(frictionless_errors).values() if isinstance(item, type))
    return {item.type: item for item in listed if issubclass(item, Error)}


_CLASSES = _classes()
_NAMES = {
    "rowNumber": "row_number",
    "rowNumbers": "row_numbers",
    "fieldName": "field_name",
    "fieldNumber": "field_number",
    "fieldNames": "field_names",
    "fieldCells": "field_cells",
    "referenceName": "reference_name",
    "referenceFieldNames": "reference_field_names",
}


def descriptor(report: Report, *, name: str, place: str) -> dict[str, Any]:
    """Describe the report as `frictionless.Report.to_descriptor()` would."""
    errors = [_error(finding) for finding in report.errors if finding.code in RULES]
    ours = sum(count.count for count in report.counts if count.code not in RULES)
    warnings = []
    if report.is_cut:
        warnings.append(f"reached error limit: {report.limit_errors}")
    stats = {"errors": len(errors), "warnings": len(warnings)}
    task = {
        "name": name,
        "type": "table",
        "valid": report.error_count == ours,  # our checks are no matter of frictionless
        "place": place,
        "labels": list(report.labels),
        "stats": {**stats, "fields": len(report.labels), "rows": report.row_count},
        "warnings": warnings,
        "errors": errors,
    }
    return {
        "valid": report.error_count == ours,  # our checks are no matter of frictionless
        "stats": {"tasks": 1, **stats},
        "warnings": [],
        "errors": [],
        "tasks": [task],
    }


def _error(finding: Finding) -> dict[str, Any]:
    if finding.origin is None:
        rule = RULES[finding.code]
        built = _CLASSES[rule.frictionless_type](note=message(finding, "en"))
        return dict(built.to_descriptor())
    facts = {key: value for key, value in finding.origin.items() if key != "type"}
    options = {_NAMES.get(key, key): value for key, value in facts.items()}
    return dict(_CLASSES[finding.origin["type"]](**options).to_descriptor())
