"""Which sentences say what to do about a finding: the value to write, the label to give.

The values of cells are worked out while a table is judged (see `mending`).
"""

from tablecheck.mends import DOUBTS, SYSTEMS
from tablecheck.names import near_match
from tablecheck.report import Finding


def suggestions(finding: Finding) -> list[tuple[str, str | list[str]]]:
    """Give the keys of hints, each with the value to propose."""
    if finding.code in {"incorrect-label", "missing-label", "extra-label", "columns-shifted"}:
        return _label(finding)
    told = finding.params.get("suggestion")
    if isinstance(told, str):  # of a check, which knows best
        return [("write", told)]
    if finding.hint_code == "text-format":
        return [("text-format", "")]
    if finding.suggestion is not None:
        return [("write", finding.suggestion)] if finding.suggestion else [("no-value", "")]
    code = finding.hint_code or ""
    if code in DOUBTS.values():
        return [(code, [str(text) for text in finding.params.get("readings", [])])]
    return [(code, "")] if code in SYSTEMS else []


def _label(finding: Finding) -> list[tuple[str, str | list[str]]]:
    """Never advise a new name for a column whose name is right and whose place is wrong."""
    origin = finding.origin or finding.params
    labels = [str(label) for label in origin.get("labels", [])]
    fields = [str(name) for name in finding.params.get("fields", [])]
    name = str(origin.get("fieldName") or "")
    found = near_match(name, labels) if name and name not in labels else None
    if found is not None:
        return [("rename-label", found)]
    missing = [field for field in fields if field not in labels]
    extra = [
        label
        for label in labels
        if label.strip() and label not in fields and near_match(label, missing) is None
    ]
    if finding.code == "extra-label" and finding.value in extra:
        return [] if missing else [("remove-label", str(finding.value))]
    is_moved = finding.value in fields or name in labels or finding.code == "columns-shifted"
    if not is_moved or not fields:
        return []
    advice: list[tuple[str, str | list[str]]] = []
    if extra and not missing:
        advice.append(("remove-label", extra))
    if [label for label in labels if label in fields] != fields:
        advice.append(("order-labels", fields))
    return advice
