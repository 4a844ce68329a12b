"""What happened to the columns between two versions, in the reader's words."""

from typing import Any, NamedTuple

from flask_babel import gettext

from catalogue.changes import ColumnChange, Word
from portal.i18n import OWN_NAMES
from portal.pages import types
from portal.pages.columns import rule_sentences
from portal.pages.dataset.codes import codes_in


class ColumnLine(NamedTuple):
    """One thing that happened to a column: what, and how it was said before and after."""

    column: str
    what: str
    old: str
    new: str


def column_lines(changes: list[ColumnChange]) -> list[ColumnLine]:
    """Return the changes as lines; that columns stand in another order is one of them."""
    lines = []
    for one in changes:
        if one.what is not Word.PLACE:
            lines += _LINES[one.what](one)
    if any(one.what is Word.PLACE for one in changes):
        lines.append(ColumnLine("", gettext("the columns stand in another order"), "", ""))
    return lines


def _added(one: ColumnChange) -> list[ColumnLine]:
    return [ColumnLine(one.column, gettext("column added"), "", _type(one.new))]


def _removed(one: ColumnChange) -> list[ColumnLine]:
    return [ColumnLine(one.column, gettext("column removed"), _type(one.old), "")]


def _retyped(one: ColumnChange) -> list[ColumnLine]:
    return [ColumnLine(one.column, gettext("another type"), _type(one.old), _type(one.new))]


def _ruled(one: ColumnChange) -> list[ColumnLine]:
    old, new = (", ".join(rule_sentences(rules)) for rules in (one.old, one.new))
    return [ColumnLine(one.column, gettext("other rules"), old, new)]


def _worded(one: ColumnChange) -> list[ColumnLine]:
    old, new = _flat(one.old), _flat(one.new)
    keys = dict.fromkeys((*old, *new))
    return [
        ColumnLine(one.column, _name(key, lang), old.get((key, lang), ""), new.get((key, lang), ""))
        for key, lang in keys
        if old.get((key, lang)) != new.get((key, lang))
    ]


def _flat(words: dict[str, Any]) -> dict[tuple[str, str], str]:
    found = {}
    for key, value in words.items():
        if key == "categories":
            found[key, ""] = "; ".join(f"{c.value} {c.label}".strip() for c in codes_in(value))
            continue
        texts = value if isinstance(value, dict) else {"": value}
        found.update({(key, str(lang)): str(text) for lang, text in texts.items()})
    return found


def _name(key: str, lang: str) -> str:
    is_label = key in ("title", "labels")
    if key == "categories":
        return str(gettext("code list"))
    if key == "unit":
        return str(gettext("unit"))
    if not lang:
        return str(gettext("label") if is_label else gettext("description"))
    name = OWN_NAMES.get(lang, lang)
    if is_label:
        return str(gettext("label, %(language)s", language=name))
    return str(gettext("description, %(language)s", language=name))


def _type(code: str) -> str:
    return str(gettext("%(type)s (%(code)s)", type=types.sql_type(code), code=code))


_LINES = {
    Word.ADDED: _added,
    Word.REMOVED: _removed,
    Word.TYPE: _retyped,
    Word.RULES: _ruled,
    Word.WORDS: _worded,
}
