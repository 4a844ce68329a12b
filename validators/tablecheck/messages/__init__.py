"""Findings and reasons said in French, Dutch and English.

One TOML file a language: `[finding]` holds a sentence for each code, or for each
`code.variant` (a type, a constraint); `[hint]` what to do about it; `[reason]` why a type was
proposed; `[type]` the names of the types.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tablecheck.checks.check import Check
from tablecheck.checks.registry import known_checks
from tablecheck.codes import RULES
from tablecheck.errors import UnknownLanguageError
from tablecheck.hints import suggestions
from tablecheck.mends import DOUBTS
from tablecheck.messages import words
from tablecheck.records import Inference
from tablecheck.report import ColumnHint, Finding

LANGUAGES = ("fr", "nl", "en")
_DOUBTS = frozenset(DOUBTS.values())
_AND_PLACE = re.compile(r"\[\[(.*?)\]\]")
_ONE_OR_MANY = re.compile(r"\(\(([^|()]*)\|((?:[^()]|\([^()]*\))*)\)\)")
_CONSTRAINTS = (
    "required", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength",
)  # fmt: skip
_SHOWN_CHARS = 120


@cache
def catalogue(lang: str) -> dict[str, dict[str, Any]]:
    """Read the texts of a language."""
    if lang not in LANGUAGES:
        raise UnknownLanguageError(lang, LANGUAGES)
    text = (Path(__file__).parent / f"{lang}.toml").read_text(encoding="utf-8")
    return tomllib.loads(_typeset(text) if lang == "fr" else text)


def _typeset(text: str) -> str:
    """Put the signs of French typography that a keyboard lacks: no line ends before a colon."""
    text = re.sub(r"(?<=[^\W\d_])'(?=[^\W\d_])", "’", text)
    return re.sub(r" (?=[:;?!»](?!\w))|(?<=«) ", "\u00a0", text)


def message(finding: Finding | Inference | ColumnHint, lang: str) -> str:
    """Say a finding, the reason of a proposed type or the hint of a column in a sentence or two."""
    texts = catalogue(lang)
    if isinstance(finding, ColumnHint):
        return _fill(texts["column"][finding.hint], _column_values(finding, texts, lang), lang)
    if isinstance(finding, Inference):
        values = {"column": finding.column, **finding.params, "type": _type(texts, finding.type)}
        if "format" in values:
            values["format"] = date_words(str(values["format"]), lang)
        if "kinds" in values:
            values["kinds"] = _kinds(texts, str(values["kinds"]))
        return _fill(texts["reason"][finding.reason], values, lang)
    if (check := _check(finding)) is not None:
        said = _fill(_of_cause(check.says, finding, lang), _values(finding, texts, lang), lang)
        form = "check.columns" if len(finding.params.get("columns", [])) > 1 else "check"
        return _fill(texts["finding"][form], {**_values(finding, texts, lang), "said": said}, lang)
    template = _pick(texts["finding"], finding)
    return _fill(template, _values(finding, texts, lang), lang)


def hint(finding: Finding, lang: str) -> str | None:
    """Say what to do about a finding, where there is something to say."""
    texts = catalogue(lang)
    found = suggestions(finding)
    if found:
        values = _values(finding, texts, lang)
        return " ".join(
            _fill(
                texts["hint"][kind],
                {**values, "suggestion": words.either(value, lang) if kind in _DOUBTS else value},
                lang,
            )
            for kind, value in found
        )
    if (check := _check(finding)) is not None:
        template = _of_cause(check.advises, finding, lang)
    else:
        template = _pick(texts["hint"], finding, default="")
    return _fill(template, _values(finding, texts, lang), lang) if template else None


def _check(finding: Finding) -> Check | None:
    """Find the check that made a finding: it carries its own sentences."""
    return None if finding.code in RULES else known_checks().get(finding.code)


def _of_cause(said: Mapping[str, Mapping[str, str]], finding: Finding, lang: str) -> str:
    texts = said.get(lang, {})
    text = texts.get(str(finding.params.get("cause", "")), texts.get("", ""))
    return _typeset(text) if lang == "fr" else text


def _pick(texts: dict[str, Any], finding: Finding, default: str | None = None) -> str:
    variant = finding.params.get("type") or finding.params.get("constraint")
    variant = variant or finding.params.get("cause")
    if variant is None and any(key.startswith("told_") for key in finding.params):
        variant = "told"  # the note of frictionless was understood
    form = finding.params.get("format")
    keys = [f"{finding.code}.{variant}.{form}", f"{finding.code}.{variant}", finding.code]
    if variant == "date" and _month_end(finding) is not None:
        keys.insert(0, f"{finding.code}.no-day")
    if finding.code == "extra-cell" and not finding.value:
        keys.insert(0, "extra-cell.empty")
    for key in keys:
        if key in texts:
            return str(texts[key])
    if default is not None:
        return default
    return str(texts["error"])


def _values(finding: Finding, texts: dict[str, Any], lang: str) -> dict[str, Any]:
    values: dict[str, Any] = {"note": "", "format": "", **finding.params}
    values["type"] = _type(texts, str(finding.params.get("type", "")))
    values["code"] = finding.code
    values["row"] = finding.row
    values["column"] = finding.column
    values["titled"] = words.titled(finding.column, finding.params, lang)
    values["number"] = finding.field_number
    values["value"] = finding.value
    if str(finding.params.get("constraint")).endswith("Length"):
        values["count"] = 1 if str(values.get("limit")) == "1" else 2  # of characters
    values |= _expectation(finding, lang)
    for key in ("told_expected", "told_actual", "told_least", "told_most"):
        if key in values:
            values[key] = words.bound(str(values[key]), "number", "", lang)
    if finding.code == "columns-shifted" and not values.get("count"):
        values["count"] = None  # nothing but the header is wrong
    if "%" in str(values["note"]):
        values["note"] = date_words(str(values["note"]), lang)
    if "format" in finding.params:
        told = str(finding.params["format"])
        plain = _DEFAULT_FORMATS.get(str(finding.params.get("type")), "")
        values["format"] = date_words(plain if told == "default" else told, lang)
    return values


def rule(code: str, lang: str, field: Mapping[str, Any] | None = None) -> str:
    """Name a rule in a few words; `field`, of the schema, lets it say what is expected.

    A rule without a name is its code.
    """
    texts = catalogue(lang)
    if code not in RULES:
        check = known_checks().get(code)
        return check.titles.get(lang, code) if check else code
    name = str(texts["rule"].get(code, code))
    if field is None or code not in ("type-error", "constraint-error"):
        return name
    if code == "type-error":
        more = [_type(texts, str(field.get("type", "any")))]
    else:
        rules = field.get("constraints", {})
        more = list(dict.fromkeys(texts["rule"][one] for one in rules if one in _CONSTRAINTS))
    joint = " : " if lang == "fr" else ": "
    return _typeset(f"{name}{joint}{more[0]}") if len(more) == 1 else name


def _month_end(finding: Finding) -> date | None:
    """Give the last day of a month where a cell names a later one."""
    return words.month_end(finding.value or "", str(finding.params.get("format", "default")))


def _expectation(finding: Finding, lang: str) -> dict[str, Any]:
    """Say what a field expects, in the words of the reader."""
    params = finding.params
    if finding.code == "type-error":
        end = _month_end(finding) if params.get("type") == "date" else None
        if end is not None:
            return {"last_day": words.day(end, lang)}
        example = params.get("example") or words.example(str(params.get("type", "")), params)
        return {"example": example} if example else {}
    limit = params.get("limit")
    if finding.code != "constraint-error" or limit is None:
        return {}
    if isinstance(limit, (list, tuple)):
        return {"limit": words.listed(limit, lang)}
    if params.get("constraint") == "pattern":
        return {"form": words.form(str(limit), lang), "example": params.get("example")}
    of, format_ = str(params.get("of", "")), str(params.get("of_format", "default"))
    return {"limit": words.bound(str(limit), of, format_, lang)}


def _column_values(hint: ColumnHint, texts: dict[str, Any], lang: str) -> dict[str, Any]:
    type_ = str(hint.params.get("type", ""))
    first = hint.examples[0] if hint.examples else None
    suggestion = (first.suggestion if first else None) or None
    return {
        "titled": words.titled(hint.column, hint.params, lang),
        "count": hint.count,
        "total": hint.total if hint.total > hint.count else None,
        "mark": texts["mark"].get(hint.mark, hint.mark),
        "wanted": texts["mark"].get(str(hint.params.get("decimalChar", ".")), ""),
        "type": _type(texts, type_),
        "example": words.example(type_, hint.params),
        "value": first.value if first else None,
        "suggestion": suggestion,
    }


def _type(texts: dict[str, Any], name: str) -> str:
    return str(texts["type"].get(name, name))


_TYPE_OF_KIND = {"text": "string", "whole": "integer", "midnight": "date", "moment": "datetime"}


def _kinds(texts: dict[str, Any], kinds: str) -> str:
    """Name the kinds of the cells of a column, as the file itself tells them apart."""
    named = (_type(texts, _TYPE_OF_KIND.get(kind, kind)) for kind in kinds.split(", "))
    return ", ".join(dict.fromkeys(named))


_DATE_WORDS = {
    "fr": {"d": "JJ", "m": "MM", "Y": "AAAA", "y": "AA"},
    "nl": {"d": "DD", "m": "MM", "Y": "JJJJ", "y": "JJ"},
    "en": {"d": "DD", "m": "MM", "Y": "YYYY", "y": "YY"},
}
_DEFAULT_FORMATS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M:%S"}
_CLOCK_WORDS = {"H": "hh", "M": "mm", "S": "ss", "z": "+hh:mm", "f": "ffffff"}


def date_words(format_: str, lang: str) -> str:
    """Write a strptime format as people do: `%d/%m/%Y` -> JJ/MM/AAAA."""
    words = _DATE_WORDS[lang] | _CLOCK_WORDS
    return re.sub(r"%(\w)", lambda found: words.get(found.group(1), found.group(0)), format_)


def _fill(template: str, values: dict[str, Any], lang: str) -> str:
    """Fill in a template.

    A part in [[double brackets]] falls away where a value of it is unknown; of ((one|many)) the
    first is said where `count` is 1.
    """

    def part(found: re.Match[str]) -> str:
        names = re.findall(r"\{(\w+)\}", found.group(1))
        is_known = all(values.get(name) not in (None, "", [], ()) for name in names)
        return found.group(1) if is_known else ""

    place = 1 if values.get("count") == 1 else 2
    template = _ONE_OR_MANY.sub(lambda found: found.group(place), template)
    shown = {name: _show(value, lang) for name, value in values.items()}
    return _AND_PLACE.sub(part, template).format_map(_Shown(shown)).strip()


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _show(value: Any, lang: str) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int):
        return words.number(value, lang)
    if isinstance(value, (list, tuple)):
        return ", ".join(_show(item, lang) for item in value)
    text = str(value)
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"
