"""A value that would be right in place of a wrong one, where it can be worked out.

Each rule gives a suggestion that its field then accepts, or nothing: a test puts every
suggestion to frictionless's own reader.
"""

import difflib
import re

from tablecheck.names import fold, near_match
from tablecheck.report import Finding

_YES = {"oui", "ja", "yes", "vrai", "waar", "true", "o", "j", "y", "1", "x"}
_NO = {"non", "nee", "no", "faux", "onwaar", "false", "n", "0"}
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_DMY = re.compile(r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$")
_YMD = re.compile(r"^\s*(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[T ]00:00:00.*)?\s*$")


def suggestions(finding: Finding) -> list[tuple[str, str | list[str]]]:
    """Give the keys of hints, each with the value to propose."""
    if finding.code in {"incorrect-label", "missing-label", "extra-label", "columns-shifted"}:
        return _label(finding)
    if finding.value is None:
        return []
    if isinstance(finding.params.get("suggestion"), str):  # of a check, which knows best
        return [("write", finding.params["suggestion"])]
    value: str | None = None
    type_ = finding.params.get("type")
    if finding.code == "constraint-error" and finding.params.get("constraint") == "enum":
        value = _allowed(finding.value, finding.params.get("limit"))
    elif finding.code != "type-error":
        return []
    elif type_ == "string" and finding.params.get("medium") == "sheet":
        return [("text-format", "")] if finding.params.get("format") == "default" else []
    elif type_ in {"integer", "number"}:
        value = _number(finding.value, finding)
    elif type_ == "date":
        value = _date(finding.value, str(finding.params.get("format", "default")))
    elif type_ == "boolean":
        value = _boolean(finding.value, finding)
    return [] if value is None or value == finding.value else [("write", value)]


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


def _allowed(text: str, allowed: object) -> str | None:
    """Find the one value of a list that a wrong one was meant to be."""
    listed = [str(item) for item in allowed] if isinstance(allowed, list) else []
    found = near_match(text, listed)
    if found is not None:
        return found
    folded = {fold(item): item for item in listed}
    close = difflib.get_close_matches(fold(text.strip()), folded, n=1, cutoff=0.8)
    return folded[close[0]] if close else None


def _number(text: str, finding: Finding) -> str | None:
    decimal = str(finding.params.get("decimalChar", "."))
    bare = _SPACES.sub("", text)
    if re.fullmatch(r"[+-]?\d+[.,]\d+", bare):
        if finding.params.get("type") == "integer":
            whole, fraction = re.split("[.,]", bare)
            return whole if not fraction.strip("0") else None
        return re.sub("[.,]", decimal, bare)
    if re.fullmatch(r"[+-]?\d+", bare):
        return bare
    if re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+", bare):
        return bare.replace(".", "").replace(",", decimal)
    if re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+", bare):
        return bare.replace(",", "").replace(".", decimal)
    return None


def _date(text: str, format_: str) -> str | None:
    wanted = "%Y-%m-%d" if format_ == "default" else format_
    if sorted(re.findall(r"%(\w)", wanted)) != ["Y", "d", "m"]:
        return None
    if found := _DMY.match(text):
        day, month, year = found.groups()
    elif found := _YMD.match(text):
        year, month, day = found.groups()
    else:
        return None
    days = (31, 29 if _is_leap(int(year)) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if int(year) < 1 or not 1 <= int(month) <= 12 or not 1 <= int(day) <= days[int(month) - 1]:
        return None
    filled = wanted.replace("%d", f"{int(day):02d}").replace("%m", f"{int(month):02d}")
    return filled.replace("%Y", year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _boolean(text: str, finding: Finding) -> str | None:
    trues = finding.params.get("trueValues", ["true"])
    falses = finding.params.get("falseValues", ["false"])
    word = text.strip().lower()
    for listed in (*trues, *falses):
        if str(listed).lower() == word:
            return str(listed)
    if word in _YES and trues:
        return str(trues[0])
    return str(falses[0]) if word in _NO and falses else None
