"""How a cell is broken: for each rule of a field a text that breaks it, and which rules a text
breaks.

The texts are the plain notation of packs: ISO dates, decimal points.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

Field = dict[str, Any]

REQUIRED = "required"
_WRONG_TYPE: dict[str, tuple[str, ...]] = {
    "integer": ("many", "12.5"),
    "number": ("a lot", "1,5,5"),
    "boolean": ("perhaps",),
    "date": ("2025-02-31", "soon"),
    "datetime": ("2025-02-31T25:61:00", "soon"),
    "time": ("25:61:00",),
    "year": ("20x5",),
    "yearmonth": ("2025-13",),
    "duration": ("a while",),
    "geopoint": ("here",),
    "object": ("{",),
    "array": ("[",),
    "geojson": ("{",),
}
_WRONG_FORMAT = {"uri": "no address", "email": "nobody at nowhere", "uuid": "not-a-uuid"}
_DAY_FIRST = {"date": "%d/%m/%Y", "datetime": "%d/%m/%Y %Hh%M"}


def type_breakers(field: Field) -> tuple[str, ...]:
    """Return texts that are no value of the type of a field; none where any text is one."""
    kind = field.get("type", "string")
    if kind == "string":
        wrong = _WRONG_FORMAT.get(str(field.get("format", "default")))
        return (wrong,) if wrong else ()
    return _WRONG_TYPE.get(kind, ())


def day_first(field: Field, text: str) -> str | None:
    """Return a day or moment as a clerk would write it; None where the cell holds none."""
    form = _DAY_FIRST.get(field.get("type", ""))
    try:
        return None if form is None else datetime.fromisoformat(text).strftime(form)
    except ValueError:
        return None


def rule_breakers(field: Field, rule: str, text: str) -> Iterator[str]:
    """Give texts that may break one rule of a field, made of a text that keeps it; `broken_rules`
    tells which do.
    """
    limit = field["constraints"][rule]
    if rule == "minimum":
        yield from _beyond(field, limit, -1)
    elif rule == "maximum":
        yield from _beyond(field, limit, 1)
    elif rule == "minLength":
        yield from (text[:length] for length in range(int(limit) - 1, 0, -1))
    elif rule == "maxLength":
        yield text + "x" * (int(limit) + 1 - len(text))
    elif rule == "pattern":
        yield from (text + "_", "?" + text[1:], text[:-1] + "?", text[:-1], "?", "x")
    elif rule == "enum":
        if field.get("type", "string") == "string":
            yield from (text + "x", "none of them")
        else:
            yield from _beyond(field, max(limit, key=str), 1)


def broken_rules(field: Field, text: str) -> list[str]:
    """Return the constraints that a text of the right type breaks, `unique` aside."""
    rules = field.get("constraints") or {}
    if text == "":
        return [REQUIRED] if rules.get(REQUIRED) else []
    return [name for name, limit in rules.items() if _is_broken(field, name, limit, text)]


def is_of_type(field: Field, text: str) -> bool:
    """Tell whether a text is a value of the type of a field, as far as the rules here go."""
    try:
        _value(field, text)
    except (ValueError, InvalidOperation):
        return False
    return True


def elsewhere(field: Field, text: str, known: set[str]) -> str | None:
    """Return a value like `text` that keeps every rule and is not among the known ones."""
    if field.get("type", "string") == "integer":
        return str(max((int(value) for value in known if value), default=0) + 1)
    for end in "9876543210zyxZYX":
        for start in ("", *"9876543210"):
            made = (start + text[1:] if start else text)[:-1] + end
            if made and made not in known and not broken_rules(field, made):
                return made
    return None


def _beyond(field: Field, limit: Any, sign: int) -> Iterator[str]:
    kind = field.get("type", "string")
    try:
        if kind in ("integer", "number", "year"):
            yield format(Decimal(str(limit)) + sign, "f")
        elif kind == "date":
            yield (date.fromisoformat(str(limit)) + timedelta(days=sign)).isoformat()
    except (ValueError, ArithmeticError):
        return


def _is_broken(field: Field, name: str, limit: Any, text: str) -> bool:
    test = _TESTS.get(name)
    return test is not None and not test(field, limit, text)


def _value(field: Field, text: str) -> Any:
    kind = field.get("type", "string")
    if kind == "integer":
        return int(text)
    if kind in ("number", "year"):
        return Decimal(text)
    return date.fromisoformat(text) if kind == "date" else text


_TESTS: dict[str, Callable[[Field, Any, str], bool]] = {
    "minimum": lambda field, limit, text: _value(field, text) >= _value(field, str(limit)),
    "maximum": lambda field, limit, text: _value(field, text) <= _value(field, str(limit)),
    "minLength": lambda _, limit, text: len(text) >= int(limit),
    "maxLength": lambda _, limit, text: len(text) <= int(limit),
    "pattern": lambda _, limit, text: re.fullmatch(str(limit), text) is not None,
    "enum": lambda field, limit, text: (
        _value(field, text) in [_value(field, str(v)) for v in limit]
    ),
}
